"""A drawing with its box and its centre of mass, and small pictures of what a network does."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlmusic.plots.digits import filter_grid
from mlmusic.plots.theme import Theme

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255

# They differ in brightness as well: pale yellow and deep blue.
FOR: Colour = (255, 221, 87)
AGAINST: Colour = (42, 92, 230)
INK: Colour = (96, 96, 104)  # what spoke neither for nor against


def drawing_svg(
    strokes: Sequence[NDArray[np.float64]],
    *,
    side: float,
    pen: float,
    corner: tuple[float, float],
    size: tuple[float, float],
    centre_of_mass: tuple[float, float],
    frame: tuple[float, float],
    frame_side: float,
    theme: Theme,
) -> str:
    """Return a drawing on its pad as an SVG, made of numbers alone.

    Dashed: the bounding box. A cross: the centre of mass. Dotted: the square around that
    cross which becomes the picture.

    Parameters
    ----------
    strokes : sequence of arrays, shape (points, 2)
        x to the right, y down.
    side, pen : float
        Of the pad, which begins at (0, 0), and of the line; all in the strokes' unit.
    corner, size, centre_of_mass, frame : pairs of floats
        Left and top of the bounding box, its width and height, the centre of mass as x and
        y, left and top of the square.
    frame_side : float
    theme : Theme
    """
    # All of the pad and all of the square, which may reach beyond it.
    low = min(0.0, *frame)
    extent = max(side, frame[0] + frame_side, frame[1] + frame_side) - low
    line = extent / 140  # at a width of 168 pixels, 1.2 of them
    x, y = centre_of_mass
    arm = 6 * line
    paths = "".join(_path(stroke) for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{low - line:.2f} {low - line:.2f} '
        f'{extent + 2 * line:.2f} {extent + 2 * line:.2f}" fill="none" stroke-width="{line:.2f}">'
        f"{_rectangle((0, 0), (side, side), theme.muted)}"
        f'<g stroke="{theme.text}" opacity="0.6" stroke-width="{pen:.2f}" '
        f'stroke-linecap="round" stroke-linejoin="round">{paths}</g>'
        f"{_rectangle(frame, (frame_side, frame_side), theme.accent, dashes=(line, 3 * line))}"
        f"{_rectangle(corner, size, theme.second, dashes=(5 * line, 3 * line))}"
        f'<path stroke="{theme.second}" stroke-width="{2.5 * line:.2f}" '
        f'd="M{x - arm:.2f} {y:.2f}H{x + arm:.2f}M{x:.2f} {y - arm:.2f}V{y + arm:.2f}"/></svg>'
    )


def map_grid(maps: NDArray[np.float32], *, columns: int = 8) -> NDArray[np.uint8]:
    """Return feature maps side by side, black for 0 and white for the strongest of all.

    Brightness grows with the square root, so that weak answers are seen as well.

    Parameters
    ----------
    maps : array, shape (count, height, width), >= 0
    columns : int > 0
        Maps a row; ``count`` is a multiple of it.

    Returns
    -------
    array, shape (rows * (height + 1), columns * (width + 1), 4), uint8
        RGBA: between the maps the page shows through.
    """
    values = np.nan_to_num(maps).clip(0)
    levels = np.sqrt(values / max(float(values.max()), 1e-9))
    # filter_grid draws from -1, black, to 1, white.
    return filter_grid(2 * levels - 1, columns=columns, times=1)


def saliency_picture(
    picture: NDArray[np.float32], saliency: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Return a picture whose ink is coloured by what it spoke for.

    Parameters
    ----------
    picture : array, shape (height, width), in [0, 1]
    saliency : array, shape (height, width)
        Above 0 in the colour `FOR`, below in `AGAINST`, near 0 in the grey `INK`.

    Returns
    -------
    array, shape (height, width, 3), uint8
    """
    shares = np.nan_to_num(saliency)
    shares = shares / max(float(np.abs(shares).max()), 1e-9)
    strength = np.sqrt(np.abs(shares))[..., np.newaxis]  # so that little is seen as well
    colour = np.where(shares[..., np.newaxis] > 0, np.array(FOR), np.array(AGAINST))
    ink = picture.clip(0, 1)[..., np.newaxis] * np.array(INK)
    levels: NDArray[np.uint8] = np.rint(ink + strength * (colour - ink)).astype(np.uint8)
    return levels


def _path(stroke: NDArray[np.float64]) -> str:
    """Return a stroke as an SVG path; a single point is a dot."""
    points = "L".join(f"{x:.1f} {y:.1f}" for x, y in stroke.tolist())
    dot = "h0" if len(stroke) == 1 else ""
    return f'<path d="M{points}{dot}"/>'


def _rectangle(
    corner: tuple[float, float],
    size: tuple[float, float],
    colour: str,
    *,
    dashes: tuple[float, float] | None = None,
) -> str:
    """Return a rectangle as SVG."""
    dashed = f' stroke-dasharray="{dashes[0]:.2f} {dashes[1]:.2f}"' if dashes else ""
    return (
        f'<rect x="{corner[0]:.2f}" y="{corner[1]:.2f}" width="{size[0]:.2f}" '
        f'height="{size[1]:.2f}" stroke="{colour}"{dashed}/>'
    )
