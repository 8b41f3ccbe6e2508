"""Spectra against known answers, and against librosa under the design's definitions."""

import errno
import tempfile
import tracemalloc
import warnings

import librosa
import numpy as np
import pytest

from mlmusic.audio import spectrum, stft
from mlmusic.audio.demo import demo_song
from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra, decibels
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
        window="boxcar" if settings.window == "rectangular" else settings.window,
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
            fmin=settings.lowest_hz,
            fmax=settings.highest_hz,
            htk=True,
            norm=None,
            dtype=np.float64,
        )
    mel_db = librosa.power_to_db(mel, ref=1, top_db=80)
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=settings.n_mfcc)
    return librosa.power_to_db(power, ref=1, top_db=80), mel_db, mfcc


@pytest.mark.slow  # librosa compiles itself when it is first used
@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 512), (1024, 300), (4095, 1000)])
@pytest.mark.parametrize("sample_rate", [8000, 22_050, 44_100, 48_000, 96_000])
def test_spectra_equal_librosa(sample_rate: int, n_fft: int, hop_length: int) -> None:
    waveform = rich_sound(sample_rate)
    settings = SpectrumSettings(n_fft=n_fft, hop_length=hop_length, n_mfcc=20)
    assert_equal_librosa(waveform, sample_rate, settings)


# Part of half the sample rate: all of it, the lower part, the upper part, a telephone's.
RANGES = ((0.0, 1.0), (0.0, 0.4), (0.5, 1.0), (0.05, 0.6))


@pytest.mark.slow
@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 512), (1024, 300), (8192, 4096)])
@pytest.mark.parametrize("sample_rate", [8000, 22_050, 44_100, 48_000, 96_000])
def test_every_window_and_range_equals_librosa(
    sample_rate: int, n_fft: int, hop_length: int
) -> None:
    waveform = rich_sound(sample_rate, 1.1)
    for window, (lowest, highest) in zip(WINDOWS, RANGES, strict=True):
        settings = SpectrumSettings(
            n_fft=n_fft,
            hop_length=hop_length,
            window=window,
            n_mels=40,
            lowest_hz=lowest * sample_rate / 2,
            highest_hz=highest * sample_rate / 2,
        )
        assert_equal_librosa(waveform, sample_rate, settings)


def assert_equal_librosa(
    waveform: FloatArray, sample_rate: int, settings: SpectrumSettings
) -> None:
    found = compute_spectra(waveform, sample_rate, settings)
    stft_db, mel_db, mfcc = librosa_spectra(waveform, sample_rate, settings)
    for ours, reference in ((found.stft_db, stft_db), (found.mel_db, mel_db), (found.mfcc, mfcc)):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, reference, rtol=0, atol=0.01)
    assert found.frames == stft_db.shape[1]


def test_half_the_sample_rate_is_the_highest_frequency_by_default() -> None:
    waveform = rich_sound(22_050)
    default = compute_spectra(waveform, 22_050, SpectrumSettings())
    given = compute_spectra(waveform, 22_050, SpectrumSettings(highest_hz=11_025))
    np.testing.assert_array_equal(default.mel_db, given.mel_db)
    assert default.mel_frequencies[-1] < 11_025


def test_a_range_of_frequencies_is_where_the_mel_filters_are() -> None:
    settings = SpectrumSettings(n_mels=40, lowest_hz=300, highest_hz=3400)
    found = compute_spectra(tones([440, 5000]).sum(axis=0), 44_100, settings)
    assert 300 < found.mel_frequencies[0] < found.mel_frequencies[-1] < 3400
    assert found.mel_frequencies[found.mel_db.mean(axis=1).argmax()] == pytest.approx(440, abs=30)
    assert found.stft_db.shape[0] == 1025  # the range is not the STFT's


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


