"""How well a network reads your own hand, beside how well it reads the test digits."""

import time
import weakref
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from functools import partial

import streamlit as st

from mlmusic.app.own_drawings import (
    FILE,
    PROBLEM,
    Drawings,
    forget,
    kept,
    load,
    take_back,
)
from mlmusic.digits.drawings import MAX_BYTES, Drawing, pack_drawings, read_drawings
from mlmusic.digits.model import AlexNet

SLICE_S = 0.2  # of reading at a time, so that a stroke in between is answered soon
EVERY_S = 0.3  # between two slices
PIECE = 20  # drawings given to the executor at once: others' strokes come in between
STANDING = "drawings_read"  # the session's key
METRIC_PX = 190


class Standing:
    """Which drawings a network reads right, found out in short slices and then known."""

    def __init__(self, network: AlexNet) -> None:
        self._network = weakref.ref(network)  # a session must not keep weights alive
        self._right: dict[Drawing, bool] = {}

    def is_of(self, network: AlexNet) -> bool:
        """Whether this is about that very network."""
        return self._network() is network

    def unread(self, drawings: Sequence[Drawing]) -> list[Drawing]:
        """Return the drawings that the network has not read yet."""
        return [one for one in drawings if one not in self._right]

    def correct(self, drawings: Iterable[Drawing]) -> int:
        """Return how many of the drawings were read right so far."""
        return sum(self._right.get(one, False) for one in drawings)

    def advance(self, drawings: Sequence[Drawing], executor: Executor) -> None:
        """Read drawings for a short while, or until all are read; forget those not given."""
        self._right = {one: self._right[one] for one in drawings if one in self._right}
        unread, end = self.unread(drawings), time.perf_counter() + SLICE_S
        network = self._network()
        while unread and network is not None and time.perf_counter() < end:
            piece, unread = unread[:PIECE], unread[PIECE:]
            right = executor.submit(read_drawings, piece, network).result()
            self._right |= zip(piece, right, strict=True)


def show_score(network: AlexNet, *, test_accuracy: float | None, executor: Executor) -> None:
    """Show how many drawings a network reads right; let them be downloaded and loaded.

    Parameters
    ----------
    network : AlexNet
        Reads all drawings anew when another one is chosen.
    test_accuracy : float, or None
        Its share of test digits read right, 0 to 1; None while unknown.
    executor : Executor
        Where it reads.
    """
    standing = _standing(network)
    drawings = (*kept("own"), *kept("loaded"))
    standing.advance(drawings, executor)
    reading = bool(standing.unread(drawings))
    st.fragment(_show, run_every=EVERY_S if reading else None)(
        standing, test_accuracy, executor, reading
    )
    with st.expander("Keep and compare drawings"):
        _files()


def _standing(network: AlexNet) -> Standing:
    """Return what the session knows about its drawings and this network."""
    standing = st.session_state.get(STANDING)
    if not (isinstance(standing, Standing) and standing.is_of(network)):
        standing = st.session_state[STANDING] = Standing(network)
    return standing


def _show(
    standing: Standing, test_accuracy: float | None, executor: Executor, reading: bool
) -> None:
    """Show the shares read right, and read on if there is more to read."""
    own, loaded = kept("own"), kept("loaded")
    standing.advance((*own, *loaded), executor)
    with st.container(horizontal=True):
        _share("Your hand", standing, own, "say **Right** or **Wrong** after each guess")
        with st.container(width=METRIC_PX, gap=None):
            st.metric("Test digits", "–" if test_accuracy is None else f"{test_accuracy:.2%}")
            st.caption("of MNIST's 10,000 read right")
        if loaded:
            _share("Loaded drawings", standing, loaded, "")
    if reading and not standing.unread((*own, *loaded)):
        st.rerun()  # the whole page, which stops asking for more


def _share(label: str, standing: Standing, drawings: Drawings, hint: str) -> None:
    """Show the share of drawings that are read right, or how far reading has come."""
    total, correct = len(drawings), standing.correct(drawings)
    unread = len(standing.unread(drawings))
    with st.container(width=METRIC_PX, gap=None):
        if unread:
            st.metric(label, "–")
            st.caption(f"{total - unread:,} of {total:,} looked at …")
        else:
            st.metric(label, f"{correct / total:.0%}" if total else "–")
            st.caption(f"{correct:,} of {total:,} read right" if total else hint)


def _files() -> None:
    """Let the drawings be downloaded, loaded, taken back and forgotten."""
    st.caption(
        "Drawings with their digits, as strokes. Load them again, or those of others, and "
        "choose another network above to see how many it reads right."
    )
    own = kept("own")
    with st.container(horizontal=True):
        st.download_button(
            "Download drawings",
            partial(pack_drawings, own),  # called later, outside the session
            file_name="drawings.json",
            mime="application/json",
            disabled=not own,
            on_click="ignore",
            icon=":material/download:",
        )
        st.button("Take the last one back", on_click=take_back, disabled=not own)
        with st.popover("Start again", disabled=not (own or kept("loaded"))):
            st.markdown("Forget your drawings, the loaded ones and their score?")
            st.button("Forget them", on_click=forget, type="primary")
    st.file_uploader(
        "Load drawings",
        type="json",
        max_upload_size=MAX_BYTES // 1_000_000,
        key=FILE,
        on_change=load,
    )
    if problem := st.session_state.get(PROBLEM):
        st.error(problem)
