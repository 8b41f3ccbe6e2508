"""Whatever is uploaded as a picture is refused or one."""

import io
import struct
import zlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mlmusic.digits.picture import picture_of_image
from mlmusic.errors import InputError
from tests.properties.trying import EDITS, attempt, edited, kind, tried


def image_file(mode: str, kind: str, **options: object) -> bytes:
    image = Image.new("L", (40, 50), 255)
    image.paste(0, (10, 10, 20, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.convert(mode).save(file, kind, exif=exif, **options)
    return file.getvalue()


PNGS = [image_file(mode, "PNG") for mode in ("L", "LA", "RGB", "RGBA", "P", "1", "I;16")]
JPEGS = [
    image_file(mode, "JPEG", progressive=progressive)
    for mode in ("L", "RGB", "CMYK")
    for progressive in (False, True)
]
BLOCKS = (b"tRNS", b"PLTE", b"acTL", b"fcTL", b"fdAT", b"iCCP", b"gAMA", b"zTXt", b"eXIf", b"IDAT")


@st.composite
def pngs(draw: st.DrawFn) -> bytes:
    """Draw a PNG with blocks changed, left out and put in, whose checksums are right."""
    whole, blocks, at = draw(st.sampled_from(PNGS)), [], 8
    while at < len(whole):
        length = int.from_bytes(whole[at : at + 4], "big")
        blocks.append((whole[at + 4 : at + 8], whole[at + 8 : at + 8 + length]))
        at += 12 + length
    left_out = draw(st.integers(0, 9))
    blocks = [block for number, block in enumerate(blocks) if number != left_out]
    for name in draw(st.lists(st.sampled_from(BLOCKS), max_size=2)):
        blocks.insert(draw(st.integers(0, len(blocks))), (name, draw(st.binary(max_size=30))))
    content = whole[:8]
    for name, data in blocks:
        data = edited(data, draw(EDITS)) if draw(st.booleans()) else data
        content += struct.pack(">I", len(data)) + name + data
        content += struct.pack(">I", zlib.crc32(name + data))
    return content


@st.composite
def jpegs(draw: st.DrawFn) -> bytes:
    """Draw a JPEG with a few bytes changed, or cut short."""
    content = edited(draw(st.sampled_from(JPEGS)), draw(EDITS), 2)
    return content[: draw(st.integers(0, 2000)) or None]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow names what it skips
def test_whatever_is_uploaded_as_a_picture_is_refused_or_one() -> None:
    ends = Counter[str]()
    starts = st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])

    @tried(600)
    @given(pngs() | jpegs() | st.builds(bytes.__add__, starts, st.binary(max_size=200)))
    def check(content: bytes) -> None:
        ends[kind(attempt(picture_of_image, content))] += 1

    check()
    assert min(ends[end] for end in ("ndarray", "InputError")) > 4


def test_a_png_without_the_palette_that_it_names_is_refused() -> None:
    content = image_file("P", "PNG")
    at, end = content.index(b"PLTE") - 4, content.index(b"IDAT") - 4
    with pytest.raises(InputError, match="damaged and cannot be read"):
        picture_of_image(content[:at] + content[end:])
