"""The worker process that decodes, as the app sees it.

A process of ``subprocess`` and not of ``multiprocessing``: that would run the page's script
again in the worker, since Streamlit presents it as the main module, and would unpickle what
the worker says. Nor an executor: it cannot say how far a call is, and cannot end one.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress

from mlmusic.audio.handover import Message

LINE_BYTES = 1 << 20  # no answer is longer
ANSWERS = 1000  # that wait at the most; there are ten a second


class DecodingProcess:
    """One worker; started at once, warm some seconds later, and not to be used again once dead.

    Parameters
    ----------
    function : str
        What decodes there, as ``package.module:name``.
    memory_bytes : int > 0
        How much a song may take, beyond what the warm worker has.
    max_values : int > 0
        How much of a song is decoded: samples times channels.
    """

    def __init__(self, function: str, *, memory_bytes: int, max_values: int) -> None:
        limits = (str(memory_bytes), str(max_values))
        path = os.pathsep.join(folder or os.curdir for folder in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mlmusic.audio.decoding", function, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
            start_new_session=True,  # the terminal's Ctrl-C is for the app
        )
        self.pid = self._process.pid
        self.usable = True
        self._ready = False
        self._answers: queue.Queue[Message | None] = queue.Queue(ANSWERS)
        self._reader = threading.Thread(target=self._read, name="decoding answers", daemon=True)
        self._reader.start()

    def wait_until_ready(self, seconds: float) -> bool:
        """Return whether the worker is warm, once it is or after so many seconds."""
        if not self._ready:
            with suppress(queue.Empty):
                self._ready = self.receive(seconds) == {"ready": True}
        return self._ready

    def send(self, request: Message) -> None:
        """Ask for a song; if the worker is dead, ``receive`` says so."""
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self, seconds: float) -> Message | None:
        """Return the next answer; None once the worker is dead.

        Raises
        ------
        queue.Empty
            If nothing comes for so many seconds.
        """
        return self._answers.get(timeout=seconds)

    def kill(self) -> None:
        """End the worker at once, whatever it does."""
        self.usable = False
        self._process.kill()

    def join(self, seconds: float) -> None:
        """Wait until a killed worker is gone."""
        self._reader.join(seconds)

    def _read(self) -> None:
        """Pass on what the worker says; see to its end."""
        assert self._process.stdin
        assert self._process.stdout
        with self._process.stdout as lines:
            while line := lines.readline(LINE_BYTES):
                try:
                    self._answers.put_nowait(json.loads(line))
                except (ValueError, RecursionError, queue.Full):
                    break
        self.kill()  # if it still lives, it can no longer be heard
        if self._answers.full():
            with suppress(queue.Empty):
                self._answers.get_nowait()
        self._answers.put(None)
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
