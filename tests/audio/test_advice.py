"""Advice names what keeps a picture from being sound, and its values work."""

import re
import time

import numpy as np
import pytest

from mlmusic.audio.advice import advice, mel_advice
from mlmusic.audio.mel import empty_filters, enough_filters, mel_filters, mel_frequencies
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from mlmusic.errors import InputError


def test_the_defaults_need_no_advice_and_the_notebook_s_window_does() -> None:
    for sample_rate in (8000, 22_050, 44_100, 48_000, 96_000):
        assert mel_advice(SpectrumSettings(), sample_rate) is None
    sentence = mel_advice(SpectrumSettings(n_fft=1024), 44_100)
    assert sentence == (
        "Of 128 mel filters 1 is empty: too narrow for n_fft=1024 at 44,100 Hz. "
        "Choose 115 filters, or n_fft=2048."
    )
    for settings in (SpectrumSettings(n_fft=1024, n_mels=115), SpectrumSettings(n_fft=2048)):
        assert mel_advice(settings, 44_100) is None


def test_good_settings_need_no_advice() -> None:
    assert advice(SpectrumSettings(), 44_100, 44_100) == []


def test_what_cannot_be_computed_is_said_as_compute_spectra_says_it() -> None:
    settings = SpectrumSettings(highest_hz=16_000)
    sentences = advice(settings, 8000, 1200)
    assert sentences == [
        "n_fft=2048 is longer than the clip (1200 samples); "
        "choose a longer part of the sound, or n_fft=1024.",
        "The highest frequency, 16,000 Hz, is above 4,000 Hz, half the sample rate, where this "
        "sound ends; choose 4,000 Hz or less.",
    ]
    for samples, sentence in ((1200, sentences[0]), (8000, sentences[1])):
        with pytest.raises(InputError) as error:
            compute_spectra(np.zeros(samples, np.float32), 8000, settings)
        assert f"{error.value}.".lower() == sentence.lower()


def test_a_longer_window_than_the_sound_or_the_settings_allow_is_not_proposed() -> None:
    settings = SpectrumSettings(n_fft=1024)
    assert advice(settings, 44_100, 2048)[0].endswith("Choose 115 filters, or n_fft=2048.")
    assert advice(settings, 44_100, 2047)[0].endswith("Choose 115 filters.")
    many = SpectrumSettings(n_fft=32_768, n_mels=1024, lowest_hz=20)
    sentence = mel_advice(many, 768_000)
    assert sentence is not None
    assert sentence.endswith(" filters.")


def test_fewer_filters_than_coefficients_need_fewer_of_these() -> None:
    settings = SpectrumSettings(n_fft=16, hop_length=4)
    (sentence,) = advice(settings, 8000, 20)
    assert sentence.endswith("Choose 6 filters and 6 coefficients.")
    fewer = SpectrumSettings(n_fft=16, hop_length=4, n_mels=6, n_mfcc=6)
    assert advice(fewer, 8000, 20) == []


def test_a_range_between_two_bins_is_to_be_widened() -> None:
    settings = SpectrumSettings(n_mels=1, n_mfcc=1, lowest_hz=100, highest_hz=101)
    (sentence,) = advice(settings, 44_100, 3000)
    assert sentence == (
        "Of 1 mel filter 1 is empty: too narrow for n_fft=2048 at 44,100 Hz. "
        "Choose 1 filter, 1 coefficient and a range at least 44 Hz wide."
    )
    for lowest in np.linspace(0, 22_000, 40):
        wider = SpectrumSettings(n_mels=1, n_mfcc=1, lowest_hz=lowest, highest_hz=lowest + 44)
        assert advice(wider, 44_100, 3000) == []


@pytest.mark.parametrize("sample_rate", [8000, 44_100, 384_000])
def test_what_is_proposed_works(sample_rate: int) -> None:
    rng = np.random.default_rng(sample_rate)
    for _ in range(60):
        n_fft = int(2 ** rng.uniform(4, 13))
        lowest = rng.uniform(0, 0.3) * sample_rate / 2
        settings = {
            "n_fft": n_fft,
            "hop_length": 16,
            "lowest_hz": lowest if rng.random() < 0.5 else 0.0,
            "n_mels": int(rng.integers(20, 1025)),
            "n_mfcc": 1,
        }
        sentence = mel_advice(SpectrumSettings(**settings), sample_rate)
        if sentence is None:
            continue
        fewer = re.search(r"Choose (\d+) filter", sentence)
        longer = re.search(r"or n_fft=(\d+)\.", sentence)
        assert fewer or longer
        for name, found in (("n_mels", fewer), ("n_fft", longer)):
            if found:
                proposed = SpectrumSettings(**{**settings, name: int(found[1])})
                assert mel_advice(proposed, sample_rate) is None


def test_empty_filters_are_those_without_a_bin() -> None:
    for n_mels in range(1, 80):
        for lowest, highest in ((0.0, 4000.0), (125.0, 1000.0), (300.5, 420.0)):
            frequencies = mel_frequencies(n_mels, lowest, highest)
            empty = ~mel_filters(frequencies, 256, 8000).any(axis=1)
            assert empty_filters(frequencies, 256, 8000) == np.count_nonzero(empty)


def test_a_bin_at_the_very_end_of_a_filter_is_not_heard() -> None:
    for corners, empty in (([125, 140, 156.25], 1), ([125, 156.25, 187.5], 0)):
        frequencies = np.array(corners)  # bins are 31.25 Hz apart
        assert empty_filters(frequencies, 256, 8000) == empty
        assert mel_filters(frequencies, 256, 8000).any() == (not empty)


def test_as_many_filters_as_proposed_or_fewer_are_never_empty() -> None:
    rng = np.random.default_rng(0)
    for _ in range(100):
        lowest, highest = np.sort(rng.uniform(0, 4000, 2))
        n_fft = int(rng.integers(16, 200))
        for n_mels in range(1, enough_filters(n_fft, 8000, lowest, highest) + 1):
            assert not empty_filters(mel_frequencies(n_mels, lowest, highest), n_fft, 8000)


def test_from_0_hz_up_more_filters_than_proposed_are_too_many() -> None:
    for n_fft in (64, 100, 1024, 2048):
        count = enough_filters(n_fft, 44_100, 0.0, 22_050.0)
        for n_mels in range(1, 2 * n_fft):
            empty = empty_filters(mel_frequencies(n_mels, 0.0, 22_050.0), n_fft, 44_100)
            assert (empty == 0) == (n_mels <= count)


def test_the_most_filters_there_can_be_get_their_advice_at_once() -> None:
    def seconds(settings: SpectrumSettings) -> float:
        before = time.process_time()
        assert mel_advice(settings, 44_100)
        return time.process_time() - before

    for n_fft in (16, 1024, 2048, 8192):
        settings = SpectrumSettings(n_mels=1024, n_fft=n_fft, hop_length=16)
        assert min(seconds(settings) for _ in range(3)) < 0.1
