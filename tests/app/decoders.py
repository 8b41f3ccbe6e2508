"""What the tests of the decoder share: waiting, and looking at its workers."""

import os
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from mlmusic.app.decoder import Decoder
from mlmusic.app.decoding_job import Job
from mlmusic.audio.clip import Clip
from mlmusic.errors import InputError
from tests.app.faulty_decoding import RAMP

ROOT = Path(__file__).parents[2]
SECONDS = 120.0  # for anything here; machines may be busy
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
STOPPED = "the decoder stopped at this file"
NUMBERS = count()
MEMORY_BYTES = 2**28  # of the faulty decoder
MAX_VALUES = 2**26  # of the decoder of the app, here: 256 MiB of samples


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def begun(job: Job) -> int:
    """Wait until a job is being decoded; return what it says, the worker's id if it hangs."""
    wait_until(lambda: job.progress or job.finished)
    assert job.progress, clip_of(job)
    return int(job.progress.decoded_s)


def good() -> bytes:
    """Return a song that decodes, and that nobody gave before."""
    return b"good %d" % next(NUMBERS)


def clip_of(job: Job) -> Clip:
    assert job.wait(SECONDS)
    return job.clip()


def error_of(job: Job) -> Exception:
    assert job.wait(SECONDS)
    with pytest.raises((InputError, OSError)) as caught:
        job.clip()
    return caught.value


def is_good(decoder: Decoder) -> bool:
    return np.array_equal(clip_of(decoder.decode(good())).samples, RAMP)


def workers(argument: str) -> list[int]:
    """Return the ids of this process's workers that were started with an argument."""
    folders = [path.parent for path in Path("/proc").glob("[0-9]*/stat") if _is_child(path)]
    lines = {int(path.name): (path / "cmdline").read_bytes().split(b"\0") for path in folders}
    return [pid for pid, line in lines.items() if argument.encode() in line]


def _is_child(stat: Path) -> bool:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid()
    except OSError:  # gone meanwhile
        return False


def is_gone(pid: int) -> bool:
    """Return whether a process has ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
