"""The mel filters, a few at a time, are the product with their matrix."""

import numpy as np
import pytest

from mlmusic.audio.mel import MelBands, mel_filters, mel_frequencies


@pytest.mark.parametrize("n_fft", [16, 1023, 2048])
@pytest.mark.parametrize("n_mels", [1, 40, 1024])  # 1024: most of them hear nothing
@pytest.mark.parametrize(
    ("lowest_hz", "highest_hz"), [(0, 4000), (300, 3400), (3900, 3901), (0, 125), (125, 250)]
)
def test_the_bands_are_the_product_with_the_filters(
    n_fft: int, n_mels: int, lowest_hz: float, highest_hz: float
) -> None:
    frequencies = mel_frequencies(n_mels, lowest_hz, highest_hz)
    power = np.random.default_rng(0).exponential(size=(3, n_fft // 2 + 1)).astype(np.float32)
    filters = mel_filters(frequencies, n_fft, 8000)
    expected = power @ filters.T
    found = MelBands(filters)(power)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert ((found == 0) == (expected == 0)).all()
