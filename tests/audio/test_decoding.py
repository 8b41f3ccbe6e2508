"""The worker's side of decoding: what it reads, answers and may take."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from mlmusic.audio import decoding
from mlmusic.audio.clip import Clip
from mlmusic.audio.clip_writer import ClipWriter
from mlmusic.audio.decode import decode
from mlmusic.audio.decoding import answer
from mlmusic.audio.handover import Message, clip_of, shared_file
from mlmusic.audio.watched import Watched, watched
from mlmusic.errors import InputError
from tests.sounds import encoded, tones

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_every_read_of_a_watched_file_is_told() -> None:
    shares: list[float] = []
    file = Watched(io.BytesIO(bytes(range(100))), shares.append)
    assert file.read(25) == bytes(range(25))
    assert file.tell() == 25
    assert file.seek(-50, io.SEEK_END) == 50
    assert file.read() == bytes(range(50, 100))
    assert shares == [0, 0.5]


def test_a_file_is_not_watched_for_nobody() -> None:
    file = io.BytesIO(b"sound")
    assert watched(file, None) is file


@pytest.mark.parametrize("use_torchaudio", [True, False])
@pytest.mark.parametrize("encoding", ["wav", "mp3", "ogg-opus"])
def test_decoding_reports_how_far_it_is(encoding: str, use_torchaudio: bool) -> None:
    sample_rate = 48_000 if encoding == "ogg-opus" else 44_100
    content = encoded(encoding, tones(sample_rate=sample_rate, duration_s=20))
    seen: list[tuple[float, float | None]] = []

    def report(decoded_s: float, share: float | None) -> None:
        seen.append((decoded_s, share))

    clip = decode(io.BytesIO(content), use_torchaudio=use_torchaudio, report=report)
    assert clip.duration_s == pytest.approx(20, abs=0.1)
    looked, counted = [s for _, s in seen if s is None], [s for s in seen if s[1] is not None]
    assert looked  # while the packets are counted, nothing is decoded
    assert seen[: len(looked)] == [(0.0, None)] * len(looked)
    assert len(counted) > 2
    assert counted[-1] == pytest.approx((20, 1), rel=0.01)
    for decoded_s, share in counted:
        assert decoded_s == pytest.approx(20 * (share or 0), abs=0.1)
    np.testing.assert_array_equal(
        clip.samples, decode(io.BytesIO(content), use_torchaudio=use_torchaudio).samples
    )


def test_up_to_the_bound_is_the_whole() -> None:
    seen: list[float | None] = []
    decode(
        io.BytesIO(encoded("flac")),
        max_values=40_000,
        report=lambda _, share: seen.append(share),
    )
    assert seen[-1] == 1


@pytest.mark.parametrize("use_torchaudio", [True, False])
def test_the_samples_go_into_the_file_that_is_given(use_torchaudio: bool, tmp_path: Path) -> None:
    path = tmp_path / "samples"
    with path.open("w+b") as file:
        clip = decode(io.BytesIO(encoded("wav")), use_torchaudio=use_torchaudio, file=file)
        assert file.closed
    written = np.fromfile(path, np.float32).reshape(-1, 2).T
    np.testing.assert_array_equal(clip.samples, written)
    assert clip.samples.shape == (2, 44_100)


def test_a_clip_is_handed_over_whole() -> None:
    samples = tones(duration_s=0.5)

    def two_tones(song: BinaryIO, *, file: BinaryIO, report: object) -> Clip:
        assert song.read() == b"sound"
        writer = ClipWriter(2, 44_100, file=file)
        writer.append(samples)
        return writer.close(format="WAV", notes=["one", "two"])

    with shared_file() as song, shared_file() as file:
        song.write(b"sound")
        song.flush()
        last = answer({"song": song.name, "samples": file.name}, two_tones, pytest.fail)
        clip = clip_of(file, json.loads(json.dumps(last))["clip"])
    np.testing.assert_array_equal(clip.samples, samples)
    peak = float(np.abs(samples).max())
    assert (clip.sample_rate, clip.format, clip.peak) == (44_100, "WAV", peak)
    assert clip.notes == ("one", "two")
    assert tuple(clip.overviews) == ("mix", "left", "right")
    lowest = clip.overviews["right"].lowest
    assert (lowest.shape, lowest.dtype) == ((1000,), np.float32)
    assert lowest.min() == samples[1].min()


def answered(decode: Callable[..., Any]) -> tuple[Message, list[Message]]:
    """Return the last word on an empty song, and what was told before."""
    told: list[Message] = []
    with shared_file() as song, shared_file() as samples:
        request = {"song": song.name, "samples": samples.name}
        return answer(request, decode, told.append), told


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (InputError("the file is empty"), "refused", "the file is empty"),
        (
            *(MemoryError(), "exhausted"),
            "decoding takes more memory than it may have; choose another file",
        ),
        (
            *(OSError(28, "No space left on device"), "refused"),
            "the decoded sound cannot be stored (No space left on device); "
            "make room on the disk, or choose a shorter file",
        ),
    ],
)
def test_what_cannot_be_decoded_is_answered_in_a_sentence(
    error: Exception, kind: str, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    assert answered(fail) == ({kind: sentence}, [])


def test_a_fault_of_the_program_is_not_answered() -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a fault")

    with pytest.raises(AssertionError, match="a fault"):
        answered(fail)


@pytest.mark.parametrize(("seconds", "count"), [(0.0, 50), (1e9, 1)])
def test_reports_are_passed_on_at_times(
    monkeypatch: pytest.MonkeyPatch, seconds: float, count: int
) -> None:
    monkeypatch.setattr(decoding, "REPORT_S", seconds)

    def decode(_: object, *, file: object, report: Callable[[float, float | None], None]) -> None:
        for k in range(50):
            report(k, None)
        raise InputError("enough")

    _, told = answered(decode)
    assert told == [{"progress": [float(k), None]} for k in range(count)]


@LINUX
def test_the_worker_bounds_itself_and_ends_with_its_input() -> None:
    arguments = ("mlmusic.audio.decoding", "tests.app.faulty_decoding:decode", str(2**26), "1000")
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdin
        assert worker.stdout
        assert json.loads(worker.stdout.readline()) == {"ready": True}
        lines = Path(f"/proc/{worker.pid}/limits").read_text().splitlines()
        bounds = {line[:26].strip(): line[26:].split()[:2] for line in lines[1:]}
        assert bounds["Max core file size"] == ["0", "0"]
        assert int(bounds["Max file size"][1]) == 4 * 1000 + 2**28
        assert 2**26 < int(bounds["Max data size"][1]) < 2**34
        worker.stdin.close()
        assert worker.wait(60) == 0


@LINUX
def test_a_bound_that_is_there_already_is_never_raised() -> None:
    code = """
