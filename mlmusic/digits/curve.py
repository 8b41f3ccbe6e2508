"""What a loss curve shows: smoothed, thinned for a screen, and told in a sentence."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mlmusic.digits.history import History

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FALLING = 0.98  # the latest losses are below this share of those before
DIVERGING = 1.5  # the latest losses are above this multiple of the best before
GUESSING_LOSS = float(np.log(10))  # cross-entropy of ten equal probabilities, in nats


def smooth(losses: Sequence[float], weight: float) -> Floats:
    """Return the exponential moving average of a curve, corrected for its start.

    Parameters
    ----------
    losses : sequence of n floats
    weight : float in [0, 1)
        Share of the average that is kept at each step; 0 changes nothing.

    Returns
    -------
    array, shape (n,), float64

    Notes
    -----
    The correction is that of Kingma and Ba, "Adam", 2015, section 3.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"weight={weight} is not in [0, 1)")
    smoothed = np.empty(len(losses))
    average, kept = 0.0, 1.0
    for index, loss in enumerate(losses):
        average = weight * average + (1 - weight) * loss
        kept *= weight
        smoothed[index] = average / (1 - kept)
    return smoothed


def thin(values: Sequence[float] | Floats, points: int) -> tuple[Ints, Floats]:
    """Return at most ``points`` of a curve's values, with the peaks kept.

    The curve is cut into equal pieces; of each, the lowest and the highest value stay.

    Parameters
    ----------
    values : sequence of n floats
    points : int >= 2

    Returns
    -------
    indices : array, shape (m,), int64, rising, m <= points
    values : array, shape (m,), float64
    """
    curve = np.asarray(values, dtype=np.float64)
    if len(curve) <= points:
        return np.arange(len(curve)), curve
    indices: list[int] = []
    edges = np.linspace(0, len(curve), points // 2 + 1).astype(int)
    for start, end in pairwise(edges):
        piece = curve[start:end]
        indices += sorted({start + int(piece.argmin()), start + int(piece.argmax())})
    kept = np.array(indices, dtype=np.int64)
    return kept, curve[kept]


def describe(history: History) -> str:
    """Return a sentence or two that say what the loss curve shows."""
    losses = np.asarray(history.losses)
    if len(losses) < 4:
        return f"The curve begins: guessing at random costs a loss of {GUESSING_LOSS:.2f}."
    window = max(len(losses) // 5, 2)
    latest, before = losses[-window:].mean(), losses[-2 * window : -window].mean()
    pieces = losses[: len(losses) // window * window].reshape(-1, window).mean(1)
    if latest > DIVERGING * min(pieces.min(), GUESSING_LOSS):
        trend = (
            f"The training loss is diverging: it is at {latest:.2f}, and was {losses.min():.2f} "
            f"at its best; guessing costs {GUESSING_LOSS:.2f}. A smaller learning rate would help."
        )
    elif latest < FALLING * before:
        trend = f"The training loss is falling: {before:.2f} a while ago, {latest:.2f} lately."
    else:
        trend = f"The training loss is flat, at about {latest:.2f}."
    if not history.tests:
        return trend
    test = history.tests[-1]
    return (
        f"{trend} On {test.images:,} test images the loss is {test.loss:.2f} "
        f"and {test.accuracy:.1%} are read right."
    )
