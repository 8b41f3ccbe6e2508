"""The steps of one frame end in the columns that the pictures have there."""

import numpy as np
import pytest

from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import Spectra, compute_spectra
from mlmusic.audio.steps import Steps, steps_at
from mlmusic.errors import InputError
from tests.audio.test_spectrum import rich_sound
from tests.sounds import FloatArray, tones

SETTINGS = (
    SpectrumSettings(),
    SpectrumSettings(n_fft=1000, hop_length=333, window="blackman", n_mels=30, n_mfcc=30),
    SpectrumSettings(n_fft=1023, hop_length=100, window="rectangular", lowest_hz=200, n_mels=40),
    SpectrumSettings(n_fft=4096, window="hamming", highest_hz=4000, n_mfcc=1),
)


def steps_in(
    spectra: Spectra, waveform: FloatArray, settings: SpectrumSettings, at: float
) -> Steps:
    return steps_at(
        waveform,
        22_050,
        settings,
        time_s=at,
        loudest_stft_db=float(spectra.stft_db.max()),
        loudest_mel_db=float(spectra.mel_db.max()),
    )


@pytest.mark.parametrize("settings", SETTINGS, ids=WINDOWS)
def test_the_steps_end_in_the_pictures_columns(settings: SpectrumSettings) -> None:
    waveform = rich_sound(22_050)
    spectra = compute_spectra(waveform, 22_050, settings)
    last = spectra.frames - 1
    for frame in (0, 1, 17, last // 2, last - 1, last):
        steps = steps_in(spectra, waveform, settings, frame * settings.hop_length / 22_050)
        assert steps.frame == frame
        np.testing.assert_allclose(steps.stft_db, spectra.stft_db[:, frame], atol=1e-4)
        np.testing.assert_allclose(steps.mel_db, spectra.mel_db[:, frame], atol=1e-4)
        np.testing.assert_allclose(steps.mfcc, spectra.mfcc[:, frame], atol=1e-3)
        np.testing.assert_array_equal(steps.mel_frequencies, spectra.mel_frequencies)


def test_a_folded_picture_has_the_same_floor() -> None:
    waveform, settings = rich_sound(22_050), SpectrumSettings()
    every = compute_spectra(waveform, 22_050, settings)
    folded = compute_spectra(waveform, 22_050, settings, columns=7)
    steps = steps_in(folded, waveform, settings, 0.4)
    np.testing.assert_allclose(steps.mel_db, every.mel_db[:, steps.frame], atol=1e-4)


@pytest.mark.parametrize("settings", SETTINGS, ids=WINDOWS)
def test_each_step_follows_from_the_one_before(settings: SpectrumSettings) -> None:
    n_fft, waveform = settings.n_fft, rich_sound(22_050)
    steps = steps_at(waveform, 22_050, settings, time_s=0.7)
    begin = steps.frame * settings.hop_length - n_fft // 2
    np.testing.assert_array_equal(steps.samples, waveform[begin : begin + n_fft])
    np.testing.assert_allclose(steps.times_s, (begin + np.arange(n_fft)) / 22_050, atol=1e-6)
    np.testing.assert_allclose(steps.windowed, steps.samples * steps.window, atol=1e-7)
    power = np.abs(np.fft.rfft(steps.windowed.astype(np.float64))) ** 2
    np.testing.assert_allclose(steps.stft_db, floored(power), atol=0.01)
    np.testing.assert_allclose(steps.frequencies, np.fft.rfftfreq(n_fft, 1 / 22_050), rtol=1e-6)
    np.testing.assert_allclose(steps.mel_db, floored(steps.filters @ power), atol=0.01)
    np.testing.assert_allclose(steps.mfcc, steps.cosines @ steps.mel_db, atol=1e-3)
    assert steps.filters.shape == (settings.n_mels, n_fft // 2 + 1)
    assert steps.cosines.shape == (settings.n_mfcc, settings.n_mels)
    for name, value in vars(steps).items():
        assert name in ("frame", "time_s") or value.dtype == np.float32


def floored(power: np.ndarray) -> np.ndarray:
    levels = 10 * np.log10(np.maximum(power, 1e-10))
    return np.maximum(levels, levels.max() - 80)


def test_the_nearest_frame_is_taken_and_told() -> None:
    waveform = tones([440])[0]  # 87 frames
    for time_s, frame in ((0.0, 0), (255 / 44_100, 0), (257 / 44_100, 1), (0.5, 43), (1.0, 86)):
        steps = steps_at(waveform, 44_100, SpectrumSettings(), time_s=time_s)
        assert steps.frame == frame
        assert steps.time_s == pytest.approx(frame * 512 / 44_100)
    for beyond, frame in ((-3.0, 0), (99.0, 86)):
        assert steps_at(waveform, 44_100, SpectrumSettings(), time_s=beyond).frame == frame


def test_the_first_window_begins_with_the_sound_reflected() -> None:
    waveform = np.arange(3000, dtype=np.float32) / 3000
    steps = steps_at(waveform, 1000, SpectrumSettings(n_fft=1000), time_s=0)
    np.testing.assert_array_equal(steps.samples[:500], waveform[500:0:-1])
    np.testing.assert_array_equal(steps.samples[500:], waveform[:500])
    assert (steps.times_s[0], steps.times_s[500]) == (-0.5, 0)


def test_steps_hold_nothing_of_the_waveform() -> None:
    waveform = rich_sound(22_050)
    steps = steps_at(waveform, 22_050, SpectrumSettings(), time_s=0.5)
    assert not np.shares_memory(steps.samples, waveform)


@pytest.mark.parametrize("time_s", [float("nan"), float("inf")])
def test_a_time_that_is_no_number_is_refused(time_s: float) -> None:
    with pytest.raises(InputError, match=r"is no moment of the sound; choose one from 0 to 1.000"):
        steps_at(tones()[0], 44_100, SpectrumSettings(), time_s=time_s)


def test_a_sound_shorter_than_a_window_has_no_steps() -> None:
    with pytest.raises(InputError, match="n_fft=2048 is longer than the clip"):
        steps_at(np.zeros(1000, np.float32), 44_100, SpectrumSettings(), time_s=0)


def test_the_steps_of_silence_are_numbers() -> None:
    steps = steps_at(np.zeros(5000, np.float32), 44_100, SpectrumSettings(), time_s=0)
    np.testing.assert_allclose(steps.stft_db, -100, rtol=1e-6)  # a processor's log10 rounds
    np.testing.assert_allclose(steps.mel_db, -100, rtol=1e-6)
    assert np.isfinite(steps.mfcc).all()
