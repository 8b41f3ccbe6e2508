"""Decoding in a worker process of its own: a sound file cannot harm the app or stop it.

Songs of all sessions are decoded one after another, first come, first served; one that several
give is decoded once. Whoever asks gets a `Job`, which can be followed, waited for and cancelled.
When the worker crashes, hangs or takes too much, that is the end of one song; the next one finds
another worker.
"""

import atexit
import hashlib
import logging
import math
import queue
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from weakref import WeakValueDictionary

from mlmusic.app.decoding_job import CANCELLED, DecodingError, DecodingProgress, Job, Task
from mlmusic.app.decoding_process import DecodingProcess
from mlmusic.audio.clip import Clip
from mlmusic.audio.handover import MAX_VALUES, Message, clip_of, shared_file
from mlmusic.errors import InputError

_log = logging.getLogger(__name__)

DECODE = "mlmusic.audio.decode:decode"
EXIT_SECONDS = 5.0  # how long the end of the program waits for a killed worker

ENDING = "the app is ending"
STOPPED = "the decoder stopped at this file; choose another one"
TOO_LONG = "decoding takes too long; choose a shorter file or one in another format"


@dataclass(frozen=True)
class Limits:
    """What one song may take."""

    silence_s: float = 20.0  # without a sign that decoding goes on
    total_s: float = 600.0
    start_s: float = 120.0  # for a worker to get warm: it loads PyTorch
    memory_bytes: int = 2**30  # beyond what the warm worker has
    max_values: int = MAX_VALUES  # samples times channels; what is beyond is left out


class Decoder:
    """Decodes in one warm worker. All methods are thread-safe.

    Parameters
    ----------
    function : str
        What decodes in the worker, as ``package.module:name``.
    limits : Limits
    """

    def __init__(self, function: str = DECODE, *, limits: Limits | None = None) -> None:
        self._function = function
        self._limits = limits or Limits()
        self._changed = threading.Condition()
        self._tasks: deque[Task] = deque()  # the first is being decoded
        self._sent: Task | None = None  # what the worker has
        # By content, as long as anybody has a job: what several give is decoded once.
        self._known: WeakValueDictionary[bytes, Task] = WeakValueDictionary()
        self._worker: DecodingProcess | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self) -> None:
        """Have a worker warmed up in the background; returns at once."""
        with self._changed:
            if self._closed or (self._thread and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._work, name="decoder", daemon=True)
            self._thread.start()
            atexit.register(self.close)

    def decode(self, content: bytes) -> Job:
        """Have a sound file decoded; returns at once."""
        key = hashlib.sha256(content).digest()
        with self._changed:
            task = self._known.get(key)
            if task is None or isinstance(task.outcome, Exception):
                task = self._known[key] = Task(content)
                if self._closed:
                    task.end(DecodingError(ENDING))
                else:
                    self.start()
                    self._tasks.append(task)
                    self._changed.notify_all()
            task.waiting += 1
        return Job(task, changed=self._changed, cancel=self._cancel, ahead=self._ahead)

    def _cancel(self, job: Job) -> None:
        """End a job now; with the last one, the worker that has its song, which is replaced."""
        with self._changed:
            if job.finished:
                return
            job.cancelled = True
            job.task.waiting -= 1
            if not job.task.waiting:
                job.task.end(DecodingError(CANCELLED))
                if job.task is self._sent and self._worker:
                    self._worker.kill()
            self._changed.notify_all()

    def _ahead(self, task: Task) -> int:
        """Return how many songs are to be decoded before one."""
        with self._changed:
            earlier = takewhile(lambda other: other is not task, self._tasks)
            return 0 if task.outcome else sum(not other.outcome for other in earlier)

    def close(self) -> None:
        """End all jobs and the worker; called when the program ends."""
        with self._changed:
            self._closed = True
            for task in self._tasks:
                task.end(DecodingError(ENDING))
            if self._worker:
                self._worker.kill()
            self._changed.notify_all()
        atexit.unregister(self.close)
        if self._thread:
            self._thread.join(EXIT_SECONDS)
        if self._worker:
            self._worker.join(EXIT_SECONDS)

    def _work(self) -> None:
        """Decode one song after another; the thread's whole life."""
        while not self._closed:
            self._serve_next()

    def _serve_next(self) -> None:
        """Wait for a song, with a worker getting warm, and see it to its end."""
        with self._changed:
            # There is another try once there is a song. RuntimeError: no thread can start.
            with suppress(OSError, RuntimeError, DecodingError):
                self._usable_worker()
            self._changed.wait_for(lambda: self._tasks or self._closed)
            if self._closed:
                return
            task = self._tasks[0]
        outcome: Clip | Exception = DecodingError(STOPPED)
        try:
            if not task.outcome:
                outcome = self._clip_of(task)
        except (InputError, OSError) as error:
            outcome = error.with_traceback(None)  # which would keep what it passed through
        except Exception:  # a fault of ours is the end of one song as well
            _log.exception("A song was not decoded")
            if self._worker:
                self._worker.kill()
        finally:
            with self._changed:
                self._sent = None
                self._tasks.popleft()
                task.end(outcome)
                self._changed.notify_all()

    def _clip_of(self, task: Task) -> Clip:
        """Have the worker decode a song."""
        with self._changed:
            worker = self._usable_worker()
        if not worker.wait_until_ready(self._limits.start_s):
            worker.kill()
            raise DecodingError("the decoder does not start; the server's log may say why")
        with shared_file() as song, shared_file() as samples:
            song.write(task.content)
            song.flush()
            with self._changed:
                if task.outcome:
                    raise DecodingError(CANCELLED)
                self._sent = task
                worker.send({"song": song.name, "samples": samples.name})
            facts = self._followed(task, worker)
            try:
                return clip_of(samples, facts)
            except ValueError:
                worker.kill()
                raise DecodingError(STOPPED) from None

    def _followed(self, task: Task, worker: DecodingProcess) -> Message:
        """Note what the worker says of a song; return the facts of its clip."""
        end = time.monotonic() + self._limits.total_s
        while (left_s := end - time.monotonic()) > 0:
            try:
                answer = worker.receive(min(left_s, self._limits.silence_s))
            except queue.Empty:
                break
            match answer:
                case {"progress": [float(decoded_s), float() | None as share]} if math.isfinite(
                    decoded_s
                ) and (share is None or 0 <= share <= 1):
                    task.progress = DecodingProgress(decoded_s, share)
                case {"clip": dict() as facts}:
                    return facts
                case {"refused": str(sentence)}:
                    raise InputError(sentence)
                case {"exhausted": str(sentence)}:
                    worker.kill()
                    raise InputError(sentence)
                case _:
                    worker.kill()
                    raise DecodingError(STOPPED)
        worker.kill()
        raise DecodingError(TOO_LONG)

    def _usable_worker(self) -> DecodingProcess:
        """Return the worker, a new one if that is dead; with the lock."""
        if self._closed:
            raise DecodingError(ENDING)
        if self._worker is None or not self._worker.usable:
            self._worker = DecodingProcess(
                self._function,
                memory_bytes=self._limits.memory_bytes,
                max_values=self._limits.max_values,
            )
        return self._worker


_DECODER = Decoder()


def decoder() -> Decoder:
    """Return the one decoder of this process, its worker warm or getting warm."""
    _DECODER.start()
    return _DECODER
