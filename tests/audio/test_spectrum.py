"""Spectra against known answers, and against librosa under the design's definitions."""

import warnings

import librosa
import numpy as np
import pytest

from mlmusic.audio import spectrum
from mlmusic.audio.demo import demo_song
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra, mel_advice
from mlmusic.errors import InputError
from mlmusic.folding import fold_edges, fold_maximum, fold_mean
from tests.sounds import FloatArray, tones


def rich_sound(sample_rate: int, duration_s: float = 1.5) -> FloatArray:
    """Return tones, a sweep, a click and faint noise: levels all over the 80 dB."""
    t = np.arange(round(duration_s * sample_rate)) / sample_rate
    sound = 0.3 * np.sin(2 * np.pi * 220 * t) + 0.2 * np.sin(2 * np.pi * sample_rate / 5 * t)
    sound += 0.1 * np.sin(2 * np.pi * 0.1 * sample_rate * t * t / duration_s)
    sound += 1e-4 * np.random.default_rng(0).standard_normal(len(t))
    sound[len(t) // 2] += 0.5
    return sound.astype(np.float32)


def librosa_spectra(
    waveform: FloatArray, sample_rate: int, settings: SpectrumSettings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    spectrum = librosa.stft(
        waveform.astype(np.float64),
        n_fft=settings.n_fft,
        hop_length=settings.hop_length,
        pad_mode="reflect",
    )
    power = np.abs(spectrum) ** 2
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Empty filters")
        mel = librosa.feature.melspectrogram(
            S=power,
            sr=sample_rate,
            n_fft=settings.n_fft,
            n_mels=settings.n_mels,
            htk=True,
            norm=None,
            dtype=np.float64,
        )
    mel_db = librosa.power_to_db(mel, ref=1, top_db=80)
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=settings.n_mfcc)
    return librosa.power_to_db(power, ref=1, top_db=80), mel_db, mfcc


@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 512), (1024, 300), (4095, 1000)])
@pytest.mark.parametrize("sample_rate", [8000, 22_050, 44_100, 48_000, 96_000])
def test_spectra_equal_librosa(sample_rate: int, n_fft: int, hop_length: int) -> None:
    waveform = rich_sound(sample_rate)
    settings = SpectrumSettings(n_fft=n_fft, hop_length=hop_length, n_mfcc=20)
    found = compute_spectra(waveform, sample_rate, settings)
    stft_db, mel_db, mfcc = librosa_spectra(waveform, sample_rate, settings)
    for ours, reference in ((found.stft_db, stft_db), (found.mel_db, mel_db), (found.mfcc, mfcc)):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, reference, rtol=0, atol=0.01)
    assert found.frames == stft_db.shape[1]


def test_spectra_of_music_equal_librosa() -> None:
    samples, sample_rate = demo_song()
    settings = SpectrumSettings()
    found = compute_spectra(samples.mean(axis=0), sample_rate, settings)
    expected = librosa_spectra(samples.mean(axis=0), sample_rate, settings)
    for ours, reference in zip((found.stft_db, found.mel_db, found.mfcc), expected, strict=True):
        np.testing.assert_allclose(ours, reference, rtol=0, atol=0.01)


def test_a_sine_peaks_in_its_bin_and_its_filter() -> None:
    found = compute_spectra(tones([440])[0], 44_100, SpectrumSettings())
    middle = found.frames // 2
    assert found.stft_db[:, middle].argmax() == round(440 * 2048 / 44_100)
    peak_hz = found.mel_frequencies[found.mel_db[:, middle].argmax()]
    assert peak_hz == pytest.approx(440, abs=20)
    # A sine of amplitude a in the middle of a bin has the power (a n_fft / 4)^2.
    exact = compute_spectra(tones([430.6640625])[0], 44_100, SpectrumSettings())
    assert exact.stft_db.max() == pytest.approx(20 * np.log10(0.5 * 2048 / 4), abs=0.01)


def test_nothing_is_more_than_80_db_under_the_loudest() -> None:
    found = compute_spectra(tones([440])[0], 44_100, SpectrumSettings())
    for levels in (found.stft_db, found.mel_db):
        assert levels.min() == pytest.approx(levels.max() - 80, abs=1e-3)


