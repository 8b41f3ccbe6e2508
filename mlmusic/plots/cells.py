"""An image whose cells are drawn as whole pixels: nothing is resampled, nothing is smeared."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from mlmusic.folding import FloatArray


class CellImage(AxesImage):
    """Values as colours over all of their axes, whatever these span; the first row is below.

    A pixel has the colour of the cell that it is in. matplotlib's own image resamples the
    values and their mask first, which took five times as long.
    """

    def make_image(
        self, renderer: Any, magnification: float = 1.0, unsampled: bool = False
    ) -> tuple[NDArray[np.uint8], float, float, Affine2D]:
        """Return the pixels, from below, and the lower left corner, as matplotlib asks for them."""
        left, bottom, right, top = (round(edge) for edge in self.axes.bbox.extents)
        values = self.get_array()
        assert values is not None
        colours = self.to_rgba(values, bytes=True)
        rows = _cells(top - bottom, colours.shape[0])
        columns = _cells(right - left, colours.shape[1])
        whole = colours.view(np.uint32)[..., 0]  # one number a colour
        pixels = whole[rows[:, np.newaxis], columns]
        return pixels.view(np.uint8).reshape(*pixels.shape, 4), left, bottom, Affine2D()


def draw_cells(
    axes: Axes, values: FloatArray, *, colour_map: str, colours: tuple[float, float]
) -> None:
    """Fill axes with an image; ``colours`` are what the first and the last colour stand for."""
    image = CellImage(axes, cmap=colour_map, norm=Normalize(*colours))
    image.set_data(values)
    axes.add_image(image)


def _cells(pixels: int, cells: int) -> NDArray[np.intp]:
    """Return which of the cells each pixel is in."""
    return np.arange(pixels) * cells // pixels
