"""The run that is going on, or was last: buttons, progress, numbers, and all that moves."""

import contextlib

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mlmusic.app.estimate import estimate, remember
from mlmusic.app.live_curves import curve_controls, curves
from mlmusic.app.live_drawing import live_drawing
from mlmusic.app.live_pictures import pictures, strip_control
from mlmusic.app.markdown import escape
from mlmusic.app.recipe_form import chosen_recipe, settle
from mlmusic.app.snapshot import Snapshot
from mlmusic.app.trainer import trainer
from mlmusic.digits.hardware import choose_device
from mlmusic.digits.recipe import Recipe
from mlmusic.errors import InputError

REFRESH_SECONDS = 0.5  # while a run goes on
METRIC_PX = 118  # width: five in a row on a laptop, three on a phone
IDLE_SECONDS = 3.0  # a run may be started in another tab


def live_run(controls: DeltaGenerator, moving: DeltaGenerator) -> None:
    """Draw the run's buttons in one place; in another the run itself, and the sketch pad beside it.

    Only what moves is drawn again and again, in one go: twice a second, each part costs the
    browser some hundredths of a processor core, which training then lacks.
    """
    drawn = trainer().snapshot()
    with controls:
        _controls(drawn)

    def part() -> None:
        snapshot = trainer().snapshot()
        if _state(snapshot) != _state(drawn):
            st.rerun()  # the whole page: its buttons have to change
        run, drawing = st.columns([3, 1], gap="medium")
        with run:
            _numbers(snapshot)
            curves(snapshot)
            pictures(snapshot)
        with drawing:
            live_drawing(snapshot)

    with moving:
        st.fragment(part, run_every=REFRESH_SECONDS if drawn.is_active else IDLE_SECONDS)()


def _state(snapshot: Snapshot) -> tuple[int, str, str]:
    """Return what the buttons depend on."""
    return snapshot.number, snapshot.phase, snapshot.message


def _controls(snapshot: Snapshot) -> None:
    """Draw the five buttons, and what can be chosen about the view."""
    with st.container(horizontal=True, vertical_alignment="center"):
        _buttons(snapshot)
        with st.popover("View", icon=":material/tune:"):
            curve_controls()
            strip_control()
    error = _recipe_error()
    if error and not snapshot.is_active:
        st.error(escape(error), icon=":material/error:")
    if snapshot.message:
        st.warning(escape(snapshot.message), icon=":material/warning:")


def _buttons(snapshot: Snapshot) -> None:
    """Draw the five buttons; those that make no sense now are greyed out."""
    error = _recipe_error()
    going = snapshot.is_active
    paused = snapshot.phase == "paused"
    st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        disabled=going or bool(error),
        on_click=_start,
    )
    st.button(
        "Pause",
        icon=":material/pause:",
        disabled=not going or paused,
        on_click=trainer().pause,
    )
    st.button("Resume", icon=":material/resume:", disabled=not paused, on_click=trainer().resume)
    st.button("Stop", icon=":material/stop:", disabled=not going, on_click=trainer().stop)
    st.button(
        "One step",
        icon=":material/skip_next:",
        disabled=(going and not paused) or (not going and bool(error)),
        on_click=_one_step,
        help="Learn from a single batch, then wait.",
    )


def _usable_recipe() -> Recipe:
    """Return the chosen recipe; InputError where this computer cannot run it."""
    recipe = chosen_recipe()
    choose_device(recipe)
    return recipe


def _recipe_error() -> str:
    """Return why the chosen recipe cannot be used, or nothing."""
    try:
        _usable_recipe()
    except InputError as error:
        return f"{error}."
    return ""


def _start(*, paused: bool = False) -> None:
    """Start a run; a value typed a moment before the click may be refused: the page says why."""
    settle()
    with contextlib.suppress(InputError):
        trainer().start(_usable_recipe(), paused=paused)


def _one_step() -> None:
    if trainer().snapshot().is_active:
        trainer().one_step()
    else:
        _start(paused=True)


def _numbers(snapshot: Snapshot) -> None:
    """Draw the progress bar, the sentence about the phase, and the five metrics."""
    progress, history = snapshot.progress, snapshot.history
    share = progress.step / progress.steps if progress else 0.0
    st.progress(share, text=f"{_headline(snapshot)} {_outlook(snapshot)}".strip())
    test = history.tests[-1] if history and history.tests else None
    speed = snapshot.images_per_second
    seconds = snapshot.seconds_left if snapshot.is_active else None
    with st.container(horizontal=True):
        _metric("Step", f"{progress.step:,} / {progress.steps:,}" if progress else "–")
        _metric("Training loss", f"{progress.loss:.3f}" if progress else "–")
        _metric(
            "Test accuracy",
            f"{test.accuracy:.2%}" if test else "–",
            help_text="On 1,000 test images while it learns, on all 10,000 after an epoch.",
        )
        _metric("Images per second", f"{speed:,.0f}" if speed else "–")
        _metric("Time left", "–" if seconds is None else duration_text(seconds))


def _metric(label: str, value: str, *, help_text: str | None = None) -> None:
    st.metric(label, value, help=help_text, width=METRIC_PX)


def _headline(snapshot: Snapshot) -> str:
    """Return what the run is doing, in a few words."""
    progress = snapshot.progress
    if snapshot.phase == "idle":
        return "No run yet: press **Start training**."
    if progress is None:
        return {
            "failed": "The run ended before its first step.",
            "stopped": "Stopped before the first step.",
        }.get(snapshot.phase, "Getting ready: reading MNIST and trying out this computer …")
    epochs = f"{progress.epochs} {'epoch' if progress.epochs == 1 else 'epochs'}"
    epoch = f"epoch {progress.epoch} of {progress.epochs}"
    passed = duration_text(progress.train_seconds + progress.test_seconds)
    on = f"{snapshot.device}, {snapshot.arithmetic}"
    if snapshot.phase == "running" and progress.tested:
        return f"Testing on all 10,000 test images: {progress.tested:.0%}"
    return {
        "starting": f"Getting ready for {epoch} …",
        "running": f"Training: {epoch}, {passed} so far ({on})",
        "paused": f"Paused in {epoch}, after {passed}.",
        "finished": f"Finished {epochs} in {passed} ({on}).",
        "stopped": f"Stopped in {epoch}, after {passed}.",
        "failed": f"Ended in {epoch}, after {passed}.",
    }[snapshot.phase]


def _outlook(snapshot: Snapshot) -> str:
    """Return how long the run that the inputs describe would take."""
    if snapshot.is_active or _recipe_error():
        return ""
    _remember(snapshot)
    recipe = chosen_recipe()
    seconds = estimate(recipe)
    steps = f"{recipe.steps:,} {'step' if recipe.steps == 1 else 'steps'}"
    if seconds is None:
        return f"The next run has {steps}; measuring how long a step takes here …"
    return f"The next run has {steps} and takes about {duration_text(seconds)} here."


def _remember(snapshot: Snapshot) -> None:
    """Let a run that has ended say how long its steps took."""
    if snapshot.recipe and snapshot.images_per_second and snapshot.sampled:
        remember(
            snapshot.recipe,
            step_seconds=snapshot.recipe.batch_size / snapshot.images_per_second,
            test_image_seconds=snapshot.sampled.seconds / snapshot.sampled.total,
        )


def duration_text(seconds: float) -> str:
    """Return a duration for people: ``8 s``, ``1 min 05 s`` or ``2 h 03 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
