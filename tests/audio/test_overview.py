"""The overview shows a whole song's extremes, whatever its length."""

import tracemalloc

import numpy as np
import pytest

from mlmusic.audio.clip import Clip
from mlmusic.audio.overview import overview
from mlmusic.errors import InputError
from tests.audio.test_clip import clip_of


def test_each_column_has_its_lowest_and_highest_sample() -> None:
    rising = np.linspace(-1, 1, 10_000, dtype=np.float32)[np.newaxis]
    found = overview(clip_of(rising), columns=100)
    np.testing.assert_array_equal(found.lowest, rising[0, ::100])
    np.testing.assert_array_equal(found.highest, rising[0, 99::100])
    np.testing.assert_array_equal(found.edges, np.arange(101) * 100)
    assert (found.lowest.dtype, found.sample_rate) == (np.float32, 1000)


def test_uneven_columns_have_every_sample_once() -> None:
    samples = np.random.default_rng(0).standard_normal((1, 12_345)).astype(np.float32)
    found = overview(clip_of(samples))
    assert len(found.lowest) == len(found.highest) == 1000
    for column in (0, 1, 499, 998, 999):
        part = samples[0, found.edges[column] : found.edges[column + 1]]
        assert (found.lowest[column], found.highest[column]) == (part.min(), part.max())
    assert found.edges[0] == 0
    assert found.edges[-1] == 12_345


def test_the_mix_or_one_channel_is_seen() -> None:
    samples = np.stack([np.full(5000, 0.5), np.full(5000, -0.1)]).astype(np.float32)
    clip = clip_of(samples)
    for channel, level in (("mix", 0.2), ("left", 0.5), ("right", -0.1)):
        found = overview(clip, channel, columns=50)
        np.testing.assert_allclose(found.lowest, level, atol=1e-7)
        np.testing.assert_allclose(found.highest, level, atol=1e-7)
    with pytest.raises(InputError, match="channel='middle' is not in this clip"):
        overview(clip, "middle")


@pytest.mark.parametrize("where", [0, 123_456, 499_999])
@pytest.mark.parametrize("height", [0.9, -0.9])
def test_a_click_of_one_sample_is_seen(where: int, height: float) -> None:
    samples = np.zeros((1, 500_000), np.float32)
    samples[0, where] = height
    found = overview(clip_of(samples))
    column = where * 1000 // 500_000
    extreme = found.highest if height > 0 else found.lowest
    assert extreme[column] == np.float32(height)
    assert np.count_nonzero(found.highest) + np.count_nonzero(found.lowest) == 1


def test_fewer_samples_than_columns_have_a_column_each() -> None:
    samples = np.array([[0.1, -0.2, 0.3]], np.float32)
    found = overview(clip_of(samples))
    np.testing.assert_array_equal(found.lowest, samples[0])
    np.testing.assert_array_equal(found.highest, samples[0])


def test_silence_is_a_line_at_zero() -> None:
    found = overview(clip_of(np.zeros((2, 3000), np.float32)))
    assert not found.lowest.any()
    assert not found.highest.any()


def test_a_long_song_takes_little_memory() -> None:
    samples = np.zeros((2, 8_000_000), np.float32)  # 64 MB
    clip = Clip(samples, 44_100, "WAV", 0.0)
    tracemalloc.start()
    overview(clip)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
