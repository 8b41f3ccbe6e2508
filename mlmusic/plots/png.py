"""A figure → the bytes of a PNG file.

A writer of its own, because a person waits for it: without PNG's filters, which serve photos,
pictures of few colours take a quarter of the time that matplotlib's way takes, and no more bytes.
"""

import struct
import zlib
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COMPRESSION = 2  # of 9; 3 takes half as long again to save a fiftieth
PIXELS_PER_METRE = 39.3701  # of one per inch


def png_bytes(figure: Figure, *, background: str | None = None) -> bytes:
    """Return a figure as a PNG picture that carries its description.

    Parameters
    ----------
    figure : Figure
        Its label becomes the text ``Description`` in the file.
    background : str, optional
        A colour; by default the picture is clear where nothing is drawn.
    """
    if background is not None:
        figure.patch.set(facecolor=background, alpha=1.0)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each begins with 0: no filter
    rows[:, 1:] = pixels.reshape(height, -1)
    density = round(figure.dpi * PIXELS_PER_METRE)
    text = b"Description\0\0\0\0\0" + str(figure.get_label()).encode()
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),  # RGBA
            _chunk(b"pHYs", struct.pack(">IIB", density, density, 1)),
            _chunk(b"iTXt", text),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), COMPRESSION)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    """Return a part of a PNG file (PNG specification, section 5.3)."""
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
