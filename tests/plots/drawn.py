"""What a figure shows, for tests."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from mlmusic.plots.png import png_bytes


def words(figure: Figure) -> list[str]:
    """Return the title, the axes' names and the unit."""
    return [text.get_text() for text in figure.texts]


def labels(axes: Axes, side: str = "left") -> list[str]:
    """Return what is written at the marks to the left, to the right or below axes."""
    align = {"left": "right", "right": "left", "below": "center"}[side]
    return [text.get_text() for text in axes.texts if text.get_horizontalalignment() == align]


def pixels(figure: Figure) -> NDArray[np.int_]:
    """Return the picture as a browser gets it, shape (height, width, 4)."""
    return np.asarray(Image.open(io.BytesIO(png_bytes(figure)))).astype(int)


def inside(figure: Figure, axes: Axes) -> NDArray[np.int_]:
    """Return the part of the picture that axes cover."""
    picture = pixels(figure)
    left, bottom, width, height = axes.get_window_extent().bounds
    top = picture.shape[0] - round(bottom + height)
    return picture[top : top + round(height), round(left) : round(left + width)]


def assert_readable(figure: Figure) -> None:
    """Check that no text is cut off by the edge of the figure, nor written over another."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    boxes = {text.get_text(): text.get_window_extent() for text in texts}
    width, height = canvas.get_width_height(physical=True)
    for name, box in boxes.items():
        assert box.x0 >= 0, name
        assert box.y0 >= 0, name
        assert box.x1 <= width, name
        assert box.y1 <= height, name
    extents = [(text.get_text(), text.get_window_extent()) for text in texts]
    for number, (name, box) in enumerate(extents):
        for other, beside in extents[number + 1 :]:
            across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            down = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            # A line of text has room above and below its letters.
            assert across <= 0 or down <= 0.25 * min(box.height, beside.height), (name, other)
