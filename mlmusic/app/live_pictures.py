"""What the network in training makes of test digits, and what its filters look like."""

import base64
import io

import numpy as np
import streamlit as st
from PIL import Image
from torch import Tensor

from mlmusic.app.reading import reader
from mlmusic.app.snapshot import Snapshot
from mlmusic.digits.evaluation import classify
from mlmusic.digits.mnist import load_mnist, to_pixels
from mlmusic.plots.digits import filter_grid

ONE_OF_EACH, MISTAKES = "one of each", "its mistakes"
DIGITS = 10  # in the strip
FILTERS_PX = 640  # width on a wide screen; less where there is less room


def digit_strip(snapshot: Snapshot) -> None:
    """Draw ten test digits with the network's present guesses, right or wrong."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Test digits and what it reads**")
        which = st.segmented_control(
            "Test digits",
            [ONE_OF_EACH, MISTAKES],
            default=ONE_OF_EACH,
            key="strip",
            persist_state="session",
            label_visibility="collapsed",
        )
    chosen = _mistakes(snapshot) if which == MISTAKES else _one_of_each()
    if not len(chosen):
        st.caption("No mistakes among the 1,000 test images so far.")
        return
    mnist = load_mnist()
    images, labels = mnist.test_images[chosen], mnist.test_labels[chosen].tolist()
    guesses: list[int | None] = [None] * len(chosen)
    if snapshot.network is not None and snapshot.progress is not None:
        reading = reader().submit(classify, snapshot.network, to_pixels(images)[:, 0])
        guesses = reading.result().argmax(1).tolist()
    cards = [_card(*card) for card in zip(images, labels, guesses, strict=True)]
    st.html(f'<div class="mlmusic-strip">{"".join(cards)}</div>{_STYLE}')


def filters(snapshot: Snapshot) -> None:
    """Draw the 32 filters of the first layer as they are now."""
    weights = np.zeros((32, 5, 5), np.float32)  # keeps the place until there is a network
    if snapshot.network is not None:
        weights = snapshot.network.conv1.weight.detach().cpu().numpy()[:, 0]
    st.markdown(
        "**The 32 filters of the first layer**",
        help="Each looks for one small pattern of 5 × 5 pixels: bright where it wants ink, "
        "dark where it wants none.",
    )
    st.image(
        filter_grid(weights),
        width=FILTERS_PX,
        alt="The 32 filters of the first convolution, 5 by 5 pixels each",
    )


def _one_of_each() -> list[int]:
    """Return the first test image of each digit."""
    labels = load_mnist().test_labels
    return [int((labels == digit).nonzero()[0]) for digit in range(10)]


def _mistakes(snapshot: Snapshot) -> list[int]:
    """Return the first test images that were read wrong at the latest test of the sample."""
    sampled = snapshot.sampled
    if sampled is None:
        return _one_of_each()
    wrong: list[int] = (sampled.predictions != sampled.labels).nonzero()[:DIGITS, 0].tolist()
    return wrong


def _card(image: Tensor, label: int, guess: int | None) -> str:
    """Return a digit with its guess as HTML; made of numbers alone."""
    png = io.BytesIO()
    Image.fromarray(image.numpy()).save(png, "PNG")
    source = base64.b64encode(png.getvalue()).decode()
    if guess is None:
        state, mark, said = "none", "–", "not read yet"
    elif guess == label:
        state, mark, said = "right", f"✓ {guess}", f"read as {guess}: right"
    else:
        state, mark, said = "wrong", f"✗ {guess}", f"read as {guess}: wrong"
    return (
        f'<figure class="{state}"><img src="data:image/png;base64,{source}" '
        f'alt="Test digit {label}, {said}"><figcaption>{mark}</figcaption></figure>'
    )


# Right and wrong differ in sign and border as well as in colour.
_STYLE = """<style>
.mlmusic-strip { display: flex; flex-wrap: wrap; gap: 6px; }
.mlmusic-strip figure { margin: 0; padding: 4px; border: 2px solid #8a8d99; border-radius: 6px;
  width: 52px; text-align: center; }
.mlmusic-strip img { width: 40px; height: 40px; image-rendering: pixelated; border-radius: 3px;
  display: block; }
.mlmusic-strip figcaption { font-size: 14px; line-height: 1.5; font-weight: 600; }
.mlmusic-strip .right { border-color: #2da44e; background: #2da44e26; }
.mlmusic-strip .wrong { border-color: #d1453b; border-style: dashed; background: #d1453b26; }
</style>"""
