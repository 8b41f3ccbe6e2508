"""A drawn digit as a picture, and as a file."""

import io

from PIL import Image, ImageDraw

from mlmusic.digits.sketch import read_strokes

SEVEN = [[[16.0, 16.0], [86.0, 14.0]], [[86.0, 14.0], [64.0, 60.0], [44.0, 130.0]]]


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def drawn(*, width: int = 300, height: int = 400, ink: int = 0, paper: int = 255) -> Image.Image:
    """Return the seven in a grey picture, its pen as thick as the standard one."""
    image = Image.new("L", (width, height), paper)
    brush = ImageDraw.Draw(image)
    for stroke in read_strokes(SEVEN):
        points = [(x * 1.5 + 60, y * 1.5 + 80) for x, y in stroke]
        brush.line(points, fill=ink, width=26, joint="curve")
        for x, y in points:
            brush.ellipse((x - 13, y - 13, x + 13, y + 13), fill=ink)
    return image
