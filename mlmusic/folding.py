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
