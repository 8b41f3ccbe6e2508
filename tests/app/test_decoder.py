"""The worker that decodes: what it gives, and how its end is the end of one song only."""

import gc
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mlmusic.app import decoder as decoder_module
from mlmusic.app.decoder import Decoder, Limits
from mlmusic.app.decoding_job import DecodingError, Job
from mlmusic.audio.decode import decode
from mlmusic.audio.wav import wav_bytes
from mlmusic.errors import InputError
from tests.app.faulty_decoding import FUNCTION, RAMP
from tests.sounds import encoded

ROOT = Path(__file__).parents[2]
SECONDS = 120.0  # for anything here; machines may be busy
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
STOPPED = "the decoder stopped at this file"
GOOD = b"anything else"
MEMORY_BYTES = 2**28  # of the faulty decoder


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """The decoder of the app."""
    decoder = Decoder()
    yield decoder
    decoder.close()


@pytest.fixture(scope="module")
def faulty() -> Iterator[Decoder]:
    """A decoder that goes wrong as the song says."""
    decoder = Decoder(FUNCTION, limits=Limits(silence_s=600, memory_bytes=MEMORY_BYTES))
    yield decoder
    decoder.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def begun(job: Job) -> int:
    """Wait until a job is being decoded; return what it says, the worker's id if it hangs."""
    wait_until(lambda: job.progress or job.finished)
    assert job.progress, job.clip()
    return int(job.progress.decoded_s)


def error_of(job: Job) -> Exception:
    assert job.wait(SECONDS)
    with pytest.raises((InputError, OSError)) as caught:
        job.clip()
    return caught.value


def is_good(decoder: Decoder) -> bool:
    job = decoder.decode(GOOD)
    assert job.wait(SECONDS)
    return np.array_equal(job.clip().samples, RAMP)


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


@pytest.fixture(scope="module")
def long_song() -> bytes:
    """Too much to be decoded in memory."""
    return wav_bytes(np.zeros((2, 2**24 + 1), np.float32), 8000)


@pytest.mark.parametrize("encoding", ["wav", "mp3"])
def test_the_worker_gives_the_clip_that_decoding_here_gives(
    decoder: Decoder, encoding: str
) -> None:
    content = encoded(encoding)[:-500]
    expected = decode(io.BytesIO(content))
    job = decoder.decode(content)
    assert job.wait(SECONDS)
    clip = job.clip()
    np.testing.assert_array_equal(clip.samples, expected.samples)
    assert (clip.sample_rate, clip.format, clip.peak, clip.notes) == (
        *(expected.sample_rate, expected.format, expected.peak, expected.notes),
    )
    assert job.content == b""


def test_what_is_no_sound_is_refused_in_the_words_of_the_decoder(decoder: Decoder) -> None:
    with pytest.raises(InputError, match="the file is not a sound that can be read; choose WAV"):
        decoder.decode(b"#EXTM3U\n/etc/passwd\n").clip()
    assert not isinstance(error_of(decoder.decode(b"")), DecodingError)


def test_the_progress_of_a_long_song_rises(decoder: Decoder, long_song: bytes) -> None:
    job, seen = decoder.decode(long_song), []
    while not job.wait(0.01):
        if job.progress and job.progress.share is not None:
            seen.append((job.progress.decoded_s, job.progress.share))
    assert len(set(seen)) > 1
    assert seen == sorted(seen)
    for decoded_s, share in seen:
        assert share == pytest.approx(decoded_s / job.clip().duration_s, abs=1e-3)
        assert 0 < share <= 1


@LINUX
def test_a_worker_killed_amid_a_song_is_replaced(
    decoder: Decoder, long_song: bytes, folder: Path
) -> None:
    job = decoder.decode(long_song)
    begun(job)
    (pid,) = workers("mlmusic.audio.decode:decode")
    os.kill(pid, signal.SIGKILL)
    assert str(error_of(job)).startswith(STOPPED)
    assert decoder.decode(encoded("wav")).clip().duration_s == 1
    assert not list(folder.iterdir())


def test_a_cancelled_song_makes_room_for_the_next(
    decoder: Decoder, long_song: bytes, folder: Path
) -> None:
    job = decoder.decode(long_song)
    begun(job)
    job.cancel()
    assert job.finished
    assert job.cancelled
    assert str(error_of(job)) == "decoding was cancelled"
    assert decoder.decode(encoded("wav")).clip().duration_s == 1
    assert not list(folder.iterdir())


def test_songs_are_decoded_in_their_order_and_a_waiting_one_can_be_cancelled(
    faulty: Decoder,
) -> None:
    first, second, third = faulty.decode(b"hang"), faulty.decode(GOOD), faulty.decode(GOOD)
    worker = begun(first)
    assert [job.ahead for job in (first, second, third)] == [0, 1, 2]
    second.cancel()
    assert str(error_of(second)) == "decoding was cancelled"
    assert [job.ahead for job in (first, second, third)] == [0, 0, 1]
    assert not is_gone(worker)
    assert not third.wait(0)
    first.cancel()
    assert third.wait(SECONDS)
    np.testing.assert_array_equal(third.clip().samples, RAMP)
    assert is_gone(worker)
    assert third.ahead == 0


