"""The short article under the training run, and the table of layers."""

import streamlit as st

from mlmusic.digits.model import layers

TERMS = """
**Loss.** For each picture the network gives every digit a probability. The loss is the
surprise at the true digit: the negative logarithm of its probability, averaged over the batch.
Ten equal guesses cost 2.30; the faint line above is this number for every single batch.

**Learning rate.** After each batch, every weight moves a little downhill on the loss. The
learning rate says how far. Try 0.1 to see the curve plunge, and 10 to see it break.

**Momentum.** A step also keeps most of the last one's direction, as a heavy ball does. With
momentum 0.9 the steps add up to about ten times the learning rate; with 0 the curve crawls.

**Epoch.** One pass over all training images, in a new random order. The dotted upright lines
mark where each ends; there the network is tested on all 10,000 test images, which it never
learns from.

**Convolution.** A small filter slides over the picture and answers strongly where the picture
looks like it. The 32 filters of the first layer stand above: they begin as noise, and some
turn into edges and strokes.
"""


def explanation() -> None:
    """Draw the article: the terms, each tied to what is on the screen, and the layers."""
    text, table = st.columns([3, 2], gap="medium")
    with text:
        st.subheader("What you are looking at")
        st.markdown(TERMS)
    with table:
        st.subheader("The network")
        st.markdown(_layer_table())
        st.markdown(
            "A compact relative of **AlexNet**, the network that won the ImageNet contest of "
            "2012: two convolutions instead of five, and about 3 million weights instead of 60."
        )


def _layer_table() -> str:
    """Return the layers, their output for one picture and their weights, as Markdown."""
    rows = ["| layer | output | weights |", "|---|---|---:|", "| Picture | 1 × 28 × 28 | |"]
    for layer in layers():
        shape = " × ".join(map(str, layer.output_shape))
        weights = f"{layer.parameters:,}" if layer.parameters else ""
        rows.append(f"| {layer.name} | {shape} | {weights} |")
    total = sum(layer.parameters for layer in layers())
    rows.append(f"| **Total** | | **{total:,}** |")
    return "\n".join(rows)
