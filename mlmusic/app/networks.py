"""The networks that the pages offer: loaded once, and kept with their evaluations for all."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from mlmusic.app.names import different
from mlmusic.app.ongoing_evaluation import OngoingEvaluation
from mlmusic.app.snapshot import Moment
from mlmusic.app.trainer import trainer
from mlmusic.digits.embedded import embedded_run
from mlmusic.digits.model import AlexNet
from mlmusic.digits.run import Run
from mlmusic.digits.runs import newest_run
from mlmusic.errors import InputError

EMBEDDED, IN_TRAINING = "/embedded", "/in training"  # choices; no folder is called so
# The session's keys.
CHOSEN, MOMENT = "network", "network_moment"
NEWEST = "newest_run_started"  # of the runs that the session has seen


@dataclass(frozen=True)
class Choice:
    """A network that can be looked at: that of a run, the one in training, or the embedded one."""

    identity: str  # among the choices
    name: str  # for people
    about: str  # how it was trained, in Markdown
    run: Run | None = None  # None for the one in training

    @property
    def key(self) -> str:
        """Return what changes whenever the weights do; InputError if the run has ended."""
        if self.run is None:
            moment = _moment()
            return f"{IN_TRAINING} {moment.number} {moment.step}"
        return f"{self.run.folder} {_changed(self.run)}"

    def network(self) -> AlexNet:
        """Return the network; InputError or OSError if its weights cannot be used."""
        return _moment().network if self.run is None else _network(self.key, self.run)

    def evaluation(self) -> OngoingEvaluation:
        """Return its evaluation, begun or finished; errors as for the network."""
        return _evaluation(self.key, self.network)


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
    first = newest.identity if newest else EMBEDDED
    newer = _is_newer(newest)
    if newer or st.session_state.get(CHOSEN) not in known:  # deleted, or no longer in training
        st.session_state[CHOSEN] = first
    chosen = st.selectbox(
        "Network",
        list(known),
        format_func=lambda identity: known[identity].name if identity in known else identity,
        key=CHOSEN,
        persist_state="session",
        help="The one in training, your runs from the newest on, and one that comes with mlmusic.",
    )
    st.caption(known[chosen].about)
    if chosen == IN_TRAINING:
        st.button("Look at it as it is now", on_click=_forget_moment, icon=":material/refresh:")
    return known[chosen]


def _is_newer(newest: Run | None) -> bool:
    """Whether a run is newer than all that the session has seen; from now on it has seen it."""
    seen: datetime | None = st.session_state.get(NEWEST)
    if newest is None or (seen and newest.started <= seen):
        return False
    st.session_state[NEWEST] = newest.started
    return True


def _kept(run: Run) -> Choice:
    about = f"{run.steps:,} training steps in {run.train_seconds:,.0f} s on {run.device}"
    return Choice(run.identity, run.name, about, run)


def _embedded() -> Choice:
    run = embedded_run()
    recipe = run.recipe
    about = (
        f"Comes with mlmusic: recipe {recipe.name}, seed {recipe.seed}, {recipe.epochs} epochs, "
        f"{run.test_accuracy:.2%} of the test digits read right. Made by "
        f"`python -m mlmusic train --recipe {recipe.name} --seed {recipe.seed} "
        f"--precision {run.precision}`, then `python -m mlmusic embed`."
    )
    return Choice(EMBEDDED, run.name, about, run)


def _can_be_looked_at() -> bool:
    snapshot = trainer().snapshot()
    return snapshot.is_active and snapshot.network is not None and snapshot.progress is not None


def _in_training() -> Choice:
    """Return the network in training; which moment of it is settled once somebody looks."""
    snapshot = trainer().snapshot()
    now = f"now it is at step {snapshot.progress.step:,}" if snapshot.progress else ""
    if st.session_state.get(CHOSEN) == IN_TRAINING:
        with contextlib.suppress(InputError):  # it has just ended: choosing it will say so
            now = f"as it was at step {_moment().step:,}; {now}"
    return Choice(IN_TRAINING, "the one in training", now)


def _moment() -> Moment:
    """Return the network in training as this session first saw it; InputError once it ended."""
    moment = st.session_state.get(MOMENT)
    if not (isinstance(moment, Moment) and moment.number == trainer().snapshot().number):
        moment = st.session_state[MOMENT] = trainer().moment()
    if moment is None:
        raise InputError("the run has ended")
    assert isinstance(moment, Moment)
    return moment


def _forget_moment() -> None:
    st.session_state.pop(MOMENT, None)


def _changed(run: Run) -> int:
    """Return when a run's weights were written, in ns; 0 where they are gone."""
    try:
        return run.weights.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=8, show_spinner=False)
def _network(key: str, _run: Run) -> AlexNet:
    return _run.load_network()


@st.cache_resource(max_entries=32, show_spinner=False)
def _evaluation(key: str, _network: Callable[[], AlexNet]) -> OngoingEvaluation:
    return OngoingEvaluation(_network())
