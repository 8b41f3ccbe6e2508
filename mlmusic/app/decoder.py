"""Decoding in a worker process of its own: a sound file cannot harm the app or stop it.

Songs of all sessions are decoded one after another, first come, first served. Whoever asks
gets a `Job`, which can be followed, waited for and cancelled. When the worker crashes, hangs
or takes too much, that is the end of one job; the next one finds another worker.
"""

import atexit
import math
import queue
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

from mlmusic.app.decoding_job import DecodingError, DecodingProgress, Job
from mlmusic.app.decoding_process import DecodingProcess
from mlmusic.audio.clip import Clip
from mlmusic.audio.handover import Message, clip_of, shared_file
from mlmusic.errors import InputError

DECODE = "mlmusic.audio.decode:decode"
EXIT_SECONDS = 5.0  # how long the end of the program waits for a killed worker

CANCELLED = "decoding was cancelled"
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
        self._jobs: deque[Job] = deque()  # the first is being decoded
        self._sent: Job | None = None  # what the worker has
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
        job = Job(content, cancel=self._cancel, ahead=self._ahead)
        with self._changed:
            if self._closed:
                job.end(DecodingError(ENDING))
            else:
                self.start()
                self._jobs.append(job)
                self._changed.notify_all()
        return job

    def _cancel(self, job: Job) -> None:
        """End a job now; the worker that has it is killed, and replaced in the background."""
        with self._changed:
            if job.finished:
                return
            job.cancelled = True
            job.end(DecodingError(CANCELLED))
            if job is self._sent and self._worker:
                self._worker.kill()

    def _ahead(self, job: Job) -> int:
        """Return how many songs are to be decoded before a job."""
        with self._changed:
            earlier = takewhile(lambda other: other is not job, self._jobs)
            return 0 if job.finished else sum(not other.finished for other in earlier)

    def close(self) -> None:
        """End all jobs and the worker; called when the program ends."""
        with self._changed:
            self._closed = True
            for job in self._jobs:
                job.end(DecodingError(ENDING))
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
            with suppress(OSError, DecodingError):  # there is another try once there is a song
                self._usable_worker()
            self._changed.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return
            job = self._jobs[0]
        outcome: Clip | Exception = DecodingError(STOPPED)
        try:
            if not job.finished:
                outcome = self._clip_of(job)
        except (InputError, OSError) as error:
            outcome = error.with_traceback(None)  # which would keep what it passed through
        finally:
            with self._changed:
                self._sent = None
                self._jobs.popleft()
                job.end(outcome)

    def _clip_of(self, job: Job) -> Clip:
        """Have the worker decode a song."""
        with self._changed:
            worker = self._usable_worker()
        if not worker.wait_until_ready(self._limits.start_s):
            worker.kill()
            raise DecodingError("the decoder does not start; the server's log may say why")
        with shared_file() as song, shared_file() as samples:
            song.write(job.content)
            song.flush()
            with self._changed:
                if job.finished:
                    raise DecodingError(CANCELLED)
                self._sent = job
                worker.send({"song": song.name, "samples": samples.name})
            facts = self._followed(job, worker)
            try:
                return clip_of(samples, facts)
            except ValueError:
                worker.kill()
                raise DecodingError(STOPPED) from None

    def _followed(self, job: Job, worker: DecodingProcess) -> Message:
        """Note what the worker says of a job; return the facts of its clip."""
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
                    job.progress = DecodingProgress(decoded_s, share)
                case {"clip": dict() as facts}:
                    return facts
                case {"refused": str(sentence)}:
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
            self._worker = DecodingProcess(self._function, memory_bytes=self._limits.memory_bytes)
        return self._worker


_DECODER = Decoder()


def decoder() -> Decoder:
    """Return the one decoder of this process, its worker warm or getting warm."""
    _DECODER.start()
    return _DECODER
