"""A song on its way through the decoder, as those who asked for it see it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mlmusic.audio.clip import Clip
from mlmusic.errors import InputError

CANCELLED = "decoding was cancelled"


class DecodingError(InputError):
    """Decoding ended before it was known what the file is worth; another try may do better."""


@dataclass(frozen=True)
class DecodingProgress:
    """How far decoding is."""

    decoded_s: float  # seconds of sound
    share: float | None  # of the whole, in [0, 1]; None while that is not known


class Task:
    """A song that is to be decoded once, for all who gave it; the decoder's own, under its lock."""

    def __init__(self, content: bytes) -> None:
        self.content = content  # as long as it is needed
        self.waiting = 0  # jobs
        self.progress: DecodingProgress | None = None
        self.outcome: Clip | Exception | None = None

    def end(self, outcome: Clip | Exception) -> None:
        """Finish with a clip or an error, unless it is finished."""
        self.outcome = self.outcome or outcome
        self.content = b""


class Job:
    """The wait of one person for a song; others may wait for the same. All is thread-safe."""

    def __init__(
        self,
        task: Task,
        *,
        changed: threading.Condition,
        cancel: Callable[["Job"], None],
        ahead: Callable[[Task], int],
    ) -> None:
        self.task = task
        self.cancelled = False
        self._changed = changed
        self._cancel = cancel
        self._ahead = ahead

    @property
    def finished(self) -> bool:
        """Whether there is a clip, or an error."""
        return self.cancelled or self.task.outcome is not None

    @property
    def failed(self) -> bool:
        """Whether there is an error: to give the song once more is another try."""
        return self.cancelled or isinstance(self.task.outcome, Exception)

    @property
    def progress(self) -> DecodingProgress | None:
        """How far decoding is; None while the song waits."""
        return self.task.progress

    @property
    def ahead(self) -> int:
        """How many songs are to be decoded before this one."""
        return self._ahead(self.task)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; return False if it is not there after ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.finished, timeout)

    def cancel(self) -> None:
        """End this wait now; the last one's end is that of the decoding.

        Nothing happens if it is finished.
        """
        self._cancel(self)

    def clip(self) -> Clip:
        """Return the clip; waits for it.

        Raises
        ------
        InputError
            If the song cannot be decoded.
        DecodingError
            If it was cancelled, took too long, or the worker died of it.
        OSError
            If the song cannot be laid ready for the worker, as on a full disk.
        """
        self.wait()
        outcome = DecodingError(CANCELLED) if self.cancelled else self.task.outcome
        if isinstance(outcome, Clip):
            return outcome
        assert outcome
        raise outcome.with_traceback(None)  # that of this call alone
