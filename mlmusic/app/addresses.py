"""Small pictures as data addresses, which HTML can hold."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png_address(levels: NDArray[np.uint8]) -> str:
    """Return a picture, grey (height, width) or RGB or RGBA (height, width, 3 or 4)."""
    png = io.BytesIO()
    Image.fromarray(levels).save(png, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"


def svg_address(svg: str) -> str:
    """Return an SVG; shown as an image, it can run no script and load nothing."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
