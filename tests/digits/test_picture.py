"""Uploaded pictures → 28 × 28."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from mlmusic.digits.evaluation import classify
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.picture import picture_of_image, read_image
from mlmusic.digits.sketch import picture_of_strokes
from mlmusic.errors import InputError
from tests.digits.pictures import SEVEN, drawn, encode


def transparent() -> Image.Image:
    image = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    image.putalpha(drawn(ink=255, paper=0))
    return image


def transparent_white() -> Image.Image:
    image = Image.new("RGBA", (300, 400), (255, 255, 255, 0))
    image.putalpha(drawn(ink=255, paper=0))
    return image


def see_through_palette() -> Image.Image:
    image = drawn().quantize(2)
    image.info["transparency"] = image.getpixel((0, 0))
    return image


def grained() -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 6, (400, 300))
    return Image.fromarray(
        (np.asarray(drawn(ink=60, paper=200)) + noise).clip(0, 255).astype("uint8")
    )


def sixteen_bits() -> Image.Image:
    return Image.fromarray(np.asarray(drawn()).astype(np.uint16) * 257)


@pytest.mark.parametrize(
    "make",
    [
        drawn,
        lambda: drawn(ink=255, paper=0),
        lambda: drawn(ink=120, paper=160),
        lambda: drawn(ink=200, paper=30),
        lambda: drawn().convert("RGB"),
        lambda: drawn().convert("P"),
        lambda: drawn().convert("1"),
        lambda: drawn().resize((3000, 4000)),
        lambda: transparent().resize((3000, 4000)),
        lambda: sixteen_bits().resize((3000, 4000), Image.Resampling.NEAREST),
        see_through_palette,
        lambda: drawn().resize((150, 200), Image.Resampling.BOX),
        transparent,
        transparent_white,
        grained,
        sixteen_bits,
    ],
)
def test_every_kind_of_picture_gives_what_the_strokes_give(make: Callable[[], Image.Image]) -> None:
    wanted = picture_of_strokes(SEVEN)
    picture = picture_of_image(encode(make()))
    assert picture is not None
    assert wanted is not None
    assert np.abs(picture - wanted).mean() < 0.03


def test_jpeg_gives_what_png_gives() -> None:
    picture = picture_of_image(encode(drawn(), "JPEG"))
    assert picture is not None
    assert np.abs(picture - _png(drawn())).mean() < 0.02


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photo_is_turned_as_the_camera_says(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    turned = encode(drawn().transpose(Image.Transpose.ROTATE_90), kind, exif=exif)
    picture = picture_of_image(turned)
    assert picture is not None
    assert np.abs(picture - _png(drawn())).mean() < 0.02


def test_mnist_pictures_stay_as_they_are(mnist: Mnist) -> None:
    images = mnist.test_images[:100].numpy()
    differences = [np.abs(_png(Image.fromarray(image)) - image / 255).mean() for image in images]
    assert np.median(differences) < 0.005


def test_a_trained_network_reads_enlarged_inverted_mnist(
    mnist: Mnist, trained_network: AlexNet
) -> None:
    images = mnist.test_images[:100].numpy()
    large = [Image.fromarray(255 - image).resize((280, 280)) for image in images]
    pictures = torch.from_numpy(np.stack([_png(image) for image in large]))
    right = classify(trained_network, pictures).argmax(1) == mnist.test_labels[:100]
    assert right.float().mean() >= 0.95


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_picture_gives_none(grey: int) -> None:
    assert picture_of_image(encode(Image.new("L", (50, 50), grey))) is None


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a....", b"[[[0, 0], [1, 1]]]", encode(drawn(), "BMP"), b"\x89PNG"]
)
def test_only_png_and_jpeg_are_opened(content: bytes) -> None:
    with pytest.raises(InputError, match="not a PNG or JPEG picture"):
        picture_of_image(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("length", [12, 40, 0.5, 0.9])
def test_a_broken_picture_gives_one_sentence(kind: str, length: float) -> None:
    content = encode(drawn(), kind)
    end = int(length if length > 1 else length * len(content))
    with pytest.raises(InputError, match="damaged and cannot be read"):
        picture_of_image(content[:end])


def test_damaged_bytes_never_raise_anything_else() -> None:
    random = np.random.default_rng(0)
    for kind in ("PNG", "JPEG") * 100:
        content = bytearray(encode(drawn(width=200, height=250), kind))
        for place in random.integers(8, len(content), 5):
            content[place] = random.integers(256)
        with contextlib.suppress(InputError):
            picture_of_image(bytes(content))


def test_a_large_picture_is_made_smaller_without_seams() -> None:
    chance = np.random.default_rng(0)
    image = Image.fromarray(chance.integers(256, size=(2300, 3100), dtype=np.uint8))
    whole = image.reduce(3)
    whole.thumbnail((1000, 1000), Image.Resampling.BOX)
    np.testing.assert_array_equal(read_image(encode(image)), np.asarray(whole, np.float32) / 255)


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "seven.txt").write_bytes(encode(drawn()))
    assert picture_of_image((tmp_path / "seven.txt").read_bytes()) is not None


def _png(image: Image.Image) -> NDArray[np.float32]:
    picture = picture_of_image(encode(image))
    assert picture is not None
    return picture


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow names what it skips
def test_odd_exif_leaves_a_photo_as_it_is() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encode(drawn(), "JPEG", quality=95, exif=exif)
    start = whole.index(b"Exif")
    chance = np.random.default_rng(0)
    for _ in range(300):
        content = bytearray(whole)
        for place in chance.integers(start + 6, start + 32, size=3):  # of Exif alone
            content[place] = chance.integers(256)
        assert picture_of_image(bytes(content)) is not None