def test_cancelling_what_is_finished_changes_nothing(faulty: Decoder) -> None:
    job = faulty.decode(GOOD)
    clip = job.clip()
    job.cancel()
    assert not job.cancelled
    assert job.clip() is clip


@pytest.mark.parametrize("fault", [b"crash", b"fail", b"lie"])
def test_a_worker_that_dies_or_lies_ends_one_song_only(
    faulty: Decoder, fault: bytes, folder: Path
) -> None:
    job = faulty.decode(fault)
    error = error_of(job)
    assert isinstance(error, DecodingError)
    assert str(error).startswith(STOPPED)
    assert is_good(faulty)
    assert not list(folder.iterdir())


@LINUX
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (b"balloon", "decoding takes more memory than it may have; choose another file"),
        (b"fill the disk", r"the decoded sound cannot be stored \(File too large\); make room"),
    ],
)
def test_what_takes_too_much_is_refused(faulty: Decoder, fault: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        faulty.decode(fault).clip()
    assert is_good(faulty)


@pytest.mark.parametrize(
    ("fault", "limits"),
    [(b"hang", Limits(silence_s=3)), (b"never end", Limits(total_s=3))],
    ids=["silent", "endless"],
)
def test_what_takes_too_long_is_ended(fault: bytes, limits: Limits) -> None:
    decoder = Decoder(FUNCTION, limits=limits)
    error = error_of(decoder.decode(fault))
    assert isinstance(error, DecodingError)
    assert str(error).startswith("decoding takes too long")
    assert is_good(decoder)
    decoder.close()


def test_what_a_library_prints_does_no_harm(faulty: Decoder) -> None:
    np.testing.assert_array_equal(faulty.decode(b"chatter").clip().samples, RAMP)


def test_a_worker_that_cannot_start_is_one_sentence() -> None:
    decoder = Decoder("mlmusic.nowhere:decode")
    for _ in range(2):
        assert str(error_of(decoder.decode(GOOD))).startswith("the decoder does not start")
    decoder.close()


def test_a_worker_that_cannot_be_made_ends_one_song_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    decoder = Decoder(FUNCTION)
    with monkeypatch.context() as patched:
        patched.setattr(decoder_module, "DecodingProcess", fail)
        assert isinstance(error_of(decoder.decode(GOOD)), BlockingIOError)
    assert is_good(decoder)
    decoder.close()


def test_a_worker_that_never_gets_warm_is_given_up() -> None:
    decoder = Decoder("time:sleep", limits=Limits(start_s=0))
    assert str(error_of(decoder.decode(GOOD))).startswith("the decoder does not start")
    decoder.close()


def test_a_song_that_cannot_be_laid_ready_ends_alone(
    faulty: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        assert isinstance(error_of(faulty.decode(GOOD)), FileNotFoundError)
    assert is_good(faulty)


@LINUX
def test_a_worker_that_dies_while_it_waits_is_not_asked(faulty: Decoder) -> None:
    assert is_good(faulty)
    (pid,) = workers(str(MEMORY_BYTES))
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    assert is_good(faulty)


@LINUX
def test_the_samples_have_no_name_and_go_with_the_clip(faulty: Decoder, folder: Path) -> None:
    def maps() -> int:
        lines = Path("/proc/self/maps").read_text().splitlines()
        return sum(str(folder) in line and line.endswith("(deleted)") for line in lines)

    job = faulty.decode(GOOD)
    clip = job.clip()
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
    running, waiting = decoder.decode(b"hang"), decoder.decode(GOOD)
    worker = begun(running)
    assert workers(str(2**27)) == [worker]
    decoder.close()
    for job in (running, waiting, decoder.decode(GOOD)):
        assert str(error_of(job)) == "the app is ending"
    assert workers(str(2**27)) == []


def test_the_app_itself_loads_no_decoder() -> None:
    code = "import mlmusic.app.decoder, sys; print(*{'av', 'torch', 'torchaudio'} & {*sys.modules})"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert answer.stdout.strip() == b""


PARENT = f"""
from mlmusic.app.decoder import Decoder
decoder = Decoder({FUNCTION!r})
job = decoder.decode(b"hang")
while not job.progress:
    job.wait(0.01)
print(int(job.progress.decoded_s), flush=True)
try:
    job.wait()
except KeyboardInterrupt:
    pass
"""


@pytest.fixture
def parent(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose worker hangs."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


@LINUX
def test_the_worker_does_not_outlive_the_app(parent: subprocess.Popen[bytes], folder: Path) -> None:
    assert parent.stdout
    worker = int(parent.stdout.readline())
    assert not is_gone(worker)
    parent.kill()
    wait_until(lambda: is_gone(worker))
    assert not list(folder.iterdir())


@LINUX
def test_ctrl_c_ends_the_app_and_the_worker_without_a_word(
    parent: subprocess.Popen[bytes],
) -> None:
    assert parent.stdout
    assert parent.stderr
    worker = int(parent.stdout.readline())
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does
    assert parent.wait(SECONDS) == 0
    wait_until(lambda: is_gone(worker))
    assert parent.stderr.read() == b""


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
