"""A part of a clip, read as it is needed, is what it is at once."""

import io

import numpy as np
import pytest

from mlmusic.audio.clip import Clip
from mlmusic.audio.decode import decode
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from mlmusic.audio.waveform import clip_part
from mlmusic.errors import InputError
from tests.sounds import encoded


@pytest.fixture(scope="module")
def clip() -> Clip:
    return decode(io.BytesIO(encoded("wav")))


@pytest.mark.parametrize("channel", ["mix", "left", "right"])
@pytest.mark.parametrize(("start_s", "duration_s"), [(0.0, None), (0.25, 0.5), (0.9, 5.0)])
def test_each_span_of_a_part_is_the_clip_s(
    clip: Clip, channel: str, start_s: float, duration_s: float | None
) -> None:
    whole = clip.waveform(channel, start_s=start_s, duration_s=duration_s)
    part = clip_part(clip, channel, start_s=start_s, duration_s=duration_s)
    assert len(part) == len(whole)
    for span in (slice(0, 100), slice(1000, 1001), slice(-10, None), slice(4000, 10**9)):
        np.testing.assert_array_equal(part[span], whole[span])


def test_its_spectra_are_those_of_the_samples(clip: Clip) -> None:
    settings = SpectrumSettings(n_fft=1000, hop_length=300)
    whole = compute_spectra(clip.waveform("right", start_s=0.3), 44_100, settings)
    part = compute_spectra(clip_part(clip, "right", start_s=0.3), 44_100, settings)
    np.testing.assert_array_equal(part.stft_db, whole.stft_db)
    np.testing.assert_array_equal(part.mfcc, whole.mfcc)


def test_a_part_that_the_clip_does_not_have_is_refused(clip: Clip) -> None:
    with pytest.raises(InputError, match="channel='middle' is not in this clip"):
        clip_part(clip, "middle")
    with pytest.raises(InputError, match="start=2 s is not within the clip"):
        clip_part(clip, start_s=2)
