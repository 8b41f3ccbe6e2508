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
    start : ndarray, shape (groups, values)
        What the operation does not change; it becomes ``folded``.
    """

    def __init__(self, operation: np.ufunc, edges: Edges, start: np.ndarray) -> None:
        self.folded = start
        self._operation, self._edges = operation, edges
        self._count = 0  # rows so far

    def append(self, rows: FloatArray) -> None:
        """Take the next rows, shape (rows, values)."""
        begin, self._count = self._count, self._count + len(rows)
        if len(self.folded) == self._edges[-1]:  # a row each
            self._put(slice(begin, self._count), rows)
            return
        first = int(np.searchsorted(self._edges, begin, side="right")) - 1
        last = int(np.searchsorted(self._edges, self._count))
        starts, stops = self._edges[first:last] - begin, self._edges[first + 1 : last + 1] - begin
        for group, start, stop in zip(range(first, last), starts, stops, strict=True):
            self._put(group, self._operation.reduce(rows[max(start, 0) : stop], axis=0))

    def _put(self, groups: int | slice, values: FloatArray) -> None:
        """Fold values into those of groups."""
        folded = self.folded[groups]
        self._operation(folded, values, out=folded)
