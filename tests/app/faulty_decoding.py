"""What decodes in the worker of a test: it does what the song says, good or bad."""

import gc
import io
import os
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, Any, BinaryIO

import numpy as np

from mlmusic.audio.clip_writer import ClipWriter
from mlmusic.audio.watched import Report
from mlmusic.errors import InputError

FUNCTION = f"{__name__}:decode"
RAMP = np.linspace(-1, 1, 1000, dtype=np.float32).reshape(2, 500)


def decode(
    song: BinaryIO,
    *,
    max_values: int,
    file: IO[bytes] | None = None,
    report: Report | None = None,
) -> Any:
    """Return a ramp; of a song that names one of the faults below, go wrong like that."""
    content = song.read()
    if content in FAULTS:
        return FAULTS[content](file, report)
    writer = ClipWriter(2, 1000, file=file)
    writer.append(RAMP)
    return writer.close(format="Ramp", notes=["A [note](http://localhost)."])


def hang(_: object, report: Report) -> None:
    """Stop for ever, once the test has been told the worker's id."""
    report(os.getpid(), None)
    while True:
        time.sleep(60)


def never_end(_: object, report: Report) -> None:
    start = time.monotonic()
    while True:
        report(time.monotonic() - start, 0.5)
        time.sleep(0.01)


def crash(*_: object) -> None:
    os.abort()


def fail(*_: object) -> None:
    raise AssertionError("a fault of the program (this belongs to a test)")


def balloon(*_: object) -> None:
    """Take 2 GiB: far too much, and not so much that a missing limit harms the machine."""
    blocks = [np.ones(2**21) for _ in range(128)]
    del blocks


def fill_the_disk(file: IO[bytes], _: object) -> None:
    file.seek(2**40)  # a hole takes no room
    file.write(b"x")


def refuse(*_: object) -> None:
    raise InputError("*this* is [refused](http://localhost)")


def lie(*_: object) -> Any:
    return SimpleNamespace(
        channels=2, samples=np.empty((2, 9)), sample_rate=8000, format="WAV", peak=1.0, notes=()
    )


def lie_boldly(*_: object) -> Any:
    """Tell of more samples than a number of the machine can count."""
    return SimpleNamespace(
        **{"channels": 2, "samples": SimpleNamespace(shape=(2, 10**30)), "sample_rate": 8000},
        **{"format": "WAV", "peak": 1.0, "overviews": {}, "notes": ()},
    )


def talk_on(*_: object) -> None:
    """Say more than anybody takes in, and for ever."""
    answers = _answers()
    while True:
        answers.write(b'{"progress": [1.0, 0.5]}\n')


def _answers() -> io.BufferedWriter:
    """Return where the worker writes its answers."""
    (answers,) = (
        one
        for one in gc.get_objects()
        if isinstance(one, io.BufferedWriter) and one.fileno() not in (1, 2)
    )
    return answers


def shout(_: object, report: Report) -> None:
    """Begin a line that is longer than any answer, and never end it."""
    _answers().write(b"[" * 2**21)
    _answers().flush()
    hang(None, lambda *_: None)


def chatter(file: IO[bytes], report: Report) -> Any:
    """Print among the answers, as a library might."""
    os.write(1, b"one library\n")
    sys.stdout.write("another\n")
    sys.stdout.flush()
    return decode(file, max_values=0, file=file, report=report)


FAULTS: dict[bytes, Callable[[Any, Any], Any]] = {
    b"hang": hang,
    b"never end": never_end,
    b"crash": crash,
    b"fail": fail,
    b"balloon": balloon,
    b"fill the disk": fill_the_disk,
    b"refuse": refuse,
    b"lie": lie,
    b"lie boldly": lie_boldly,
    b"talk on": talk_on,
    b"shout": shout,
    b"chatter": chatter,
}
