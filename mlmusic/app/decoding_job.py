"""A song on its way through the decoder, as the one who asked for it sees it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mlmusic.audio.clip import Clip
from mlmusic.errors import InputError


class DecodingError(InputError):
    """Decoding ended before it was known what the file is worth; another try may do better."""


@dataclass(frozen=True)
class DecodingProgress:
    """How far decoding is."""

    decoded_s: float  # seconds of sound
    share: float | None  # of the whole, in [0, 1]; None while that is not known


class Job:
    """A song that is decoded, or waits for its turn. All methods are thread-safe."""

    def __init__(
        self, content: bytes, *, cancel: Callable[["Job"], None], ahead: Callable[["Job"], int]
    ) -> None:
        self.content = content
        self.cancelled = False
        self.progress: DecodingProgress | None = None  # None while it waits
        self._cancel = cancel
        self._ahead = ahead
        self._finished = threading.Event()
        self._outcome: Clip | Exception | None = None

    @property
    def finished(self) -> bool:
        """Whether there is a clip, or an error."""
        return self._finished.is_set()

    @property
    def ahead(self) -> int:
        """How many songs are to be decoded before this one."""
        return self._ahead(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; return False if it is not there after ``timeout`` seconds."""
        return self._finished.wait(timeout)

    def cancel(self) -> None:
        """End the job now. Nothing happens if it is finished."""
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
        if isinstance(self._outcome, Clip):
            return self._outcome
        assert self._outcome
        raise self._outcome.with_traceback(None)  # that of this call alone

    def end(self, outcome: Clip | Exception) -> None:
        """Finish with a clip or an error; for the decoder, under its lock."""
        if not self.finished:
            self._outcome = outcome
            self.content = b""
            self._finished.set()
