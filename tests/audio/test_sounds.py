"""The demo sounds have in their spectra what they are to teach."""

import numpy as np
import pytest

from mlmusic.audio.demos import DEMOS, Demo
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.sounds import (
    CLICKS,
    STRING_HZ,
    STRING_S,
    VOWEL_FORMANTS,
    VOWEL_PITCH,
    clicks,
    plucked_string,
    string_period,
    sweep,
    vowels,
    white_noise,
)
from mlmusic.audio.spectrum import compute_spectra
from tests.sounds import FloatArray


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_every_demo_is_a_sound_that_never_clips_and_says_what_it_teaches(demo: Demo) -> None:
    samples, sample_rate = demo.make()
    assert sample_rate == 44_100
    assert samples.dtype == np.float32
    assert samples.shape[0] in (1, 2)
    assert 2 < samples.shape[1] / sample_rate < 10
    assert np.abs(samples).max() == np.float32(0.8)
    np.testing.assert_array_equal(demo.make()[0], samples)
    assert 1 <= demo.teaches.count(".") <= 2
    assert demo.teaches.endswith(".")


def test_demos_have_names_of_their_own() -> None:
    assert len({demo.name for demo in DEMOS}) == len(DEMOS) == 6


@pytest.mark.parametrize("time_s", [1.5, 3.0, 4.5])
def test_the_sweep_is_where_it_should_be(time_s: float) -> None:
    samples, sample_rate = sweep()
    stft_db = compute_spectra(samples[0], sample_rate, SpectrumSettings(hop_length=147)).stft_db
    frequency = 50 * 320 ** (time_s / 6)  # 50 Hz to 16 kHz
    column = stft_db[:, round(time_s * sample_rate / 147)]
    assert abs(column.argmax() * sample_rate / 2048 - frequency) < 0.01 * frequency + 11


def levels_of(samples: FloatArray) -> np.ndarray:
    """Return the levels of a second's frequencies, a hertz apart, in dB."""
    spectrum = np.fft.rfft(samples[:44_100] * np.blackman(len(samples[:44_100])), 44_100)
    levels: np.ndarray = 20 * np.log10(np.abs(spectrum) + 1e-9)
    return levels


@pytest.mark.parametrize("place", range(len(STRING_HZ)))
def test_the_string_sounds_whole_multiples_of_its_note(place: int) -> None:
    samples, sample_rate = plucked_string()
    begin = round(place * STRING_S * sample_rate)
    note = samples[0, begin : begin + round(STRING_S * sample_rate)]
    levels = levels_of(note)
    frequency = 44_100 / (string_period(STRING_HZ[place]) + 0.5)
    assert abs(1200 * np.log2(frequency / STRING_HZ[place])) < 4  # cents
    for k in range(1, 5):
        at = round(k * frequency)
        assert levels[at - 2 : at + 3].max() > levels[at - 12 : at + 13].max() - 0.1
        between = round((k + 0.5) * frequency)
        assert levels[at - 2 : at + 3].max() > levels[between - 5 : between + 6].max() + 40


@pytest.mark.parametrize("place", range(len(STRING_HZ)))
def test_the_string_plucked_at_a_fifth_lacks_each_fifth_harmonic(place: int) -> None:
    samples, sample_rate = plucked_string()
    begin = round(place * STRING_S * sample_rate)
    levels = levels_of(samples[0, begin:])
    frequency = 44_100 / (string_period(STRING_HZ[place]) + 0.5)
    fourth, fifth, sixth = (
        levels[round(k * frequency) - 3 : round(k * frequency) + 4].max() for k in (4, 5, 6)
    )
    assert fifth < min(fourth, sixth) - 20


def test_high_harmonics_of_the_string_fade_sooner() -> None:
    samples, sample_rate = plucked_string()
    stft_db = compute_spectra(samples[0], sample_rate, SpectrumSettings()).stft_db
    early, late = (stft_db[:, round(t * sample_rate / 512)] for t in (0.1, 1.2))
    first, high = (round(k * 110.1 * 2048 / 44_100) for k in (1, 37))
    assert 5 < early[first] - late[first] < 15
    assert early[high] - late[high] > 40


def test_a_click_is_a_column_as_wide_as_the_window_with_all_frequencies_alike() -> None:
    samples, sample_rate = clicks()
    assert np.count_nonzero(samples) == len(CLICKS)
    stft_db = compute_spectra(samples[0], sample_rate, SpectrumSettings()).stft_db
    times = np.arange(stft_db.shape[1]) * 512 / sample_rate
    seen = stft_db.max(axis=0) > stft_db.min()
    near = np.abs(times[:, np.newaxis] - [time_s for time_s, _ in CLICKS]) < 1024 / sample_rate
    np.testing.assert_array_equal(seen, near.any(axis=1))
    for (_, height), column in zip(CLICKS, near.T, strict=True):
        loudest = stft_db[:, column][:, stft_db[:, column].mean(axis=0).argmax()]
        np.testing.assert_allclose(loudest, loudest.mean(), atol=0.01)
        # The window's height where the click is: 1 at its middle, less beside it.
        assert 20 * np.log10(height) - 1.5 < loudest.mean() <= 20 * np.log10(height) + 0.01


def test_white_noise_has_all_frequencies_at_one_level() -> None:
    samples, _ = white_noise()
    power = np.abs(np.fft.rfft(samples[0])) ** 2
    bands = 10 * np.log10([part.mean() for part in np.array_split(power[1:], 40)])
    assert np.ptp(bands) < 1.5
    follows = np.corrcoef(samples[0, 100:-101], samples[0, 101:-100])[0, 1]
    assert abs(follows) < 0.01


@pytest.mark.parametrize("vowel", VOWEL_FORMANTS)
def test_a_vowel_has_its_formants(vowel: str) -> None:
    samples, sample_rate = vowels()
    begin = list(VOWEL_FORMANTS).index(vowel) * sample_rate
    levels = levels_of(samples[0, begin : begin + sample_rate])
    harmonics = np.arange(VOWEL_PITCH, 3500, VOWEL_PITCH)
    assert levels[harmonics].min() > levels[harmonics + VOWEL_PITCH // 2].max() + 20
    # The source's slope taken off, each formant is a hill, and there are no others.
    envelope = levels[harmonics] + 20 * np.log10(harmonics)
    hills = harmonics[1:-1][(envelope[1:-1] > envelope[:-2]) & (envelope[1:-1] > envelope[2:])]
    np.testing.assert_allclose(hills, VOWEL_FORMANTS[vowel], atol=VOWEL_PITCH / 2)
