"""Test images side by side, with what was read in them."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from mlmusic.app.addresses import mnist_address
from mlmusic.app.percentages import percentage
from mlmusic.digits.metrics import Guess


def gallery(guesses: Sequence[Guess], others: Sequence[Guess] | None = None) -> None:
    """Draw each image with its true digit, the guess and the probability of the guess.

    One element of HTML, made of numbers alone.

    Parameters
    ----------
    guesses : sequence of Guess
    others : sequence of Guess, optional
        What a second network said about the same images.
    """
    if others is None:
        cards = [_card(one) for one in guesses]
    else:
        cards = [_card(one, other) for one, other in zip(guesses, others, strict=True)]
    st.html(f'<div class="mlmusic-gallery">{"".join(cards)}</div>{_STYLE}')


def _card(guess: Guess, other: Guess | None = None) -> str:
    """Return an image with its caption as HTML."""
    read = f"read as {guess.prediction}"
    caption = f"{_mark(guess)} <small>{_percent(guess)}</small>"
    if other is not None:
        read += f", by the second network as {other.prediction}"
        caption += f"{_mark(other)} <small>{_percent(other)}</small>"
    article = "an" if guess.label == 8 else "a"
    return (
        f'<figure><img src="{mnist_address(guess.index)}" '
        f'alt="Test image {guess.index:,}: {article} {guess.label}, {read}" '
        f'title="Test image {guess.index:,}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _mark(guess: Guess) -> str:
    """Return the true digit and the guess; the sign tells right from wrong, not colour alone."""
    if guess.label == guess.prediction:
        return f'<b class="right">✓ {guess.prediction}</b>'
    return f'<b class="wrong">{guess.label} → {guess.prediction}</b>'


def _percent(guess: Guess) -> str:
    """Return how sure the network was, as HTML."""
    return escape(percentage(guess.probability))


_STYLE = """<style>
.mlmusic-gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(66px, 1fr));
  gap: 10px 6px; }
.mlmusic-gallery figure { margin: 0; text-align: center; }
.mlmusic-gallery img { width: 56px; height: 56px; image-rendering: pixelated; border-radius: 4px;
  display: block; margin: 0 auto; }
.mlmusic-gallery figcaption { font-size: 14px; line-height: 1.35; white-space: nowrap; }
.mlmusic-gallery small { font-size: 11px; display: block; }
.mlmusic-gallery .right { color: light-dark(#1a7f37, #4ac26b); }
</style>"""
