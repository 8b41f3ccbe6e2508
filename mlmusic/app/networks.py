"""Networks for the pages, and their evaluations: loaded and computed once, kept for all."""

import copy
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mlmusic.app.names import different
from mlmusic.app.trainer import trainer
from mlmusic.digits.embedded import embedded_run
from mlmusic.digits.evaluation import Evaluation, evaluating
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.runs import Run, newest_run
from mlmusic.errors import InputError

SLICE_S = 0.2  # of evaluation at a time, so that a drawing in between is answered at once
EMBEDDED, IN_TRAINING = "/embedded", "/in training"  # choices; no folder is called so
MOMENT = "network_moment"  # the session's key for the training step that is looked at


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


@dataclass(frozen=True)
class Choice:
    """A network that can be looked at: that of a run, the one in training, or the embedded one."""

    identity: str  # among the choices
    name: str  # for people
    about: str  # how it was trained, in a few words
    key: str  # changes whenever the weights do
    run: Run | None = None  # None for the one in training

    def network(self) -> AlexNet:
        """Return the network; InputError or OSError if its weights cannot be used."""
        return _network(self.key, self.run)

    def evaluation(self) -> OngoingEvaluation:
        """Return its evaluation, begun or finished; errors as for the network."""
        return _evaluation(self.key, self.run)


def choices(runs: Sequence[Run]) -> list[Choice]:
    """Return the networks that can be chosen: in training, kept ones, the embedded one."""
    training = [_in_training()] if _can_be_looked_at() else []
    return [*training, *map(_kept, runs), _embedded()]


def evaluations(
    known: Sequence[Choice], *, but: Choice
) -> dict[str, Callable[[], OngoingEvaluation]]:
    """Return how to get the evaluation of each network but one, by names that differ."""
    others = [choice for choice in known if choice != but]
    names = different([choice.name for choice in others])
    return {name: choice.evaluation for name, choice in zip(names, others, strict=True)}


def choose_network(among: Sequence[Choice], runs: Sequence[Run]) -> Choice:
    """Show the selectbox ``Network`` and return what is chosen.

    The newest run that did not fail is chosen until a person chooses another, and again once
    a newer one is there; without runs it is the embedded network.
    """
    known = {choice.identity: choice for choice in among}
    newest = newest_run(runs)
    first = newest.folder.name if newest else EMBEDDED
    if st.session_state.get("newest_network") != first or "network" not in st.session_state:
        st.session_state["newest_network"] = st.session_state["network"] = first
    elif st.session_state["network"] not in known:  # deleted since, or no longer in training
        st.session_state["network"] = first
    chosen = st.selectbox(
        "Network",
        list(known),
        format_func=lambda identity: known[identity].name if identity in known else identity,
        key="network",
        persist_state="session",
        help="The one in training, your runs from the newest on, and one that comes with mlmusic.",
    )
    st.caption(known[chosen].about)
    if chosen == IN_TRAINING:
        st.button("Look at it as it is now", on_click=_forget_moment, icon=":material/refresh:")
    return known[chosen]


def _kept(run: Run) -> Choice:
    about = f"{run.steps:,} training steps in {run.train_seconds:,.0f} s on {run.device}"
    return Choice(run.folder.name, run.name, about, f"{run.folder} {_changed(run.weights)}", run)


def _embedded() -> Choice:
    run = embedded_run()
    about = (
        f"comes with mlmusic: trained by the recipe {run.recipe.name}, seed {run.recipe.seed}, "
        f"{run.recipe.epochs} epochs"
    )
    return Choice(EMBEDDED, run.name, about, EMBEDDED, run)


def _can_be_looked_at() -> bool:
    snapshot = trainer().snapshot()
    return snapshot.is_active and snapshot.network is not None and snapshot.progress is not None


def _in_training() -> Choice:
    """Return the network in training as it was when this session first looked at it."""
    snapshot = trainer().snapshot()
    step = snapshot.progress.step if snapshot.progress else 0
    number, moment = st.session_state.get(MOMENT, (0, 0))
    if number != snapshot.number:
        number, moment = st.session_state[MOMENT] = snapshot.number, step
    about = f"as it was at step {moment:,}; now it is at step {step:,}"
    return Choice(IN_TRAINING, "the one in training", about, f"{IN_TRAINING} {number} {moment}")


def _forget_moment() -> None:
    st.session_state.pop(MOMENT, None)


def _changed(weights: Path) -> int:
    """Return when weights were written, in ns."""
    return weights.stat().st_mtime_ns if weights.exists() else 0


@st.cache_resource(max_entries=8, show_spinner=False)
def _network(key: str, _run: Run | None) -> AlexNet:
    if _run is not None:
        return _run.load_network()
    network = trainer().snapshot().network
    if network is None:
        raise InputError("the run has ended")
    return copy.deepcopy(network).cpu()  # the original changes as one looks


@st.cache_resource(max_entries=32, show_spinner=False)
def _evaluation(key: str, _run: Run | None) -> OngoingEvaluation:
    return OngoingEvaluation(_network(key, _run))