def test_silence_is_100_db_down_everywhere() -> None:
    found = compute_spectra(np.zeros(10_000, np.float32), 44_100, SpectrumSettings())
    assert (found.stft_db == -100).all()
    assert (found.mel_db == -100).all()
    np.testing.assert_allclose(found.mfcc[0], -100 * np.sqrt(128), rtol=1e-6)
    np.testing.assert_allclose(found.mfcc[1:], 0, atol=1e-3)


@pytest.mark.parametrize("block_frames", [1, 7, 100_000])
def test_blocks_change_nothing(block_frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    waveform, settings = rich_sound(22_050), SpectrumSettings()
    expected = compute_spectra(waveform, 22_050, settings)
    monkeypatch.setattr(spectrum, "BLOCK_FRAMES", block_frames)
    found = compute_spectra(waveform, 22_050, settings)
    np.testing.assert_allclose(found.stft_db, expected.stft_db, atol=1e-4)
    np.testing.assert_allclose(found.mfcc, expected.mfcc, atol=1e-3)


def test_folding_keeps_the_maximum_of_levels_and_the_mean_of_mfcc() -> None:
    waveform, settings = rich_sound(22_050), SpectrumSettings()
    every = compute_spectra(waveform, 22_050, settings)
    folded = compute_spectra(waveform, 22_050, settings, columns=10)
    edges = fold_edges(every.frames, 10)
    assert folded.frames == every.frames
    np.testing.assert_allclose(folded.stft_db, fold_maximum(every.stft_db, edges), atol=1e-4)
    np.testing.assert_allclose(folded.mel_db, fold_maximum(every.mel_db, edges), atol=1e-4)
    np.testing.assert_allclose(folded.mfcc, fold_mean(every.mfcc, edges), atol=1e-3)


def test_a_click_of_one_sample_is_seen_in_a_long_song() -> None:
    waveform = np.zeros(22_050 * 120, np.float32)
    waveform[22_050 * 75] = 1.0
    folded = compute_spectra(waveform, 22_050, SpectrumSettings(), columns=600)
    # A click has a power of 1 in each bin, where the window is at its top.
    assert folded.stft_db.max(axis=0).argmax() == pytest.approx(600 * 75 / 120, abs=1)
    assert folded.stft_db.max() == pytest.approx(0, abs=0.5)


def test_a_window_longer_than_the_clip_is_refused() -> None:
    with pytest.raises(InputError, match=r"n_fft=4096 is longer than the clip \(1200 samples\)"):
        compute_spectra(np.zeros(1200, np.float32), 8000, SpectrumSettings(n_fft=4096))


def test_a_clip_of_just_one_window_has_spectra() -> None:
    found = compute_spectra(tones([440])[0][:2048], 44_100, SpectrumSettings())
    assert found.stft_db.shape == (1025, 5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_fft": 8}, "n_fft=8 is out of range; choose 16 to 65536"),
        ({"n_fft": 1 << 20}, "n_fft=1048576 is out of range"),
        ({"hop_length": 0}, "hop_length=0 is out of range; choose 1 to 2048"),
        ({"hop_length": 4096}, "hop_length=4096 is out of range; choose 1 to 2048"),
        ({"n_mels": 0}, "n_mels=0 is out of range; choose 1 to 1024"),
        ({"n_mfcc": 129}, "n_mfcc=129 is out of range; choose 1 to 128"),
    ],
)
def test_settings_that_give_no_picture_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SpectrumSettings(**settings)


def test_the_defaults_need_no_advice_and_the_notebook_s_window_does() -> None:
    for sample_rate in (8000, 22_050, 44_100, 48_000, 96_000):
        assert mel_advice(SpectrumSettings(), sample_rate) is None
    advice = mel_advice(SpectrumSettings(n_fft=1024), 44_100)
    assert advice == (
        "Of 128 mel filters 1 is empty: too narrow for n_fft=1024 at 44,100 Hz. "
        "Choose 115 filters, or n_fft=2048."
    )
    for settings in (SpectrumSettings(n_fft=1024, n_mels=115), SpectrumSettings(n_fft=2048)):
        assert mel_advice(settings, 44_100) is None
