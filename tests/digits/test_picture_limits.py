"""Pictures that are too large to be opened, and what the largest take."""

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from mlmusic.digits.picture import picture_of_image
from mlmusic.errors import InputError
from tests.digits.pictures import drawn, encode


def test_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(InputError, match="20,000 × 20,000 pixels are too many"):
        picture_of_image(_empty_png(20_000, 20_000))


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ({"width": 8000, "height": 8000}, True),
        ({"width": 8001, "height": 8000}, False),
        ({"progressive": True, "width": 8160, "height": 6120, "colour": 2}, True),  # a phone's
        ({"progressive": True, "width": 8160, "height": 6120}, False),
        ({"progressive": True, "width": 5000, "height": 5000, "channels": 4}, True),
        ({"progressive": True, "width": 5001, "height": 5000, "channels": 4}, False),
        ({"first_scan": 1, "width": 8000, "height": 8000}, False),
    ],
)
def test_a_jpeg_that_is_held_whole_may_have_fewer_pixels(
    header: dict[str, int], accepted: bool
) -> None:
    with pytest.raises(InputError, match="damaged" if accepted else "pixels are too many"):
        picture_of_image(_empty_jpeg(**header))


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    scans = encode(drawn(), "JPEG") + b"\xff\xda\x00\x08\x01" * 100
    with pytest.raises(InputError, match="101 scans"):
        picture_of_image(scans)


def test_a_phones_50_million_pixels_are_read() -> None:
    assert picture_of_image(encode(drawn().resize((6120, 8160)), "JPEG")) is not None


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
@pytest.mark.parametrize(("mode", "pixel_bytes"), [("RGBA", 4), ("LA", 4), ("I;16", 2), ("P", 1)])
def test_a_picture_takes_little_more_memory_than_its_pixels(
    tmp_path: Path, mode: str, pixel_bytes: int
) -> None:
    image = Image.new(mode, (4000, 4000))
    options = {"transparency": bytes([100] * 256)} if mode == "P" else {}
    (tmp_path / "large.png").write_bytes(encode(image, **options))
    code = (
        "import re; from pathlib import Path; from mlmusic.digits.picture import read_image\n"
        "def peak(): return int(re.search(r'VmHWM:\\s+(\\d+)', "
        "Path('/proc/self/status').read_text())[1])\n"
        "content = Path('large.png').read_bytes(); before = peak()\n"
        "read_image(content); print(peak() - before)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(answer.stdout) * 1024 < 16e6 * pixel_bytes + 40e6


def _empty_png(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size and whose pixels are missing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + b"\x35\xaf\x06\x1e"


def _empty_jpeg(
    *,
    width: int,
    height: int,
    progressive: bool = False,
    channels: int = 3,
    colour: int = 1,
    first_scan: int = 0,
) -> bytes:
    """Return a JPEG whose header claims a size, whose colour is so much coarser, without pixels."""
    samplings = [16 * colour + colour] + [17] * (channels - 1)
    frame = struct.pack(">BHHB", 8, height, width, channels)
    frame += b"".join(bytes([i, sampling, 0]) for i, sampling in enumerate(samplings))
    scanned = first_scan or channels
    scan = bytes([scanned]) + b"".join(bytes([i, 0]) for i in range(scanned)) + bytes([0, 63, 0])
    start = b"\xff\xc2" if progressive else b"\xff\xc0"
    segments = [(start, frame), (b"\xff\xda", scan)]
    packed = [marker + struct.pack(">H", len(data) + 2) + data for marker, data in segments]
    return b"\xff\xd8" + b"".join(packed) + b"\xff\xd9"
