"""Where a drawing lies, and the picture that it would give if nobody centred it.

For people, who see by this why centring matters; the network reads `picture_of_strokes`.
"""

import numpy as np
from PIL import Image, ImageDraw

from mlmusic.digits.normalise import BOX_PX, IMAGE_PX, Picture, Placement, placement
from mlmusic.digits.sketch import GRID, PEN, draw_ink, fit_in_square, read_strokes

CELLS = GRID // BOX_PX  # cells a side that make a pixel


def placement_of_strokes(strokes: object) -> Placement | None:
    """Return where a drawing lies and which square around it becomes its picture.

    Parameters
    ----------
    strokes : nested sequence, ``[[[x, y], ...], ...]``
        In any unit; checked as in `read_strokes`.

    Returns
    -------
    Placement or None
        In that unit, with the standard pen's thickness. None where nothing is drawn.

    Raises
    ------
    InputError
        If these are not strokes, or too many.
    """
    fitted = fit_in_square(read_strokes(strokes))
    if fitted is None:
        return None
    drawing, corner, extent = fitted
    found = placement(draw_ink(drawing))
    assert found is not None  # a drawing has ink
    cell = extent / (GRID - PEN)  # in the unit of the strokes
    left, top = corner - PEN / 2 * cell

    def place(at: tuple[float, float]) -> tuple[float, float]:
        return float(left + cell * at[0]), float(top + cell * at[1])

    return Placement(
        place(found.corner),
        (cell * found.size[0], cell * found.size[1]),
        place(found.centre_of_mass),
        place(found.frame),
        cell * found.frame_side,
    )


def uncentred_picture(strokes: object, *, side: float, pen: float) -> Picture:
    """Return a pad shrunk to 28 × 28 as it is: the drawing stays where it lies on it.

    Parameters
    ----------
    strokes : nested sequence, ``[[[x, y], ...], ...]``
        Checked as in `read_strokes`; what lies outside the pad is not seen.
    side, pen : float > 0
        Of the pad, which begins at (0, 0), and of the line, in the unit of the strokes.

    Returns
    -------
    array, shape (28, 28), float32 in [0, 1]

    Raises
    ------
    InputError
        If these are not strokes, or too many.
    """
    cell = side / (IMAGE_PX * CELLS)
    image = Image.new("L", (IMAGE_PX * CELLS, IMAGE_PX * CELLS))
    brush = ImageDraw.Draw(image)
    for stroke in read_strokes(strokes):
        points = stroke.clip(-side, 2 * side) / cell - 0.5  # Pillow counts from centres of cells
        brush.line(points.ravel().tolist(), fill=255, width=max(round(pen / cell), 1))
        for x, y in points.tolist():  # round ends and corners
            brush.circle((x, y), pen / cell / 2, fill=255)
    ink = np.asarray(image, np.float32) / np.float32(255)
    picture: Picture = ink.reshape(IMAGE_PX, CELLS, IMAGE_PX, CELLS).mean(axis=(1, 3))
    return picture
