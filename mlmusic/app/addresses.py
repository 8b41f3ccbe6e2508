"""Small pictures as data addresses, which HTML can hold."""

import base64
import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mlmusic.digits.mnist import load_mnist


def png_address(levels: NDArray[np.uint8]) -> str:
    """Return a picture, grey (height, width) or RGB or RGBA (height, width, 3 or 4)."""
    png = io.BytesIO()
    Image.fromarray(levels).save(png, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"


@lru_cache(maxsize=4096)
def mnist_address(index: int) -> str:
    """Return one of MNIST's test images, in some 500 characters."""
    return png_address(load_mnist().test_images[index].numpy())


def svg_address(svg: str) -> str:
    """Return an SVG; shown as an image, it can run no script and load nothing."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
