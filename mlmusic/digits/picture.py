"""An uploaded picture of a digit → the 28 × 28 picture that the network reads.

Dark on light or light on dark, of any size: the paper is what most of the edge shows,
the ink is what differs from it.
"""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from mlmusic.digits.normalise import Picture, normalise
from mlmusic.errors import InputError

MAX_PIXELS = 64_000_000  # a large camera's picture
WORKING_SIDE = 1000  # pixels; larger pictures are made smaller first
MIN_CONTRAST = 0.1  # between ink and paper, of the range from black to white
UNEVEN = 0.08  # of that range: where the paper at the edge differs by more, the light is uneven
LIGHT_SIDE = 128  # pixels: the light is looked at in a picture as small as this
THICKEST = 0.3  # of the shorter side: a line is thinner, and what is wider is paper

# A file is known by its first bytes, not by its name.
FORMATS: dict[bytes, Callable[[io.BytesIO], ImageFile]] = {
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"\xff\xd8\xff": JpegImageFile,
}
# What Pillow raises on damaged files.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


def picture_of_image(content: bytes) -> Picture | None:
    """Return the 28 × 28 picture of an uploaded one.

    Parameters
    ----------
    content : bytes
        Of a PNG or JPEG file.

    Returns
    -------
    array, shape (28, 28), float32 in [0, 1], or None
        Ink bright on black. None where no ink stands out from the paper.

    Raises
    ------
    InputError
        If it is no PNG or JPEG, is damaged, or has more than 64 million pixels.
    """
    return normalise(find_ink(read_image(content)))


def read_image(content: bytes) -> NDArray[np.float32]:
    """Return the brightness, (height, width), 0 black to 1 white; errors as above."""
    opener = next((FORMATS[start] for start in FORMATS if content.startswith(start)), None)
    if opener is None:
        raise InputError("this is not a PNG or JPEG picture; save it as one of these")
    try:
        image = opener(io.BytesIO(content))
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise InputError(
                f"{width:,} × {height:,} pixels are too many; make the picture smaller than "
                f"{MAX_PIXELS // 1_000_000} million pixels"
            )
        image.draft("L", (WORKING_SIDE, WORKING_SIDE))  # JPEG decodes to a smaller size at once
        return _brightness(_upright(image))
    except InputError:
        raise
    except DAMAGED:
        raise InputError("this picture is damaged and cannot be read; save it again") from None


def find_ink(brightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much ink each pixel has, (height, width), in [0, 1].

    Parameters
    ----------
    brightness : array, shape (height, width), in [0, 1]
        Dark ink on light paper or the reverse.
    """
    edge = _edge(brightness)
    paper: Any = np.median(edge)
    if np.ptp(np.percentile(edge, (10, 90))) > UNEVEN:
        paper = _surface(brightness)
    contrast = brightness - paper
    if -contrast.clip(max=0).sum() > contrast.clip(min=0).sum():
        contrast = -contrast  # dark on light
        if np.ndim(paper):
            contrast = 1 - _without_shadows(brightness / paper.clip(min=0.05))
    unevenness = np.abs(_edge(contrast))
    contrast = contrast.clip(min=0)
    if contrast.max() < MIN_CONTRAST:
        return np.zeros_like(contrast)
    full = np.median(contrast[contrast > _otsu(contrast)])  # of a pixel that is all ink
    # The grain of the paper, five standard deviations of it, and the fringe that JPEG leaves.
    grain = 4.5 * np.percentile(unevenness, 75)
    faint = full / 2 if np.ndim(paper) else min(max(grain, full / 8), full / 2)  # shadows remain
    return np.where(contrast > faint, contrast / full, 0).clip(0, 1).astype(np.float32)


def _without_shadows(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return dark lines on paper as if its brightness were 1 everywhere.

    The paper is the picture without its lines, a morphological closing: it follows the light
    over the edge of a shadow, too.
    """
    height, width = levels.shape
    small = np.asarray(Image.fromarray(levels).reduce(max(max(levels.shape) // LIGHT_SIDE, 1)))
    window = max(round(THICKEST * min(small.shape)), 3)
    paper = _slide(_slide(small, window, np.max), window, np.min)
    paper = _slide(paper, 3, np.min)  # beside the edge of a shadow it is not sure to be bright
    shape = (width, height)
    light = Image.fromarray(paper).resize(shape, Image.Resampling.BILINEAR)
    return np.asarray(levels / np.asarray(light).clip(min=0.05), np.float32)


def _edge(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the outermost pixels."""
    return np.concatenate([values[[0, -1]].ravel(), values[:, [0, -1]].ravel()])


def _surface(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the second-degree surface that most of the outermost pixels lie on."""
    y, x = np.mgrid[-1 : 1 : levels.shape[0] * 1j, -1 : 1 : levels.shape[1] * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2])
    edge, at_edge = _edge(levels), np.stack([_edge(term) for term in terms], axis=1)
    near = np.ones(len(edge), bool)
    for _ in range(3):  # ink that touches the edge is left out
        weights, *_ = np.linalg.lstsq(at_edge[near], edge[near], rcond=None)
        distance = np.abs(edge - at_edge @ weights)
        near = distance <= 2 * np.percentile(distance, 75)
    return np.asarray(np.tensordot(weights, terms, axes=1), np.float32)


def _slide(
    levels: NDArray[np.float32], window: int, pick: Callable[..., NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return the highest or lowest value of the square window around each pixel."""
    for axis in (0, 1):
        margin = [(0, 0), (0, 0)]
        margin[axis] = (window // 2, window - 1 - window // 2)
        padded = np.pad(levels, margin, mode="edge")
        levels = pick(np.lib.stride_tricks.sliding_window_view(padded, window, axis), axis=-1)
    return levels


def _upright(image: Image.Image) -> Image.Image:
    """Return a photo turned as the camera says, or as it is where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except (*DAMAGED, TypeError, AttributeError, KeyError):  # what Pillow raises on odd EXIF
        return image


def _brightness(image: Image.Image) -> NDArray[np.float32]:
    """Return a decoded picture as (height, width) in [0, 1], on paper where it is transparent."""
    if image.mode.startswith(("I", "F")):  # 16 bits
        levels = np.asarray(image, np.float32) / 65535
        image = Image.fromarray((levels * 255).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        ink = image.convert("RGBA")
        grey, opacity = np.asarray(ink.convert("L"), np.float32), np.asarray(ink.getchannel("A"))
        seen = grey[opacity > 127]
        paper = "black" if seen.size and seen.mean() > 127 else "white"
        image = Image.alpha_composite(Image.new("RGBA", ink.size, paper), ink)
    image = image.convert("L")
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / np.float32(255)


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
