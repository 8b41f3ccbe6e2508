"""Strokes → the 28 × 28 picture that the network reads.

Strokes are known, so the pen that the network sees need not be the pen that the person
saw: every drawing is drawn anew with one standard pen, in proportion to its size. The
picture is therefore the same wherever, however large and however thick one draws.
"""

import contextlib
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from mlmusic.digits.normalise import BOX_PX, Picture, normalise
from mlmusic.errors import InputError

Stroke = NDArray[np.float64]  # (points, 2): x to the right, y down, in any unit

GRID = BOX_PX * 8  # cells a side: 8 × 8 of them, 64 shades of grey, make a pixel
# Thickness in cells, odd; 21 are 2.6 pixels. Test pictures of MNIST, thinned to lines and
# drawn again with pens of 17, 19, 21 and 23 cells, had 83, 94, 105 and 116 pixels of ink on
# average; MNIST has 102. A trained network read all four equally well.
PEN = 21

MAX_STROKES = 1_000
MAX_POINTS = 20_000  # several minutes of drawing
MAX_COORDINATE = 1e9
DECIMALS = 9  # coordinates are compared to this: moving a drawing leaves rounding errors


def picture_of_strokes(strokes: object, *, smallest: float = 0.0) -> Picture | None:
    """Return the 28 × 28 picture of a drawing.

    Parameters
    ----------
    strokes : nested sequence, ``[[[x, y], ...], ...]``
        x to the right, y down, in any unit; checked as in `read_strokes`.
    smallest : float
        In that unit: a drawing is higher or wider than this, and its lines together are
        longer, so that taps, which have no length, are none however far apart. With 0,
        as for files, anything more than a single dot is a drawing, also several dots.

    Returns
    -------
    array, shape (28, 28), float32 in [0, 1], or None
        Ink bright on black. None where there is no drawing.

    Raises
    ------
    InputError
        If these are not strokes, or too many.
    """
    drawing = read_strokes(strokes)
    fitted = fit_in_square(drawing)
    if fitted is None or (smallest and min(fitted[2], _length(drawing)) <= smallest):
        return None
    return normalise(draw_ink(fitted[0]))


def fit_in_square(drawing: list[Stroke]) -> tuple[list[Stroke], Stroke, float] | None:
    """Return strokes moved and scaled into the unit square, and where they were.

    Returns
    -------
    strokes : list of arrays, (points, 2), in [0, 1]
    corner : array, shape (2,)
        The upper left one of the drawing, in its own unit.
    extent : float > 0
        Its longer side, in that unit. None of all this where there is no more than a dot.
    """
    if not drawing:
        return None
    points = np.concatenate(drawing)
    corner = points.min(axis=0)
    extent = float((points.max(axis=0) - corner).max())
    if not extent:
        return None
    return [np.round((one - corner) / extent, DECIMALS) for one in drawing], corner, extent


def read_strokes(strokes: object) -> list[Stroke]:
    """Return strokes as arrays; empty ones are left out.

    Raises
    ------
    InputError
        If these are not lists of strokes of [x, y] points, if a coordinate is not a finite
        number within ±1e9, or if there are more than 1,000 strokes or 20,000 points.
    """
    if not _is_list(strokes) or not all(_is_list(stroke) for stroke in strokes):
        raise InputError("strokes must be a list of strokes: [[[x, y], ...], ...]")
    if len(strokes) > MAX_STROKES:
        raise InputError(f"{len(strokes):,} strokes are too many; draw at most {MAX_STROKES:,}")
    count = sum(map(len, strokes))
    if count > MAX_POINTS:
        raise InputError(f"{count:,} points are too many; draw at most {MAX_POINTS:,}")
    return [_read_stroke(stroke) for stroke in strokes if len(stroke)]


def _is_list(value: object) -> TypeGuard[Sequence[Any] | NDArray[Any]]:
    """Say whether a value is a sequence that is not text."""
    return isinstance(value, list | tuple | np.ndarray)


def _is_point(value: object) -> bool:
    """Say whether a value is two numbers."""
    return (
        _is_list(value)
        and len(value) == 2
        and all(isinstance(one, int | float | np.number) for one in value)
    )


def _read_stroke(stroke: Sequence[object]) -> Stroke:
    """Return one stroke, (points, 2), checked."""
    points: NDArray[Any] = np.empty(0)
    # Before anything is made of them: an array of texts takes as much for each as for the longest.
    if isinstance(stroke, np.ndarray) or all(map(_is_point, stroke)):
        with contextlib.suppress(ValueError, OverflowError):  # whole numbers beyond all bounds
            points = np.asarray(stroke)
    if points.dtype.kind not in "iuf" or points.ndim != 2 or points.shape[1] != 2:
        raise InputError("each stroke must be a list of points [x, y], and x and y numbers")
    points = points.astype(np.float64)
    if not (np.abs(points) <= MAX_COORDINATE).all():  # NaN is not <= anything
        raise InputError(f"each x and y must be a number within ±{MAX_COORDINATE:g}")
    return points


def draw_ink(drawing: list[Stroke]) -> NDArray[np.bool_]:
    """Return the grid, (GRID, GRID), that a pen inks along strokes within the unit square."""
    path = np.zeros((GRID, GRID), np.float32)
    for stroke in drawing:
        columns, rows = np.rint(_walk(stroke * (GRID - PEN))).astype(int).T + PEN // 2
        path[rows, columns] = 1
    # The union of discs along the path: the path convolved with a disc, where not zero.
    touched = np.fft.irfft2(np.fft.rfft2(path) * _pen_spectrum(), s=path.shape)
    return np.asarray(touched > 0.5)


@cache
def _pen_spectrum() -> NDArray[np.complexfloating]:
    """Return the Fourier transform of the pen, a disc around cell (0, 0)."""
    offset = np.minimum(np.arange(GRID), GRID - np.arange(GRID))  # it wraps at the edges
    disc = np.hypot(offset[:, np.newaxis], offset) <= PEN / 2
    return np.fft.rfft2(disc.astype(np.float32))


def _walk(stroke: Stroke) -> Stroke:
    """Return the corners of a stroke and points between, one cell apart at most."""
    steps = _steps(stroke)
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.union1d(travelled, np.arange(travelled[-1]))
    return np.stack([np.interp(at, travelled, axis) for axis in stroke.T], axis=1)


def _length(drawing: list[Stroke]) -> float:
    """Return how long the lines of a drawing are together."""
    return float(sum(_steps(stroke).sum() for stroke in drawing))


def _steps(stroke: Stroke) -> NDArray[np.float64]:
    """Return the distances between the points of a stroke, (points - 1,)."""
    steps: NDArray[np.float64] = np.hypot(*np.diff(stroke, axis=0).T)
    return steps
