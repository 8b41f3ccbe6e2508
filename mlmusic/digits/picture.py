"""An uploaded picture of a digit → the 28 × 28 picture that the network reads.

A few bytes of a file can stand for many pixels: what it takes to decode is known, and
bounded, before it is decoded, and the decoded picture is made smaller piece by piece.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from mlmusic.digits.ink import find_ink
from mlmusic.digits.normalise import Picture, normalise
from mlmusic.errors import InputError

MAX_PIXELS = 64_000_000  # a large camera's picture; at most four bytes each when decoded
MAX_SAMPLES = 100_000_000  # of a JPEG that is held whole while it is decoded, two bytes each
MAX_SCANS = 100  # of a JPEG: a progressive one has ten or twenty, and each takes time
WORKING_SIDE = 1000  # pixels; larger pictures are made smaller first

# A file is known by its first bytes, not by its name.
FORMATS: dict[bytes, Callable[[io.BytesIO], ImageFile]] = {
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"\xff\xd8\xff": JpegImageFile,
}
# The header of a JPEG's scan: its length, and how many of the colour channels are in it.
SCAN = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e]([\x01-\x04])")
# What Pillow raises on damaged files; it asserts that a PNG of a palette's colours has a palette.
DAMAGED = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, AssertionError),
    *(struct.error, zlib.error),
)


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
        If it is no PNG or JPEG, is damaged, or would take too much memory: more than 64
        million pixels, or 25 to 64 million in a progressive JPEG, depending on its colours.
    """
    return normalise(find_ink(read_image(content)))


def read_image(content: bytes) -> NDArray[np.float32]:
    """Return the brightness, (height, width), 0 black to 1 white; errors as above."""
    opener = next((FORMATS[start] for start in FORMATS if content.startswith(start)), None)
    if opener is None:
        raise InputError("this is not a PNG or JPEG picture; save it as one of these")
    try:
        image = opener(io.BytesIO(content))
        _check_size(image, content)
        image.draft("L", (WORKING_SIDE, WORKING_SIDE))  # JPEG decodes to a smaller size at once
        return _brightness(_upright(_smaller(image)))
    except InputError:
        raise
    except DAMAGED:
        raise InputError("this picture is damaged and cannot be read; save it again") from None


def _check_size(image: ImageFile, content: bytes) -> None:
    """Raise InputError where decoding takes too much memory or time."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{width:,} × {height:,} pixels are too many; make the picture smaller than "
            f"{MAX_PIXELS // 1_000_000} million pixels"
        )
    if not isinstance(image, JpegImageFile):
        return
    scans = SCAN.findall(content)
    if len(scans) > MAX_SCANS:
        raise InputError(f"this JPEG has {len(scans):,} scans; save it again as PNG")
    # All channels in one scan are decoded row by row; what comes in several is held whole.
    held = "progressive" in image.info or any(scan != bytes([image.layers]) for scan in scans)
    if held and _samples(image) > MAX_SAMPLES:
        raise InputError(
            f"{width:,} × {height:,} pixels are too many for a progressive JPEG; make the "
            f"picture smaller than {MAX_SAMPLES // 4_000_000} million pixels"
        )


def _samples(image: JpegImageFile) -> float:
    """Return how many numbers a JPEG holds; colour often has fewer than brightness."""
    shares = [across * down for _, across, down, _ in image.layer]
    finest = max(across for _, across, *_ in image.layer) * max(down for *_, down, _ in image.layer)
    width, height = image.size
    return width * height * sum(shares) / max(finest, 1)


def _smaller(image: Image.Image) -> Image.Image:
    """Return a picture in grey, the longer side less than twice what is worked on.

    It is cut into pieces: each step on the whole would take as much memory as the picture.
    """
    width, height = image.size
    factor = max(max(image.size) // WORKING_SIDE, 1)
    side = factor * max(WORKING_SIDE // factor, 1)
    mode = "LA" if _has_opacity(image) else "L"
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, side):
        for left in range(0, width, side):
            box = (left, top, min(left + side, width), min(top + side, height))
            piece = _grey(image.crop(box)).reduce(factor)
            small.paste(piece, (left // factor, top // factor))
    small.info = image.info  # how the camera was held; complete once the picture is decoded
    return small


def _has_opacity(image: Image.Image) -> bool:
    return image.has_transparency_data and not image.mode.startswith("I")


def _grey(image: Image.Image) -> Image.Image:
    """Return a picture in 8 bits of grey, and 8 of opacity where it has any."""
    if image.mode.startswith("I"):  # 16 bits
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    return image.convert("RGBA").convert("LA") if _has_opacity(image) else image.convert("L")


def _upright(image: Image.Image) -> Image.Image:
    """Return a photo turned as the camera says, or as it is where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except (*DAMAGED, TypeError, AttributeError, KeyError):  # what Pillow raises on odd EXIF
        return image


def _brightness(image: Image.Image) -> NDArray[np.float32]:
    """Return a picture as (height, width) in [0, 1], on paper where it is transparent."""
    if image.mode == "LA":
        grey, opacity = image.split()
        seen = np.asarray(grey)[np.asarray(opacity) > 127]
        paper = "black" if seen.size and seen.mean() > 127 else "white"
        image = Image.composite(grey, Image.new("L", image.size, paper), opacity)
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / np.float32(255)