import resource
from mlmusic.audio.decoding import limit
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
limit(1 << 30, 1 << 40)
assert resource.getrlimit(resource.RLIMIT_FSIZE) == (1 << 20, 1 << 20)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such count")
@pytest.mark.parametrize(("mebibytes", "end"), [(10, 0), (1000, 1)])
def test_where_the_system_bounds_no_memory_the_worker_does(mebibytes: int, end: int) -> None:
    code = f"""
import threading, time
from mlmusic.audio.decoding import end_beyond
threading.Thread(target=end_beyond, args=(2**27,), daemon=True).start()
taken = []
for _ in range({mebibytes}):
    taken.append(b"x" * 2**20)
    time.sleep(0.002)
"""
    # A shell in between: on Linux a process begins with the peak of the one that starts it.
    command = ["sh", "-c", '"$0" -c "$1"; exit $?', sys.executable, code]
    assert subprocess.run(command, cwd=ROOT).returncode == end


@LINUX
def test_without_a_bound_of_the_system_s_the_worker_watches_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched: list[int] = []
    monkeypatch.setattr(decoding, "STATUS", Path("/nowhere"))
    monkeypatch.setattr(decoding, "end_beyond", watched.append)
    monkeypatch.setattr("resource.setrlimit", lambda *_: None)
    decoding.limit(2**20, 2**30)
    assert watched == [2**20]
