"""What goes wrong in the worker is the end of one song only."""

import os
import signal
import tempfile
from pathlib import Path

import numpy as np
import pytest

from mlmusic.app import decoder as decoder_module
from mlmusic.app.decoder import Decoder, Limits
from mlmusic.app.decoding_job import DecodingError
from mlmusic.app.decoding_process import ANSWERS, DecodingProcess
from mlmusic.audio.handover import shared_file
from mlmusic.errors import InputError
from tests.app.decoders import (
    LINUX,
    MAX_VALUES,
    MEMORY_BYTES,
    SECONDS,
    STOPPED,
    begun,
    clip_of,
    error_of,
    good,
    is_good,
    wait_until,
    workers,
)
from tests.app.faulty_decoding import FUNCTION, RAMP
from tests.bomb import CHANNELS, FRAME_SAMPLES, flac_bomb
from tests.sounds import encoded


@pytest.mark.slow
@LINUX
def test_a_worker_killed_amid_a_song_is_replaced(
    decoder: Decoder, long_song: bytes, folder: Path
) -> None:
    job = decoder.decode(long_song)
    begun(job)
    (pid,) = workers("mlmusic.audio.decode:decode")
    os.kill(pid, signal.SIGKILL)
    assert str(error_of(job)).startswith(STOPPED)
    assert clip_of(decoder.decode(encoded("wav"))).duration_s == 1
    assert not list(folder.iterdir())


@pytest.mark.parametrize("fault", [b"crash", b"fail", b"lie", b"lie boldly"])
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
        clip_of(faulty.decode(fault))
    assert is_good(faulty)


@LINUX
def test_a_worker_whose_memory_ran_out_is_replaced(faulty: Decoder) -> None:
    assert is_good(faulty)
    (before,) = workers(str(MEMORY_BYTES))
    error_of(faulty.decode(b"balloon"))
    assert is_good(faulty)
    assert workers(str(MEMORY_BYTES)) != [before]


def test_a_small_file_that_would_unpack_to_10_gb_ends_at_the_bound(decoder: Decoder) -> None:
    clip = clip_of(decoder.decode(flac_bomb(10**10)))
    assert 0 <= clip.samples.size - MAX_VALUES < CHANNELS * FRAME_SAMPLES
    assert "The song is long: only its first" in clip.notes[0]


@pytest.mark.slow
def test_a_file_that_goes_on_and_on_is_ended(folder: Path) -> None:
    decoder = Decoder(limits=Limits(total_s=1, max_values=10**12))
    assert is_heard(decoder)  # so that the worker is warm
    error = error_of(decoder.decode(flac_bomb(10**11)))
    assert isinstance(error, DecodingError)
    assert str(error).startswith("decoding takes too long")
    assert not list(folder.iterdir())
    decoder.close()


def is_heard(decoder: Decoder) -> bool:
    return clip_of(decoder.decode(encoded("wav"))).duration_s == 1


@pytest.mark.parametrize(
    ("fault", "limits"),
    [(b"hang", Limits(silence_s=1)), (b"never end", Limits(total_s=1))],
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
    np.testing.assert_array_equal(clip_of(faulty.decode(b"chatter")).samples, RAMP)


def given_up(song: bytes) -> DecodingProcess:
    """Give a worker a song, and wait until nobody listens to it any more."""
    worker = DecodingProcess(FUNCTION, memory_bytes=MEMORY_BYTES, max_values=1000)
    assert worker.wait_until_ready(SECONDS)
    with shared_file() as file, shared_file() as samples:
        file.write(song)
        file.flush()
        worker.send({"song": file.name, "samples": samples.name})
        wait_until(lambda: not worker.usable)
    worker.join(SECONDS)
    return worker


def test_what_nobody_takes_in_is_not_piled_up() -> None:
    worker = given_up(b"talk on")
    answers = iter(lambda: worker.receive(0), None)
    assert 0 < sum(1 for _ in answers) < ANSWERS


def test_a_line_without_an_end_is_not_waited_for() -> None:
    worker = given_up(b"shout")
    assert worker.receive(0) is None  # it is over, and nothing came of it


def test_a_worker_that_cannot_start_is_one_sentence() -> None:
    decoder = Decoder("mlmusic.nowhere:decode")
    for _ in range(2):
        assert str(error_of(decoder.decode(good()))).startswith("the decoder does not start")
    decoder.close()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (BlockingIOError(11, "Resource temporarily unavailable"), BlockingIOError),
        (RuntimeError("can't start new thread"), DecodingError),
    ],
    ids=["process", "thread"],
)
def test_a_worker_that_cannot_be_made_ends_one_song_only(
    fault: Exception,
    said: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    decoder = Decoder(FUNCTION)
    with monkeypatch.context() as patched:
        patched.setattr(decoder_module, "DecodingProcess", fail)
        for _ in range(2):
            error = error_of(decoder.decode(good()))
            assert isinstance(error, said)
            assert str(fault) in f"{error}{caplog.text}"  # a fault of ours stands in the log
            assert said is BlockingIOError or str(error).startswith(STOPPED)
    assert is_good(decoder)
    decoder.close()


def test_a_worker_that_never_gets_warm_is_given_up() -> None:
    decoder = Decoder("time:sleep", limits=Limits(start_s=0))
    assert str(error_of(decoder.decode(good()))).startswith("the decoder does not start")
    decoder.close()


def test_a_song_that_cannot_be_laid_ready_ends_alone(
    faulty: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        assert isinstance(error_of(faulty.decode(good())), FileNotFoundError)
    assert is_good(faulty)


@LINUX
def test_a_worker_that_dies_while_it_waits_is_not_asked(faulty: Decoder) -> None:
    assert is_good(faulty)
    (pid,) = workers(str(MEMORY_BYTES))
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    assert is_good(faulty)


def test_the_app_decodes_within_limits() -> None:
    limits = decoder_module._DECODER._limits
    assert limits == Limits()
    assert 0 < limits.silence_s < limits.total_s <= 600
    assert limits.memory_bytes <= 2**30
    assert limits.max_values * 4 <= 4 * 2**30  # bytes of samples, in a file and not in memory
