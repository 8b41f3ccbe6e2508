"""People draw where, as large and as thick as they like: the same drawing is the same digit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mlmusic.digits.embedded import embedded_run
from mlmusic.digits.evaluation import classify
from mlmusic.digits.ink import find_ink
from mlmusic.digits.model import AlexNet
from mlmusic.digits.normalise import normalise
from mlmusic.digits.sketch import picture_of_strokes

# With and without serif, crossed and uncrossed 7, open and closed 4, and more; each file's
# name begins with its digit.
DRAWINGS = sorted((Path(__file__).parents[1] / "drawings").glob("*.json"))
SLANTS = (-20.0, -10.0, 0.0, 10.0, 20.0)  # degrees
SIZES = (0.2, 0.5, 1.0)  # of the pad
PENS = (0.04, 0.09, 0.15)  # of the drawing's height
PAD_PX = 400
FINER = 2  # pictures are drawn larger and made smaller, for soft edges

Points = list[NDArray[np.float64]]  # a stroke each, (points, 2)


def slanted(drawing: Path, degrees: float) -> Points:
    """Return a drawing leaning over, within a square of 1 from (0, 0)."""
    lean = np.array([[1.0, 0.0], [-np.tan(np.radians(degrees)), 1.0]])
    strokes = [np.array(stroke, float) @ lean for stroke in json.loads(drawing.read_text())]
    points = np.concatenate(strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    return [(stroke - corner) / extent for stroke in strokes]


def drawn(
    strokes: Points, *, size: float, pen: float, place: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return a drawing on a pad, 0 for ink and 1 for paper; the pen's ink is within the size."""
    height = np.ptp(np.concatenate(strokes)[:, 1])
    scale = FINER * PAD_PX * size / (1 + pen * height)
    width = pen * height * scale
    span = np.concatenate(strokes).max(axis=0) * scale + width
    corner = place * (FINER * PAD_PX - span) + width / 2
    image = Image.new("L", (FINER * PAD_PX, FINER * PAD_PX), 255)
    brush = ImageDraw.Draw(image)
    for stroke in strokes:
        path = [tuple(point) for point in stroke * scale + corner]
        brush.line(path, fill=0, width=max(round(width), 1), joint="curve")
        for x, y in path:
            brush.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)
    return np.asarray(image.resize((PAD_PX, PAD_PX), Image.Resampling.BOX), np.float32) / 255


def share_right(network: AlexNet, pictures: list[Any], digits: list[int]) -> float:
    read = classify(network, torch.from_numpy(np.stack(pictures))).argmax(1)
    return float((read == torch.tensor(digits)).float().mean())


@pytest.fixture(scope="module")
def network() -> AlexNet:
    return embedded_run().load_network()


@pytest.mark.slow
def test_strokes_are_read_alike_at_any_place_size_and_slant(network: AlexNet) -> None:
    chance = np.random.default_rng(0)
    pictures, digits = [], []
    for drawing in DRAWINGS:
        for degrees in SLANTS:
            for size in SIZES:
                place = chance.random(2) * (1 - size) * 280
                strokes = [
                    (280 * size * stroke + place).tolist() for stroke in slanted(drawing, degrees)
                ]
                pictures.append(picture_of_strokes(strokes))
                digits.append(int(drawing.stem[0]))
    assert len(digits) == 17 * 5 * 3
    assert share_right(network, pictures, digits) >= 0.99


@pytest.mark.slow
def test_pictures_are_read_alike_at_any_place_size_slant_and_thickness(network: AlexNet) -> None:
    chance = np.random.default_rng(1)
    pictures, digits = [], []
    for drawing in DRAWINGS:
        for degrees in SLANTS:
            strokes = slanted(drawing, degrees)
            for size in SIZES:
                for pen in PENS:
                    place = chance.random(2)
                    grey = drawn(strokes, size=size, pen=pen, place=place)
                    pictures.append(normalise(find_ink(grey)))
                    digits.append(int(drawing.stem[0]))
    assert len(digits) == 17 * 5 * 9
    assert share_right(network, pictures, digits) >= 0.99  # 765 of 765 when written


def photo(
    grey: NDArray[np.float32],
    light: NDArray[np.float64],
    *,
    dark: bool,
    grain: np.random.Generator,
    blur: float = 0.0,
) -> NDArray[np.float32]:
    """Return a drawing with dark or bright ink in some light, with the grain of a camera."""
    paint = 0.15 + 0.85 * grey if dark else 1 - 0.85 * grey
    seen = Image.fromarray((255 * paint * light).round().astype(np.uint8))
    soft = np.asarray(seen.filter(ImageFilter.GaussianBlur(blur)), np.float32) / 255
    return (soft + grain.normal(0, 0.01, light.shape)).clip(0, 1).astype(np.float32)


Y, X = np.mgrid[0 : 1 : PAD_PX * 1j, 0 : 1 : PAD_PX * 1j]


@pytest.mark.slow
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("light", ["from the left", "from a corner", "in the middle"])
def test_photos_in_uneven_light_are_read(network: AlexNet, light: str, dark: bool) -> None:
    brightness = {
        "from the left": 1 - 0.5 * X,
        "from a corner": 1 - 0.3 * (X + Y),
        "in the middle": 1 - ((X - 0.5) ** 2 + (Y - 0.5) ** 2),
    }[light]
    grain = np.random.default_rng(2)
    pictures, digits = [], []
    for drawing in DRAWINGS:
        grey = drawn(slanted(drawing, 0.0), size=0.6, pen=0.08, place=np.array([0.7, 0.3]))
        pictures.append(normalise(find_ink(photo(grey, brightness, dark=dark, grain=grain))))
        digits.append(int(drawing.stem[0]))
    assert all(picture is not None for picture in pictures)
    assert share_right(network, pictures, digits) >= 0.94  # 16 of 17


@pytest.mark.slow
@pytest.mark.parametrize("dark", [True, False])
def test_photos_with_a_hard_shadow_are_read(network: AlexNet, dark: bool) -> None:
    chance = np.random.default_rng(3)
    pictures, digits = [], []
    for drawing in DRAWINGS:
        for pen in (0.05, 0.08, 0.12):
            for strength in (0.5, 0.7):
                grey = drawn(slanted(drawing, 0.0), size=0.6, pen=pen, place=chance.random(2))
                angle, shift = chance.uniform(0, 2 * np.pi), chance.uniform(-0.2, 0.2)
                beyond = (X - 0.5) * np.cos(angle) + (Y - 0.5) * np.sin(angle) > shift
                light = 1 - strength * beyond
                shaded = photo(grey, light, dark=dark, grain=chance, blur=1.0)
                pictures.append(normalise(find_ink(shaded)))
                digits.append(int(drawing.stem[0]))
    assert len(digits) == 102
    assert all(picture is not None for picture in pictures)
    assert share_right(network, pictures, digits) >= 0.97  # 102 and 101 of 102 when written


@pytest.mark.parametrize("dark", [True, False])
def test_a_small_digit_on_a_large_paper_is_read(network: AlexNet, dark: bool) -> None:
    chance = np.random.default_rng(4)
    pictures, digits = [], []
    for drawing in DRAWINGS:
        for light in (np.ones_like(X), 1 - 0.5 * X):
            grey = drawn(slanted(drawing, 0.0), size=0.06, pen=0.1, place=chance.random(2))
            pictures.append(normalise(find_ink(photo(grey, light, dark=dark, grain=chance))))
            digits.append(int(drawing.stem[0]))
    assert all(picture is not None for picture in pictures)
    assert share_right(network, pictures, digits) >= 0.97  # 34 of 34 when written
