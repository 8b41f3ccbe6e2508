"""The WAV that the player plays: the samples, for every browser, in little memory."""

import io
import tracemalloc

import numpy as np
import pytest
import soundfile

from mlmusic.audio.clip import Clip
from mlmusic.audio.wav import BLOCK, played_wav, upsampled, wav_bytes
from mlmusic.audio.waveform import clip_part
from mlmusic.folding import FloatArray
from tests.sounds import tones


def read(wav: bytes) -> tuple[FloatArray, int]:
    """Return the samples, shape (channels, samples), and the sample rate."""
    samples, sample_rate = soundfile.read(io.BytesIO(wav), dtype="float32", always_2d=True)
    return samples.T, sample_rate


def test_a_wav_file_holds_the_samples_clipped() -> None:
    samples = np.array([[0.0, 0.5, 1.5, -1.5], [1.0, -1.0, 0.25, 0.0]], np.float32)
    back, sample_rate = read(wav_bytes(samples, 22_050))
    assert sample_rate == 22_050
    np.testing.assert_allclose(back, np.clip(samples, -1, 1), atol=1e-4)


@pytest.mark.parametrize("length", [1, BLOCK, 2 * BLOCK + 1])
def test_a_wav_file_of_any_length_is_whole(length: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (2, length)).astype(np.float32)
    np.testing.assert_allclose(read(wav_bytes(samples, 44_100))[0], samples, atol=1e-4)
    back, sample_rate = read(played_wav(samples[0], 44_100))
    assert (back.shape, sample_rate) == ((1, length), 44_100)
    np.testing.assert_allclose(back[0], samples[0], atol=1e-4)


def test_the_wav_of_a_long_range_takes_little_more_than_itself() -> None:
    clip = Clip(np.zeros((5_000_000, 2), np.float32).T, 44_100, "WAV", 0.0, {})
    tracemalloc.start()
    wav = played_wav(clip_part(clip), 44_100)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(wav) == pytest.approx(10_000_000, abs=100)
    assert most < 1.2 * len(wav) + 40 * BLOCK


@pytest.mark.parametrize(("sample_rate", "played"), [(1, 8000), (2999, 8997), (8000, 8000)])
def test_what_is_too_slow_for_browsers_has_more_samples_of_the_same_sound(
    sample_rate: int, played: int
) -> None:
    sound = tones([sample_rate / 10], sample_rate=sample_rate, duration_s=500 / sample_rate)[0]
    back, found = read(played_wav(sound, sample_rate))
    factor = played // sample_rate
    assert (found, back.shape) == (played, (1, 500 * factor))
    np.testing.assert_allclose(back[0, ::factor], sound, atol=1e-4)  # the old ones
    same = tones([sample_rate / 10], sample_rate=played, duration_s=500 / sample_rate)[0]
    inside = slice(20 * factor, -20 * factor)  # before and after the sound is silence
    np.testing.assert_allclose(back[0, inside], same[inside], atol=1e-3)


@pytest.mark.parametrize("frequency", [0.0, 10.0, 400.0])
def test_no_frequency_is_added_between_the_samples(frequency: float) -> None:
    times = np.arange(1000) / 1000
    sound = np.cos(2 * np.pi * frequency * times).astype(np.float32)
    found = upsampled(sound, 8)[200:-200]
    same = np.cos(2 * np.pi * frequency * (np.arange(8000) / 8000))[200:-200]
    np.testing.assert_allclose(found, same, atol=0.01)
