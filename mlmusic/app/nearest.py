"""The test images that are nearest to a drawing in a network's last hidden layer."""

import threading
import time

import streamlit as st
import torch
from torch import Tensor

from mlmusic.app.addresses import mnist_address
from mlmusic.app.reading import reader
from mlmusic.digits.explaining import hidden_directions, nearest
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.model import AlexNet

SLICE_S = 0.1  # of computing at a time, so that a stroke in between is answered at once
EVERY_S = 0.2  # between two slices
COUNT = 10


class OngoingHiddenLayer:
    """The last hidden layer of the 10,000 test images, computed in short slices."""

    def __init__(self, network: AlexNet) -> None:
        images = load_mnist().test_images
        self.total = len(images)
        self.done = 0
        self.directions = torch.zeros(self.total, network.fc1.out_features, dtype=torch.float16)
        self._steps = hidden_directions(network, images)
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        """Whether all images have been computed."""
        return self.done == self.total

    def advance(self, *, seconds: float = SLICE_S) -> None:
        """Compute for about so long, or until the end; not while somebody else does."""
        end = time.perf_counter() + seconds
        if self.finished or not self._lock.acquire(blocking=False):
            return
        try:
            while not self.finished and time.perf_counter() < end:
                # One step at a time: a drawing that is to be read comes in between.
                part = reader().submit(next, self._steps).result()
                self.directions[self.done : self.done + len(part)] = part
                self.done += len(part)
            if self.finished:
                self._steps = iter(())  # lets go of the network
        finally:
            self._lock.release()


def show_nearest(network: AlexNet, direction: Tensor, *, network_key: str) -> None:
    """Show the nearest test images, or how far the search has come.

    Parameters
    ----------
    network : AlexNet
    direction : Tensor, shape (1024,)
        Of the drawing, as `hidden_direction` gives it.
    network_key : str
        Tells networks apart: what was computed for one is kept under it.
    """
    layer = hidden_layer(network_key, network)
    computing = not layer.finished  # others may finish it, too
    st.fragment(_show, run_every=EVERY_S if computing else None)(layer, direction, computing)


@st.cache_resource(max_entries=4, show_spinner=False)  # 20 MB each
def hidden_layer(network_key: str, _network: AlexNet) -> OngoingHiddenLayer:
    """Return the hidden layer of the test images in a network, begun or finished."""
    return OngoingHiddenLayer(_network)


def _show(layer: OngoingHiddenLayer, direction: Tensor, computing: bool) -> None:
    """Compute a little more if there is more, and show what there is."""
    layer.advance()
    st.html(_HEADING)
    if not layer.finished:
        st.progress(
            layer.done / layer.total,
            f"Looking at the test images: {layer.done:,} of {layer.total:,}",
        )
        return
    found = reader().submit(nearest, direction, layer.directions, count=COUNT).result()
    cards = [_card(*card) for card in zip(found[0].tolist(), found[1].tolist(), strict=True)]
    st.html(f'<div class="mlmusic-nearest">{"".join(cards)}</div>{_STYLE}')
    if computing:
        st.rerun()  # the whole page, which stops asking for more


def _card(index: int, similarity: float) -> str:
    """Return a test image with its label as HTML; made of numbers alone."""
    label = int(load_mnist().test_labels[index])
    return (
        f'<figure><img src="{mnist_address(index)}" alt="Test image {index}, a {label}, '
        f'similarity {similarity:.3f}"><figcaption><b>{label}</b><br>{similarity:.3f}'
        "</figcaption></figure>"
    )


_HEADING = """<h4>Nearest digits of MNIST</h4>
<p>The ten test images that excite the network's last hidden layer most nearly as your drawing
does, each with its label and the cosine similarity of the two layers: 1 is the same.</p>"""
_STYLE = """<style>
.mlmusic-nearest { display: flex; flex-wrap: wrap; gap: 8px; }
.mlmusic-nearest figure { margin: 0; width: 56px; text-align: center; }
.mlmusic-nearest img { width: 56px; height: 56px; image-rendering: pixelated; border-radius: 4px;
  display: block; }
.mlmusic-nearest figcaption { font-size: 14px; line-height: 1.4; margin-top: 2px; }
</style>"""
