"""A photo or scan of a digit → how much ink each of its pixels has.

Dark on light or light on dark. Lines are narrow: without what is narrow, a picture shows
the paper and the light on it. A morphological closing takes narrow dark lines away, an
opening narrow bright ones, and both leave the straight edge of a shadow where it is.
"""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Levels = NDArray[np.float32]  # (height, width)

SIDE = 200  # pixels: made as small as this, a photo has little grain left
SMALL = 40  # pixels: ink smaller than this in it is looked at more closely
MARGIN = 0.75  # of the longer side of such ink: how much is seen around it
MIN_CONTRAST = 0.1  # between ink and paper, of the range from black to white
DARKEST = np.float32(0.02)  # added to all brightness: there is no share of black
THICKEST = 0.25  # of the shorter side: a line is thinner, and what is wider is paper
UNEVEN = 0.1  # natural logarithm: where the paper at the edge differs by more, so does the light
SHADED = 0.7  # of full ink: what the round edge of a shadow leaves is mostly fainter


def find_ink(brightness: Levels) -> Levels:
    """Return how much ink each pixel has, in [0, 1].

    Parameters
    ----------
    brightness : array, shape (height, width), in [0, 1]
        Dark ink on light paper or the reverse.

    Returns
    -------
    array, at most 200 pixels high and wide
        Of the picture, or of the part of it around the ink where this is small.
    """
    ink = _ink(_small(brightness) + DARKEST)
    part = _around(ink, brightness)
    return ink if part is None else find_ink(part)


def _small(brightness: Levels) -> Levels:
    """Return a picture at most 200 pixels high and wide."""
    image = Image.fromarray(brightness)
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(image)


def _around(ink: Levels, brightness: Levels) -> Levels | None:
    """Return the part of a picture around small ink; None where no more is to be seen."""
    places = np.argwhere(ink)
    if not len(places) or max(brightness.shape) <= SIDE:
        return None
    first, last = places.min(axis=0), places.max(axis=0) + 1
    longer = (last - first).max()
    if longer >= SMALL:
        return None
    scale = np.divide(brightness.shape, ink.shape)
    top, left = ((first - MARGIN * longer) * scale).clip(0).astype(int)
    bottom, right = ((last + MARGIN * longer) * scale).astype(int)
    return brightness[top:bottom, left:right]


def _ink(levels: Levels) -> Levels:
    """Return how much ink each pixel of a small picture has, (height, width), in [0, 1]."""
    paper, sign = _paper(levels)
    contrast = sign * (levels - paper)
    if contrast.max() < MIN_CONTRAST:
        return np.zeros_like(contrast)
    contrast /= paper  # the same in the light and in the shadow
    full = np.median(contrast[contrast > _otsu(contrast.clip(min=0))])  # of a pixel all ink
    if np.ndim(paper):
        faint = SHADED * full
    else:
        # The grain of the paper, five standard deviations of it, and the fringe that JPEG leaves.
        grain = 4.5 * np.percentile(np.abs(_edge(contrast)), 75)
        faint = min(max(grain, full / 8), full / 2)
    return np.where(contrast > faint, contrast / full, 0).clip(0, 1).astype(np.float32)


def _paper(levels: Levels) -> tuple[Any, int]:
    """Return the brightness of the paper, one number in even light, and 1 if ink is brighter."""
    window = max(round(THICKEST * min(levels.shape)), 1)
    without_dark, without_bright = _closing(levels, window), -_closing(-levels, window)
    # Where the ink is still there, there is more to see.
    dark = _variation(without_dark) < _variation(without_bright)
    paper = without_dark if dark else without_bright
    if np.ptp(np.percentile(np.log(_edge(paper)), (10, 90))) > UNEVEN:
        return paper, -1 if dark else 1
    even = np.median(_edge(levels))
    # To the third power, the grain of the paper counts little beside ink.
    return even, 1 if ((levels - even) ** 3).sum() > 0 else -1


def _closing(levels: Levels, window: int) -> Levels:
    """Return a picture without dark lines that are thinner than a square window.

    Each pixel takes, of all windows that it is in, the one whose brightest pixel is darkest.
    Past the edge the picture goes on as it is there: a shadow is cut off, and does not end.
    """
    levels = np.pad(levels, window - 1, mode="edge")
    return _slide(_slide(levels, window, np.maximum), window, np.minimum)


def _slide(levels: Levels, window: int, pick: np.ufunc) -> Levels:
    """Return the highest or lowest value of each square window, window - 1 fewer both ways."""
    for _ in (0, 1):
        seen = 1
        while seen < window:  # twice as many rows each time
            step = min(seen, window - seen)
            levels = cast(Levels, pick(levels[:-step], levels[step:]))
            seen += step
        levels = levels.T
    return levels


def _variation(levels: Levels) -> float:
    """Return the sum of all differences between neighbours."""
    return float(sum(np.abs(np.diff(levels, axis=axis)).sum() for axis in (0, 1)))


def _edge(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the outermost pixels."""
    return np.concatenate([values[[0, -1]].ravel(), values[:, [0, -1]].ravel()])


def _otsu(values: NDArray[np.float32]) -> float:
    """Return the threshold that parts values best into two groups.

    Source: Otsu, "A threshold selection method from gray-level histograms", 1979.
    """
    counts, edges = np.histogram(values, bins=256)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    mass = np.cumsum(counts * centres)
    mean_below = mass[:-1] / below
    mean_above = (mass[-1] - mass[:-1]) / above
    return float(edges[1:-1][np.argmax(below * above * (mean_above - mean_below) ** 2)])
