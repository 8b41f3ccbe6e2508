"""The run that is going on, or was last: its buttons, numbers and curves."""

import streamlit as st

from mlmusic.app.recipe_form import chosen_recipe
from mlmusic.app.trainer import Snapshot, trainer
from mlmusic.digits.curve import describe, smooth, thin
from mlmusic.digits.training import TEST_SAMPLE
from mlmusic.errors import InputError
from mlmusic.plots.curves import accuracy_chart, loss_chart

REFRESH_SECONDS = 0.5  # while a run goes on
IDLE_SECONDS = 3.0  # a run may be started in another tab
BATCH_POINTS, LINE_POINTS, TEST_POINTS = 500, 250, 100  # sent to the browser at the most


def live_run() -> None:
    """Draw the run of this process and keep it up to date."""
    active = trainer().snapshot().is_active
    st.fragment(_live_run, run_every=REFRESH_SECONDS if active else IDLE_SECONDS)(active)


def _live_run(was_active: bool) -> None:
    snapshot = trainer().snapshot()
    if snapshot.is_active != was_active:
        st.rerun()  # the whole page: how often this fragment runs has to change
    _buttons(snapshot)
    _numbers(snapshot)
    _curves(snapshot)


def _buttons(snapshot: Snapshot) -> None:
    """Draw the five buttons; those that make no sense now are greyed out."""
    error = _recipe_error()
    going = snapshot.is_active
    paused = snapshot.phase == "paused"
    with st.container(horizontal=True):
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
        st.button(
            "Resume", icon=":material/resume:", disabled=not paused, on_click=trainer().resume
        )
        st.button("Stop", icon=":material/stop:", disabled=not going, on_click=trainer().stop)
        st.button(
            "One step",
            icon=":material/skip_next:",
            disabled=(going and not paused) or (not going and bool(error)),
            on_click=_one_step,
            help="Learn from a single batch, then wait.",
        )
    if error and not going:
        st.error(error, icon=":material/error:")


def _recipe_error() -> str:
    """Return why the chosen recipe cannot be used, or nothing."""
    try:
        chosen_recipe()
    except InputError as error:
        return f"{error}."
    return ""


def _start() -> None:
    trainer().start(chosen_recipe())


def _one_step() -> None:
    if trainer().snapshot().is_active:
        trainer().one_step()
    else:
        trainer().start(chosen_recipe(), paused=True)


def _numbers(snapshot: Snapshot) -> None:
    """Draw the progress bar, the sentence about the phase, and the five metrics."""
    progress, history = snapshot.progress, snapshot.history
    st.progress(progress.step / progress.steps if progress else 0.0, text=_headline(snapshot))
    test = history.tests[-1] if history and history.tests else None
    step, loss, accuracy, pace, left = st.columns(5)
    step.metric("Step", f"{progress.step:,} / {progress.steps:,}" if progress else "–")
    loss.metric("Training loss", f"{progress.loss:.3f}" if progress else "–")
    accuracy.metric("Test accuracy", f"{test.accuracy:.2%}" if test else "–")
    speed = snapshot.images_per_second
    pace.metric("Images per second", f"{speed:,.0f}" if speed else "–")
    seconds = snapshot.seconds_left
    left.metric("Time left", "–" if seconds is None else duration_text(seconds))


def _headline(snapshot: Snapshot) -> str:
    """Return what the run is doing, in a few words."""
    progress = snapshot.progress
    if snapshot.phase == "idle":
        return "No run yet: press **Start training**."
    if snapshot.phase == "starting" or progress is None:
        return "Getting ready: reading MNIST and trying out this computer …"
    epochs = f"{progress.epochs} {'epoch' if progress.epochs == 1 else 'epochs'}"
    epoch = f"epoch {progress.epoch} of {progress.epochs}"
    passed = duration_text(progress.train_seconds)
    on = f"{snapshot.device}, {snapshot.precision}"
    if snapshot.phase == "paused":
        return f"Paused in {epoch}, after {passed}."
    if snapshot.phase == "running" and not progress.is_step:
        return f"Testing on all 10,000 test images: {progress.tested:.0%}"
    return {
        "running": f"Training: {epoch}, {passed} so far ({on})",
        "finished": f"Finished {epochs} in {passed} ({on}).",
        "stopped": f"Stopped in {epoch}, after {passed}.",
        "failed": f"Ended in {epoch}, after {passed}.",
    }[snapshot.phase]


def duration_text(seconds: float) -> str:
    """Return a duration for people: ``8 s``, ``1 min 05 s`` or ``2 h 03 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _curves(snapshot: Snapshot) -> None:
    """Draw the loss and the accuracy, and say in words what they show."""
    history, progress = snapshot.history, snapshot.progress
    if snapshot.message:
        st.warning(snapshot.message, icon=":material/warning:")
    if not (history and progress and history.losses):
        return
    brightness = st.context.theme.type or "light"
    smoothing, axis = st.session_state.get("smoothing", 0.9), st.session_state.get("loss_axis")
    steps, losses = thin(history.losses, BATCH_POINTS)
    line_steps, line = thin(smooth(history.losses, smoothing), LINE_POINTS)
    kept, _ = thin([test.loss for test in history.tests], TEST_POINTS)
    tests = [history.tests[index] for index in kept]
    left, right = st.columns([3, 2])
    left.altair_chart(
        loss_chart(
            zip((steps + 1).tolist(), losses.tolist(), strict=True),
            zip((line_steps + 1).tolist(), line.tolist(), strict=True),
            [(test.step, test.loss) for test in tests],
            epoch_ends=history.epoch_ends,
            last_step=progress.steps,
            logarithmic=axis == "logarithmic",
            brightness=brightness,
        ),
        key="loss_curve",
    )
    right.altair_chart(
        accuracy_chart(
            [(test.step, test.accuracy) for test in tests if test.images == TEST_SAMPLE],
            [(test.step, test.accuracy) for test in tests if test.images != TEST_SAMPLE],
            epoch_ends=history.epoch_ends,
            last_step=progress.steps,
            brightness=brightness,
        ),
        key="accuracy_curve",
    )
    st.markdown(describe(history))
