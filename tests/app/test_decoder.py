"""The worker that decodes: what it gives, in which order, to whom, and until when."""

import io
from pathlib import Path

import numpy as np
import pytest

from mlmusic.app.decoder import Decoder
from mlmusic.app.decoding_job import DecodingError
from mlmusic.audio.decode import decode
from mlmusic.errors import InputError
from tests.app.decoders import begun, clip_of, error_of, good, is_gone, is_good
from tests.app.faulty_decoding import RAMP
from tests.sounds import encoded


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["wav", "mp3"])
def test_the_worker_gives_the_clip_that_decoding_here_gives(
    decoder: Decoder, encoding: str
) -> None:
    content = encoded(encoding)[:-500]
    expected = decode(io.BytesIO(content))
    job = decoder.decode(content)
    clip = clip_of(job)
    np.testing.assert_array_equal(clip.samples, expected.samples)
    assert (clip.sample_rate, clip.format, clip.peak, clip.notes) == (
        *(expected.sample_rate, expected.format, expected.peak, expected.notes),
    )
    assert job.task.content == b""


def test_what_is_no_sound_is_refused_in_the_words_of_the_decoder(decoder: Decoder) -> None:
    with pytest.raises(InputError, match="the file is not a sound that can be read; choose WAV"):
        clip_of(decoder.decode(b"#EXTM3U\n/etc/passwd\n"))
    assert not isinstance(error_of(decoder.decode(b"")), DecodingError)


def test_the_progress_of_a_long_song_rises(decoder: Decoder, long_song: bytes) -> None:
    job, seen = decoder.decode(long_song), []
    while not job.wait(0.01):
        if job.progress and job.progress.share is not None:
            seen.append((job.progress.decoded_s, job.progress.share))
    assert len(set(seen)) > 1
    assert seen == sorted(seen)
    for decoded_s, share in seen:
        assert share == pytest.approx(decoded_s / clip_of(job).duration_s, abs=1e-3)
        assert 0 < share <= 1


def test_a_cancelled_song_makes_room_for_the_next(faulty: Decoder, folder: Path) -> None:
    job = faulty.decode(b"never end")
    begun(job)
    job.cancel()
    assert job.finished
    assert job.cancelled
    assert str(error_of(job)) == "decoding was cancelled"
    assert is_good(faulty)
    assert not list(folder.iterdir())


def test_songs_are_decoded_in_their_order_and_a_waiting_one_can_be_cancelled(
    faulty: Decoder,
) -> None:
    first, second, third = map(faulty.decode, (b"hang", b"one", b"two"))
    worker = begun(first)
    assert [job.ahead for job in (first, second, third)] == [0, 1, 2]
    second.cancel()
    assert str(error_of(second)) == "decoding was cancelled"
    assert [job.ahead for job in (first, second, third)] == [0, 0, 1]
    assert not is_gone(worker)
    assert not third.wait(0)
    first.cancel()
    np.testing.assert_array_equal(clip_of(third).samples, RAMP)
    assert is_gone(worker)
    assert third.ahead == 0


def test_cancelling_what_is_finished_changes_nothing(faulty: Decoder) -> None:
    job = faulty.decode(good())
    clip = clip_of(job)
    job.cancel()
    assert not job.cancelled
    assert clip_of(job) is clip


def test_what_two_give_is_decoded_once_and_each_gives_up_alone(faulty: Decoder) -> None:
    first, second, other = faulty.decode(b"hang"), faulty.decode(b"hang"), faulty.decode(good())
    worker = begun(first)
    assert (second.progress, second.ahead, other.ahead) == (first.progress, 0, 1)
    first.cancel()
    first.cancel()  # which counts once
    assert str(error_of(first)) == "decoding was cancelled"
    assert not second.wait(0)
    assert not is_gone(worker)
    second.cancel()
    np.testing.assert_array_equal(clip_of(other).samples, RAMP)
    assert is_gone(worker)


def test_what_one_gives_up_is_the_other_s_clip_all_the_same(faulty: Decoder) -> None:
    before, first, second = map(faulty.decode, (b"hang", b"shared", b"shared"))
    begun(before)
    first.cancel()
    before.cancel()
    np.testing.assert_array_equal(clip_of(second).samples, RAMP)
    assert str(error_of(first)) == "decoding was cancelled"


def test_a_clip_that_somebody_has_is_not_decoded_again(faulty: Decoder) -> None:
    song = good()
    first = faulty.decode(song)
    clip = clip_of(first)
    again = faulty.decode(song)
    assert again.finished
    assert clip_of(again) is clip
    del first, again
    assert clip_of(faulty.decode(song)) is not clip


def test_what_failed_is_tried_again(faulty: Decoder) -> None:
    first = faulty.decode(b"crash")
    error = error_of(first)
    assert error_of(faulty.decode(b"crash")) is not error
