"""Folding leaves nothing out."""

import numpy as np
import pytest

from mlmusic.folding import RowFold, fold_edges, fold_maximum, fold_mean


def test_maximum_and_mean_of_even_groups() -> None:
    values = np.array([[1, 5, 2, 0, 3, 3, 9]], np.float32)
    edges = fold_edges(7, 3)
    assert edges.tolist() == [0, 2, 4, 7]
    assert fold_maximum(values, edges).tolist() == [[5, 2, 9]]
    assert fold_mean(values, edges).tolist() == [[3, 1, 5]]
    assert fold_maximum(values.T, edges, axis=0).tolist() == [[5], [2], [9]]


@pytest.mark.parametrize("folded", [5, 6, 1000])
def test_fewer_columns_than_asked_for_stay_as_they_are(folded: int) -> None:
    values = np.arange(10, dtype=np.float32).reshape(2, 5)
    np.testing.assert_array_equal(fold_maximum(values, fold_edges(5, folded)), values)
    np.testing.assert_array_equal(fold_mean(values, fold_edges(5, folded)), values)


def test_groups_differ_by_one_at_most_and_cover_everything() -> None:
    for length in (599, 600, 601, 12_345):
        edges = fold_edges(length, 600)
        assert (edges[0], edges[-1]) == (0, length)
        assert set(np.diff(edges)) <= {length // 600, length // 600 + 1}


@pytest.mark.parametrize("block", [1, 2, 5, 23])
@pytest.mark.parametrize("folded", [1, 4, 22, 23])
def test_rows_that_come_in_blocks_are_folded_as_at_once(block: int, folded: int) -> None:
    rows = np.random.default_rng(0).normal(size=(23, 3)).astype(np.float32)
    edges = fold_edges(23, folded)
    highest, total = np.full((folded, 3), -np.inf, np.float32), np.zeros((folded, 3))
    folds = [RowFold(np.maximum, edges, highest), RowFold(np.add, edges, total)]
    for begin in range(0, 23, block):
        for fold in folds:
            fold.append(rows[begin : begin + block])
    np.testing.assert_array_equal(highest.T, fold_maximum(rows.T, edges))
    np.testing.assert_allclose(total.T / np.diff(edges), fold_mean(rows.T, edges), atol=1e-6)
