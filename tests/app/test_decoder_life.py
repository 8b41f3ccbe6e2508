"""The worker that decodes lives as long as the app, and leaves nothing behind."""

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmusic.app.decoder import Decoder, Limits
from mlmusic.app.decoding_job import DecodingError
from tests.app.decoders import (
    LINUX,
    MEMORY_BYTES,
    ROOT,
    SECONDS,
    begun,
    clip_of,
    error_of,
    good,
    is_gone,
    is_good,
    wait_until,
    workers,
)
from tests.app.faulty_decoding import FUNCTION
from tests.processes import started


@LINUX
def test_the_samples_have_no_name_and_go_with_the_clip(faulty: Decoder, folder: Path) -> None:
    def maps() -> int:
        lines = Path("/proc/self/maps").read_text().splitlines()
        return sum(str(folder) in line and line.endswith("(deleted)") for line in lines)

    job = faulty.decode(good())
    clip = clip_of(job)
    assert maps() == 1
    assert not list(folder.iterdir())
    assert is_good(faulty)
    wait_until(lambda: maps() == 1)  # the second clip is gone
    del clip, job
    gc.collect()
    assert maps() == 0


@LINUX
def test_nothing_is_left_of_workers_that_died(faulty: Decoder) -> None:
    def level() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    assert is_good(faulty)
    before = level()
    for _ in range(3):
        assert isinstance(error_of(faulty.decode(b"crash")), DecodingError)
    assert is_good(faulty)
    wait_until(lambda: level() == before)


@LINUX
def test_closing_ends_the_songs_and_the_worker() -> None:
    decoder = Decoder(FUNCTION, limits=Limits(memory_bytes=2**27))
    running, waiting = decoder.decode(b"hang"), decoder.decode(good())
    worker = begun(running)
    assert workers(str(2**27)) == [worker]
    decoder.close()
    for job in (running, waiting, decoder.decode(good())):
        assert str(error_of(job)) == "the app is ending"
    assert workers(str(2**27)) == []


def test_the_app_itself_loads_no_decoder() -> None:
    code = "import mlmusic.app.decoder, sys; print(*{'av', 'torch', 'torchaudio'} & {*sys.modules})"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert answer.stdout.strip() == b""


# The interrupt may be ignored here, as in what a shell runs in the background. Nothing else ends it
# within the test's time: not the song's silence either.
PARENT = f"""
import signal
from mlmusic.app.decoder import Decoder, Limits
signal.signal(signal.SIGINT, signal.default_int_handler)
decoder = Decoder({FUNCTION!r}, limits=Limits(silence_s=600))
job = decoder.decode(b"hang")
while not job.progress:
    job.wait(0.01)
try:
    print(int(job.progress.decoded_s), flush=True)  # Ctrl-C comes as soon as it is read
    job.wait()
except KeyboardInterrupt:
    pass
"""


@pytest.fixture
def parent(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process whose worker hangs."""
    with started(PARENT, stderr=subprocess.PIPE, TMPDIR=str(folder)) as process:
        yield process


@LINUX
def test_the_worker_does_not_outlive_the_app(parent: subprocess.Popen[str], folder: Path) -> None:
    assert parent.stdout
    worker = int(parent.stdout.readline())
    assert not is_gone(worker)
    parent.kill()
    wait_until(lambda: is_gone(worker))
    assert not list(folder.iterdir())


@LINUX
def test_ctrl_c_ends_the_app_and_the_worker_without_a_word(
    parent: subprocess.Popen[str],
) -> None:
    assert parent.stdout
    assert parent.stderr
    worker = int(parent.stdout.readline())
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does
    assert parent.wait(SECONDS) == 0
    wait_until(lambda: is_gone(worker))
    assert parent.stderr.read() == ""


@LINUX
def test_an_interrupt_is_not_for_the_worker(faulty: Decoder) -> None:
    job = faulty.decode(b"never end")
    begun(job)
    (pid,) = workers(str(MEMORY_BYTES))
    os.kill(pid, signal.SIGINT)
    for _ in range(3):
        before = job.progress
        wait_until(lambda: job.finished or job.progress != before)  # noqa: B023
    assert not job.finished
    job.cancel()