def test_the_floor_is_under_the_loudest_that_is_given() -> None:
    power = np.array([1.0, 1e-7, 1e-9, 0.0], np.float32)
    np.testing.assert_allclose(decibels(power), [0, -70, -80, -80], atol=1e-5)
    np.testing.assert_allclose(decibels(power, loudest_db=15), [0, -65, -65, -65], atol=1e-5)
    np.testing.assert_allclose(decibels(power, loudest_db=-10), [0, -70, -90, -90], atol=1e-5)


def test_silence_is_100_db_down_everywhere() -> None:
    found = compute_spectra(np.zeros(10_000, np.float32), 44_100, SpectrumSettings())
    np.testing.assert_allclose(found.stft_db, -100, rtol=1e-6)  # a processor's log10 rounds
    np.testing.assert_allclose(found.mel_db, -100, rtol=1e-6)
    np.testing.assert_allclose(found.mfcc[0], -100 * np.sqrt(128), rtol=1e-6)
    np.testing.assert_allclose(found.mfcc[1:], 0, atol=1e-3)


@pytest.mark.parametrize("columns", [None, 3, 10, 60])
@pytest.mark.parametrize("block_frames", [1, 7, 100_000])
def test_blocks_change_nothing(
    block_frames: int, columns: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    waveform, settings = rich_sound(22_050), SpectrumSettings()
    waveform[-3000:] *= 20  # where the floor is, the last block says
    expected = compute_spectra(waveform, 22_050, settings, columns=columns)
    monkeypatch.setattr(stft, "BLOCK_VALUES", block_frames * settings.n_fft)
    monkeypatch.setattr(spectrum, "READ_FRAMES", block_frames)
    found = compute_spectra(waveform, 22_050, settings, columns=columns)
    np.testing.assert_allclose(found.stft_db, expected.stft_db, atol=1e-4)
    np.testing.assert_allclose(found.mel_db, expected.mel_db, atol=1e-4)
    np.testing.assert_allclose(found.mfcc, expected.mfcc, atol=1e-3)


def test_folding_keeps_the_maximum_of_levels_and_the_mean_of_mfcc() -> None:
    waveform, settings = rich_sound(22_050), SpectrumSettings()
    waveform[-3000:] *= 20  # the floor of all is there
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


class Humming:
    """Forty minutes of sound that nobody has in memory."""

    longest = 0  # that was asked for at once, in samples

    def __len__(self) -> int:
        return 40 * 60 * 8000

    def __getitem__(self, span: slice, /) -> FloatArray:
        self.longest = max(self.longest, span.stop - span.start)
        return np.sin(np.arange(span.start, span.stop, dtype=np.float32))


def test_memory_does_not_grow_with_the_length() -> None:
    humming, settings = Humming(), SpectrumSettings(n_fft=512, n_mels=300)
    tracemalloc.start()
    try:
        found = compute_spectra(humming, 8000, settings, columns=100)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.frames == 37_501
    assert peak < 20 * 2**20  # the mel levels of all frames are 43 MiB, the samples 73
    assert humming.longest < 300_000


def test_too_many_frames_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spectrum, "MAX_MEL_VALUES", 128 * 20)
    waveform = tones([440])[0]
    compute_spectra(waveform[: 19 * 512], 44_100, SpectrumSettings())
    with pytest.raises(InputError, match="87 frames of 128 mel filters are too many; choose"):
        compute_spectra(waveform, 44_100, SpectrumSettings())


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(InputError, match=r"room on the disk \(No space left on device\)"):
        compute_spectra(tones([440])[0], 44_100, SpectrumSettings())


def test_a_window_longer_than_the_clip_is_refused() -> None:
    with pytest.raises(InputError, match=r"n_fft=4096 is longer than the clip \(1200 samples\)"):
        compute_spectra(np.zeros(1200, np.float32), 8000, SpectrumSettings(n_fft=4096))


def test_a_clip_of_just_one_window_has_spectra() -> None:
    found = compute_spectra(tones([440])[0][:2048], 44_100, SpectrumSettings())
    assert found.stft_db.shape == (1025, 5)
