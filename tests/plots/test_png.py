"""Figures as PNG files, read back by an independent reader."""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from mlmusic.plots.png import png_bytes


def figure() -> Figure:
    """Return a clear figure, its left half red; its label is not ASCII."""
    drawn = Figure(figsize=(0.5, 0.25), dpi=80, label="Töne: C♯5")
    drawn.patch.set_alpha(0)
    drawn.add_axes((0, 0, 0.5, 1)).imshow(np.full((2, 2, 3), (1.0, 0, 0)), aspect="auto")
    drawn.axes[0].set_axis_off()
    return drawn


def test_the_pixels_and_the_description_come_back() -> None:
    picture = Image.open(io.BytesIO(png_bytes(figure())))
    picture.verify()  # the checksums
    picture = Image.open(io.BytesIO(png_bytes(figure())))
    assert picture.size == (40, 20)
    assert picture.mode == "RGBA"
    assert picture.getpixel((10, 10)) == (255, 0, 0, 255)
    assert picture.getpixel((30, 10))[3] == 0
    assert picture.info["Description"] == "Töne: C♯5"
    assert picture.info["dpi"] == (80, 80) or np.allclose(picture.info["dpi"], 80, atol=0.1)


def test_a_background_fills_what_is_clear() -> None:
    picture = Image.open(io.BytesIO(png_bytes(figure(), background="white")))
    assert picture.getpixel((10, 10)) == (255, 0, 0, 255)
    assert picture.getpixel((30, 10)) == (255, 255, 255, 255)
