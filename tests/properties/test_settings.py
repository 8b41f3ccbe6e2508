"""Whatever the settings of spectra are, they are refused or give finite ones."""

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from mlmusic.errors import InputError
from tests.properties.trying import TEXT, attempt, kind, tried

GOOD_SETTINGS = {
    "n_fft": st.integers(200, 1024),
    "hop_length": st.integers(1, 200),
    "window": st.sampled_from(WINDOWS),
    "n_mels": st.integers(20, 64),
    "lowest_hz": st.floats(0, 1000),
    "highest_hz": st.none() | st.floats(1000, 20_000),
    "n_mfcc": st.integers(1, 20),
}
ODD_SETTINGS = {
    **{name: st.integers(-1, 100) | st.integers() for name in GOOD_SETTINGS},
    "window": TEXT,
    **dict.fromkeys(("lowest_hz", "highest_hz"), st.floats()),
}


def test_whatever_the_settings_are_they_are_refused_or_give_finite_spectra() -> None:
    ends = Counter[str]()

    @tried(400)
    @given(
        st.fixed_dictionaries(GOOD_SETTINGS),
        st.fixed_dictionaries({}, optional=ODD_SETTINGS) | st.just({}),
        st.integers(1, 400_000),
        st.integers(0, 3000) | st.just(3000),
        st.none() | st.integers(1, 50),
    )
    def check(
        fields: dict[str, Any], odd: dict[str, Any], sample_rate: int, samples: int, columns: Any
    ) -> None:
        found = attempt(SpectrumSettings, **fields | odd)
        ends[kind(found)] += 1
        if isinstance(found, InputError):
            return
        waveform = np.random.default_rng(samples).uniform(-1, 1, samples).astype(np.float32)
        spectra = attempt(compute_spectra, waveform, sample_rate, found, columns=columns)
        ends[kind(spectra)] += 1
        if isinstance(spectra, InputError):
            return
        width = min(columns or spectra.frames, spectra.frames)
        assert spectra.frames == found.count_frames(samples)
        assert spectra.stft_db.shape == (found.n_fft // 2 + 1, width)
        assert spectra.mel_db.shape == (found.n_mels, width)
        assert spectra.mfcc.shape == (found.n_mfcc, width)
        for picture in (spectra.stft_db, spectra.mel_db, spectra.mfcc, spectra.mel_frequencies):
            assert np.isfinite(picture).all()
        assert np.ptp(spectra.stft_db) <= 80.001

    check()
    assert min(ends[end] for end in ("Spectra", "InputError", "SpectrumSettings")) > 4
