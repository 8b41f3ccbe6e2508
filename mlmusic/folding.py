"""Many columns (or rows) → as many as a picture has: none is left out, some are put together."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Edges = NDArray[np.intp]  # (folded + 1,): where each folded column begins, and the end


def fold_edges(length: int, folded: int) -> Edges:
    """Return the edges that part ``length`` columns into at most ``folded`` even groups."""
    folded = min(length, folded)
    return np.arange(folded + 1, dtype=np.intp) * length // folded


def fold_maximum(values: FloatArray, edges: Edges, *, axis: int = -1) -> FloatArray:
    """Return the maximum of each group: right for levels, where a click must stay seen."""
    folded: FloatArray = np.maximum.reduceat(values, edges[:-1], axis=axis)
    return folded


def fold_mean(values: FloatArray, edges: Edges) -> FloatArray:
    """Return the mean of each group along the last axis."""
    sums = np.add.reduceat(values, edges[:-1], axis=-1, dtype=np.float64)
    return (sums / np.diff(edges)).astype(np.float32)


class RowFold:
    """Rows that come block by block, folded to groups; no block stays in memory.

    Parameters
    ----------
    operation : np.maximum or np.add
    edges : ndarray, shape (groups + 1,)
        Of all rows, from ``fold_edges``.
    folded : ndarray, shape (groups, values)
        Where the result goes; at first, what the operation does not change.
    """

    def __init__(self, operation: np.ufunc, edges: Edges, folded: np.ndarray) -> None:
        self._operation, self._edges, self._folded = operation, edges, folded
        self._next = 0  # the row that comes next

    def append(self, rows: FloatArray) -> None:
        """Take the next rows, shape (rows, values)."""
        edges, begin, end = self._edges, self._next, self._next + len(rows)
        self._next = end
        if len(edges) - 1 == edges[-1]:  # a row each
            self._put(slice(begin, end), rows)
            return
        first = int(np.searchsorted(edges, begin, side="right")) - 1
        last = int(np.searchsorted(edges, end))
        starts, stops = edges[first:last] - begin, edges[first + 1 : last + 1] - begin
        for group, start, stop in zip(range(first, last), starts, stops, strict=True):
            self._put(group, self._operation.reduce(rows[max(start, 0) : stop], axis=0))

    def _put(self, groups: int | slice, values: FloatArray) -> None:
        """Fold values into those of groups."""
        folded = self._folded[groups]
        self._operation(folded, values, out=folded)
