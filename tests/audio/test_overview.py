"""The overview shows a whole song's extremes, whatever its length."""

import tracemalloc

import numpy as np
import pytest

from mlmusic.audio.overview import FINE, Overview, OverviewWriter
from mlmusic.folding import Edges, FloatArray


def seen(samples: FloatArray, *, block: int = 1152) -> tuple[list[Overview], Edges]:
    """Return what is seen of samples that come in blocks."""
    writer = OverviewWriter(len(samples))
    for begin in range(0, samples.shape[1], block):
        writer.append(samples[:, begin : begin + block])
    return writer.close()


@pytest.mark.parametrize("length", [1, 3, 999, 1000, 12_345, FINE, FINE + 1, 100_003, 1_000_000])
@pytest.mark.parametrize("block", [1152, 50_000])
def test_each_column_has_the_lowest_and_the_highest_of_its_samples(length: int, block: int) -> None:
    samples = np.random.default_rng(length).standard_normal((2, length)).astype(np.float32)
    overviews, edges = seen(samples, block=block)
    for row, overview in zip(samples, overviews, strict=True):
        np.testing.assert_array_equal(overview.lowest, np.minimum.reduceat(row, edges[:-1]))
        np.testing.assert_array_equal(overview.highest, np.maximum.reduceat(row, edges[:-1]))


@pytest.mark.parametrize("length", [1, 999, 1001, FINE + 1, 100_003, 1_000_000])
def test_a_thousand_columns_are_even_and_cover_the_song(length: int) -> None:
    _, edges = seen(np.zeros((1, length), np.float32), block=30_000)
    columns = min(length, 1000)
    assert (len(edges), edges[0], edges[-1]) == (columns + 1, 0, length)
    even = np.arange(columns + 1) * length / columns
    assert np.abs(edges - even).max() < max(length / columns / 7, 1)


@pytest.mark.parametrize("where", [0, 123_456, 499_999])
@pytest.mark.parametrize("height", [0.9, -0.9])
def test_a_click_of_one_sample_is_seen(where: int, height: float) -> None:
    samples = np.zeros((1, 500_000), np.float32)
    samples[0, where] = height
    (found,), edges = seen(samples)
    column = np.searchsorted(edges, where, side="right") - 1
    extreme = found.highest if height > 0 else found.lowest
    assert extreme[column] == np.float32(height)
    assert np.count_nonzero(found.highest) + np.count_nonzero(found.lowest) == 1


def test_a_block_of_nothing_changes_nothing() -> None:
    writer = OverviewWriter(1)
    for samples in ([], [0.5], [], [-0.5]):
        writer.append(np.array([samples], np.float32))
    (found,), _ = writer.close()
    assert (found.lowest.tolist(), found.highest.tolist()) == ([0.5, -0.5], [0.5, -0.5])


def test_a_longer_song_takes_no_more_memory() -> None:
    block = np.zeros((3, 10_000), np.float32)
    writer = OverviewWriter(3)
    writer.append(block)
    tracemalloc.start()
    for _ in range(500):
        writer.append(block)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * 3 * 2 * FINE * 4  # some copies while columns are folded
