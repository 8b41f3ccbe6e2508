"""What the network in training makes of test digits, and what its filters look like."""

import time
from collections.abc import Sequence
from functools import cache

import numpy as np
import streamlit as st

from mlmusic.app.addresses import mnist_address, png_address
from mlmusic.app.reading import reader
from mlmusic.app.snapshot import Snapshot
from mlmusic.digits.evaluation import classify
from mlmusic.digits.mnist import load_mnist, to_pixels
from mlmusic.plots.digits import filter_grid

ONE_OF_EACH, MISTAKES = "one of each", "its mistakes"
DIGITS = 10  # in the strip
STRIP = "strip"  # the session's key of which digits are chosen
SHOWN = "pictures_shown"  # the session's key of what was drawn last
EVERY_S = 0.9  # every other refresh of the page: they change less than the numbers do


def strip_control() -> None:
    """Draw the input that says which test digits are shown."""
    st.segmented_control(
        "Test digits",
        [ONE_OF_EACH, MISTAKES],
        default=ONE_OF_EACH,
        key=STRIP,
        persist_state="session",
    )


def pictures(snapshot: Snapshot) -> None:
    """Draw test digits with the network's present guesses, and the filters as they are now.

    One element of HTML: what is drawn again and again should be little.
    """
    subject = (snapshot.number, snapshot.phase, st.session_state.get(STRIP))
    shown, drawn, html = st.session_state.get(SHOWN, (None, 0.0, ""))
    if shown != subject or snapshot.phase != "running" or time.monotonic() - drawn > EVERY_S:
        html = f"{_digit_strip(snapshot)}{_filters(snapshot)}{_STYLE}"
        st.session_state[SHOWN] = subject, time.monotonic(), html
    st.html(html)


def _digit_strip(snapshot: Snapshot) -> str:
    """Return ten test digits with the network's guesses, right or wrong."""
    which = st.session_state.get(STRIP)
    chosen = _mistakes(snapshot) if which == MISTAKES else _one_of_each()
    heading = "<h4>Test digits and what it reads</h4>"
    if not chosen:
        return f"{heading}<p>No mistakes among the 1,000 test images so far.</p>"
    guesses: list[int | None] = [None] * len(chosen)
    if snapshot.network is not None and snapshot.progress is not None:
        images = to_pixels(load_mnist().test_images[list(chosen)])[:, 0]
        reading = reader().submit(classify, snapshot.network, images)
        guesses = reading.result().argmax(1).tolist()
    cards = [_card(*card) for card in zip(chosen, guesses, strict=True)]
    return f'{heading}<div class="mlmusic-strip">{"".join(cards)}</div>'


def _filters(snapshot: Snapshot) -> str:
    """Return the 32 filters of the first layer."""
    weights = np.zeros((32, 5, 5), np.float32)  # keeps the place until there is a network
    if snapshot.network is not None:
        weights = snapshot.network.conv1.weight.detach().cpu().numpy()[:, 0]
    return (
        "<h4>The 32 filters of the first layer</h4>"
        "<p>Each looks for one small pattern of 5 × 5 pixels: bright where it wants ink, dark "
        "where it wants none.</p>"
        f'<img class="mlmusic-filters" src="{png_address(filter_grid(weights, times=1))}" '
        'alt="The 32 filters of the first convolution, 5 by 5 pixels each">'
    )


@cache
def _one_of_each() -> Sequence[int]:
    """Return the first test image of each digit."""
    labels = load_mnist().test_labels
    return tuple(int((labels == digit).nonzero()[0]) for digit in range(DIGITS))


def _mistakes(snapshot: Snapshot) -> Sequence[int]:
    """Return the first test images that were read wrong at the latest test of the sample."""
    sampled = snapshot.sampled
    if sampled is None:
        return _one_of_each()
    wrong: list[int] = (sampled.predictions != sampled.labels).nonzero()[:DIGITS, 0].tolist()
    return wrong


def _card(index: int, guess: int | None) -> str:
    """Return a test digit with its guess as HTML; made of numbers alone."""
    label = int(load_mnist().test_labels[index])
    if guess is None:
        state, mark, said = "none", "–", "not read yet"
    elif guess == label:
        state, mark, said = "right", f"✓ {guess}", f"read as {guess}: right"
    else:
        state, mark, said = "wrong", f"✗ {guess}", f"read as {guess}: wrong"
    return (
        f'<figure class="{state}"><img src="{mnist_address(index)}" '
        f'alt="Test digit {label}, {said}"><figcaption>{mark}</figcaption></figure>'
    )


# Right and wrong differ in sign and border as well as in colour.
_STYLE = """<style>
.mlmusic-filters { width: 100%; max-width: 640px; image-rendering: pixelated; }
.mlmusic-strip { display: flex; flex-wrap: wrap; gap: 6px; }
.mlmusic-strip figure { margin: 0; padding: 4px; border: 2px solid #8a8d99; border-radius: 6px;
  width: 52px; text-align: center; }
.mlmusic-strip img { width: 40px; height: 40px; image-rendering: pixelated; border-radius: 3px;
  display: block; }
.mlmusic-strip figcaption { font-size: 14px; line-height: 1.5; font-weight: 600; }
.mlmusic-strip .right { border-color: #2da44e; background: #2da44e26; }
.mlmusic-strip .wrong { border-color: #d1453b; border-style: dashed; background: #d1453b26; }
</style>"""
