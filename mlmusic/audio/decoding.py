"""The worker's side of decoding: a process that decodes one sound file after another.

``mlmusic.app.decoder`` starts it as ``python -m mlmusic.audio.decoding FUNCTION MEMORY VALUES``.
Lines of JSON say on its standard input what to decode, and on its standard output how that goes.
Nothing is pickled: a song that takes over this process must not be able to say what the app
is to run. It ends with its standard input, so that it never outlives the app.
"""

import io
import json
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from mlmusic.audio.clip import Clip
from mlmusic.audio.handover import Message, facts_of, open_again
from mlmusic.audio.wav import wav_bytes
from mlmusic.errors import InputError

Decode = Callable[..., Clip]

REPORT_S = 0.1  # between two reports on the same song
FRAME_BYTES = 2**28  # what the frame may have that reaches the bound of values
STATUS = Path("/proc/self/status")  # of Linux: what this process takes
WATCH_S = 0.05  # between two looks at the memory that is taken


def answer(request: Message, decode: Decode, tell: Callable[[Message], None]) -> Message:
    """Decode a song; return the last word on it.

    Parameters
    ----------
    request : dict
        The names of two files: ``song``, and ``samples``, which is empty.
    decode : callable
        As ``mlmusic.audio.decode.decode``.
    tell : callable
        Is told ``{"progress": [seconds, share]}`` at times.

    Returns
    -------
    dict
        ``{"clip": facts}``, ``{"refused": sentence}``, or ``{"exhausted": sentence}`` where memory
        ran out: what is left of it may not do for another song.
    """
    told = -REPORT_S

    def report(decoded_s: float, share: float | None) -> None:
        nonlocal told
        if time.monotonic() >= told + REPORT_S:
            told = time.monotonic()
            tell({"progress": [float(decoded_s), share]})

    try:
        with open_again(request["song"]) as song, open_again(request["samples"]) as samples:
            return {"clip": facts_of(decode(song, file=samples, report=report))}
    except InputError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"exhausted": "decoding takes more memory than it may have; choose another file"}
    except OSError as error:  # a full disk, as a rule
        return {
            "refused": f"the decoded sound cannot be stored ({error.strerror or error}); "
            "make room on the disk, or choose a shorter file"
        }


def limit(memory_bytes: int, file_bytes: int) -> None:
    """Bound what this process may take from now on, as far as the system can.

    On Linux memory is what RLIMIT_DATA counts; RLIMIT_AS would count the mapped samples as well,
    which are 4 GiB of disk. macOS has no such bound: there the process looks at itself, often,
    and ends. Windows has neither: there the bounds are those that decoding sets itself, on the
    samples that it holds at once, the channels, and the length; FFmpeg's own needs have none.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: file_bytes}
    if STATUS.exists():
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        limits[resource.RLIMIT_DATA] = int(lines["VmData"].split()[0]) * 1024 + memory_bytes
    else:
        threading.Thread(target=end_beyond, args=(memory_bytes,), daemon=True).start()
    for kind, most in limits.items():
        already = resource.getrlimit(kind)[1]
        if already != resource.RLIM_INFINITY:
            most = min(most, already)
        resource.setrlimit(kind, (most, most))


def end_beyond(memory_bytes: int) -> None:
    """End this process when it takes so much more memory than now; returns never."""
    import resource

    def most() -> int:
        unit = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, KiB elsewhere
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

    end = most() + memory_bytes
    while most() <= end:
        time.sleep(WATCH_S)
    os._exit(1)


def _received() -> Iterator[Message]:
    """Give what the app says; from now on the process ends with the app, whatever it does."""
    messages: SimpleQueue[Message] = SimpleQueue()

    def read() -> None:
        with open(0, "rb", buffering=0) as lines:  # standard input
            for line in lines:
                messages.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return iter(messages.get, {})


def main() -> None:
    """Decode what the app asks for, with the function and the limits that are given."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app
    # What a library prints goes to the log, not between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def tell(message: Message) -> None:
        try:
            answers.write(json.dumps(message).encode() + b"\n")
            answers.flush()
        except OSError:  # nobody is there to listen
            os._exit(0)

    requests = _received()
    function, memory_bytes, max_values = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    decode: Decode = partial(pkgutil.resolve_name(function), max_values=max_values)
    # The first song loads FFmpeg; let it be this one.
    decode(io.BytesIO(wav_bytes(np.zeros(1, np.float32), 8000)))
    limit(memory_bytes, max_values * np.float32().itemsize + FRAME_BYTES)
    tell({"ready": True})
    for request in requests:
        tell(answer(request, decode, tell))


if __name__ == "__main__":
    main()
