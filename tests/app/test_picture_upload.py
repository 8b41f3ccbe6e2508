"""A picture of a digit is uploaded and read."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from mlmusic.app import picture_upload
from mlmusic.app.picture_upload import MAX_MB, probabilities_in_words
from mlmusic.digits.model import AlexNet
from mlmusic.digits.normalise import Picture
from mlmusic.digits.picture import picture_of_image


def picture(*, ink: int = 0, paper: int = 255, kind: str = "PNG") -> bytes:
    """Return a file with a picture of a 1."""
    image = Image.new("L", (300, 400), paper)
    ImageDraw.Draw(image).line([(150, 80), (150, 320)], fill=ink, width=30)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def huge() -> bytes:
    """Return a PNG that claims 20,000 × 20,000 pixels."""
    size = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def script() -> None:
    import streamlit as st

    from mlmusic.app.picture_upload import upload_and_read

    upload_and_read(st.session_state["network"])


@pytest.fixture
def app(trained_network: AlexNet, components_are_looked_for_once: None) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["network"] = trained_network
    return app.run()


def upload(app: AppTest, content: bytes) -> AppTest:
    app.file_uploader[0].set_value(("digit.png", content, "image/png")).run()
    assert not app.exception
    return app


def seen(app: AppTest) -> str:
    return str(app.image[0].proto.imgs[0].alt)


@pytest.mark.parametrize(
    "content",
    [picture(), picture(ink=230, paper=20), picture(kind="JPEG")],
    ids=["dark on light", "light on dark", "JPEG"],
)
def test_an_uploaded_picture_is_read(app: AppTest, content: bytes) -> None:
    upload(app, content)
    assert app.metric[0].value == "1"
    assert app.caption[-1].value.startswith("0: ")
    assert " · 9: " in app.caption[-1].value
    assert seen(app) == "What the network sees: your picture"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (picture()[:-200], "this picture is damaged"),
        (huge(), "20,000 × 20,000 pixels are too many"),
        (b"GIF89a", "not a PNG or JPEG"),
        (picture() + bytes(MAX_MB * 2**20), "it has more than 50 MB"),
    ],
    ids=["broken", "huge", "GIF", "longer than the page lets through"],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    app: AppTest, content: bytes, sentence: str
) -> None:
    upload(app, content)
    assert app.error[0].value.startswith("This picture cannot be read: ")
    assert sentence in app.error[0].value
    assert not app.metric


def test_a_picture_of_nothing_predicts_nothing(app: AppTest) -> None:
    upload(app, picture(ink=255))
    assert app.metric[0].value == "–"
    assert "No digit stands out" in app.caption[0].value
    assert seen(app) == "What the network sees: no digit"


@pytest.mark.parametrize("content", [picture(), picture(ink=255), b"GIF89a"])
def test_an_upload_is_decoded_once(
    app: AppTest, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []

    def counted(content: bytes) -> Picture | None:
        decoded.append(content)
        return picture_of_image(content)

    monkeypatch.setattr(picture_upload, "picture_of_image", counted)
    upload(app, content)
    app.session_state["network"] = AlexNet()  # another one is chosen
    app.run().run()
    assert decoded == [content]
    upload(app, picture(kind="JPEG"))
    assert decoded == [content, picture(kind="JPEG")]


def test_another_network_reads_the_upload_anew(app: AppTest) -> None:
    upload(app, picture())
    before = app.caption[-1].value
    app.session_state["network"] = AlexNet()
    assert app.run().caption[-1].value != before


def test_the_probabilities_are_one_line() -> None:
    line = probabilities_in_words([0.98, 0.02] + [0.0] * 8)
    assert line.startswith("0: 98.0% · 1: 2.0% · 2: 0.0%")
    assert line.endswith("9: 0.0%")
