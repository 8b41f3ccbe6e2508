"""Networks for the pages, and their evaluations: loaded and computed once, kept for all."""

import threading
import time
from collections.abc import Sequence

import streamlit as st

from mlmusic.digits.evaluation import Evaluation, evaluating
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.runs import Run

SLICE_S = 0.2  # of evaluation at a time, so that a drawing in between is answered at once


class OngoingEvaluation:
    """The evaluation of a network on the 10,000 test images, done in short slices.

    Two people may advance the same one: each slice goes on where the last one ended.
    """

    def __init__(self, network: AlexNet) -> None:
        self.so_far: Evaluation | None = None  # None before the first slice
        mnist = load_mnist()
        self.total = len(mnist.test_images)
        self._steps = evaluating(network, mnist.test_images, mnist.test_labels)
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        """Whether all images have been read."""
        return self.so_far is not None and self.so_far.total == self.total

    def advance(self, *, seconds: float = SLICE_S) -> None:
        """Evaluate for about so long, or until the end."""
        end = time.perf_counter() + seconds
        with self._lock:
            while not self.finished and time.perf_counter() < end:
                self.so_far = next(self._steps)
            if self.finished:
                self._steps = iter(())  # lets go of the network


def choose_run(runs: Sequence[Run]) -> Run:
    """Show the selectbox ``Network`` and return the chosen run.

    The newest is chosen until a person chooses another, and again once a newer one is there.
    """
    names = {run.folder.name: run.name for run in runs}
    newest = runs[0].folder.name
    if st.session_state.get("newest_network") != newest or "network" not in st.session_state:
        st.session_state["newest_network"] = st.session_state["network"] = newest
    elif st.session_state["network"] not in names:  # deleted since
        st.session_state["network"] = newest
    chosen = st.selectbox(
        "Network",
        list(names),
        format_func=lambda identity: names.get(identity, identity),
        key="network",
        persist_state="session",
        help="Your trained runs, the newest first.",
    )
    run = next(run for run in runs if run.folder.name == chosen)
    st.caption(f"{run.steps:,} training steps in {run.train_seconds:,.0f} s on {run.device}")
    return run


def network_of(run: Run) -> AlexNet:
    """Return the network of a run; InputError if its weights cannot be used."""
    return _network(str(run.folder), _changed(run), run)


def evaluation_of(run: Run) -> OngoingEvaluation:
    """Return the evaluation of a run's network, begun or finished; InputError as above."""
    return _evaluation(str(run.folder), _changed(run), run)


def _changed(run: Run) -> int:
    """Return when the weights were written, in ns: a run that was continued is read again."""
    return run.weights.stat().st_mtime_ns if run.weights.exists() else 0


@st.cache_resource(max_entries=8, show_spinner=False)
def _network(folder: str, changed: int, _run: Run) -> AlexNet:
    return _run.load_network()


@st.cache_resource(max_entries=32, show_spinner=False)
def _evaluation(folder: str, changed: int, _run: Run) -> OngoingEvaluation:
    return OngoingEvaluation(_network(folder, changed, _run))
