"""What a network makes of a drawing, driven without a browser."""

import json
import re
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mlmusic.app import nearest as nearest_module
from mlmusic.app.nearest import hidden_layer
from mlmusic.digits.evaluation import classify
from mlmusic.digits.explaining import hidden_direction, nearest
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import new_network
from mlmusic.digits.normalise import Picture
from mlmusic.digits.placement import uncentred_picture
from mlmusic.digits.sketch import picture_of_strokes

SEVEN = json.loads((Path(__file__).parents[1] / "drawings" / "7-crossed.json").read_text())
NETWORK = new_network(8)


def page(network, strokes, picture, key):  # type: ignore[no-untyped-def]  # run where nothing is imported
    from mlmusic.app.inside import show_inside

    show_inside(network, strokes, picture, network_key=key)


def opened(strokes: object, picture: Picture | None, *, key: str = "inside") -> AppTest:
    app = AppTest.from_function(page, args=(NETWORK, strokes, picture, key), default_timeout=60)
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "".join(str(element.proto.body) for element in app.get("html"))


def drawn() -> Picture:
    picture = picture_of_strokes(SEVEN)
    assert picture is not None
    return picture


def test_an_empty_pad_has_one_line() -> None:
    app = opened([], None)
    assert [caption.value for caption in app.caption] == [
        "Draw a digit, and here you see what the network does with it."
    ]
    assert html(app) == ""


def test_the_guess_with_centring_stands_beside_the_one_without() -> None:
    text = html(opened(SEVEN, drawn()))
    pictures = [drawn(), uncentred_picture(SEVEN, side=280, pen=14)]
    for words, picture in zip(("with", "without"), pictures, strict=True):
        probabilities = classify(NETWORK, torch.from_numpy(picture)[None])[0]
        digit, sure = int(probabilities.argmax()), float(probabilities.max())
        assert f"The picture {words} centring, read as {digit}, {sure:.1%} sure" in text
    assert "Your drawing with its bounding box and its centre of mass" in text


def test_the_maps_of_both_convolutions_and_the_saliency_are_shown() -> None:
    text = html(opened(SEVEN, drawn()))
    assert "The 32 feature maps of the first convolution" in text
    assert "The 64 feature maps of the second convolution" in text
    guess = int(classify(NETWORK, torch.from_numpy(drawn())[None]).argmax())
    assert f"Saliency map: which ink spoke for {guess} and which against it" in text
    assert "<script" not in text
    assert len(re.findall("<img", text)) == len(re.findall('alt="[^"]{10,}"', text)) == 6


def test_the_search_shows_how_far_it_is_and_ends_in_ten_digits(
    short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_module, "load_mnist", lambda: short_mnist)
    app = opened(SEVEN, drawn(), key="search")
    progress = app.get("progress")[0]
    assert re.search(r"Looking at the test images: [\d,]+ of 1,100", progress.proto.text)
    assert "Test image" not in html(app)
    layer = hidden_layer("search", NETWORK)
    while layer.done < layer.total - 50:
        layer.advance(seconds=0.01)
    app.run()  # computes the last slice
    assert not app.get("progress")
    shown = [int(index) for index in re.findall(r"Test image (\d+), a \d,", html(app))]
    indices, _ = nearest(hidden_direction(NETWORK, torch.from_numpy(drawn())), layer.directions)
    assert shown == indices.tolist()
    labels = [int(label) for label in re.findall(r"Test image \d+, a (\d),", html(app))]
    assert labels == short_mnist.test_labels[indices].tolist()


def test_a_picture_that_was_not_drawn_has_no_drawing_beside_it() -> None:
    text = html(opened([], drawn()))
    assert "Why centring matters" not in text
    assert "What the network does" in text
