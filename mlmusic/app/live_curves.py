"""The curves of a run."""

from collections.abc import Sequence

import streamlit as st

from mlmusic.app.canvas_curves import canvas_curves
from mlmusic.app.recipe_form import chosen_steps
from mlmusic.app.snapshot import Snapshot
from mlmusic.digits.curve import describe, smooth, thin
from mlmusic.digits.history import History
from mlmusic.digits.training import TEST_SAMPLE, TestResult
from mlmusic.plots.curves import Curves, accuracy_chart, loss_chart
from mlmusic.plots.theme import Brightness

BATCH_POINTS, LINE_POINTS, TEST_POINTS = 500, 250, 120  # sent to the browser at the most
SMOOTHING, LOSS_AXIS = "smoothing", "loss_axis"  # the session's keys of what can be chosen
DEFAULT_SMOOTHING, DEFAULT_AXIS = 0.9, "linear"


def curve_controls() -> None:
    """Draw the inputs that say how the loss is drawn."""
    st.slider(
        "Smoothing",
        *(0.0, 0.99, DEFAULT_SMOOTHING, 0.01),
        key=SMOOTHING,
        persist_state="session",
        help="How much of the line's past each new batch leaves in place.",
    )
    st.segmented_control(
        "Loss axis",
        ["linear", "log"],
        default=DEFAULT_AXIS,
        key=LOSS_AXIS,
        persist_state="session",
    )


def curves(snapshot: Snapshot) -> None:
    """Draw the loss and the accuracy, and say in words what they show."""
    history = snapshot.history or History()
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    last_step = snapshot.progress.steps if snapshot.progress else chosen_steps()
    kept, _ = thin([test.loss for test in history.tests], TEST_POINTS)
    tests = [history.tests[index] for index in kept]
    loss = _loss(history, tests, last_step, brightness)
    accuracy = accuracy_chart(
        [(test.step, test.accuracy) for test in tests if test.images == TEST_SAMPLE],
        [(test.step, test.accuracy) for test in tests if test.images != TEST_SAMPLE],
        epoch_ends=history.epoch_ends,
        last_step=last_step,
        brightness=brightness,
    )
    if snapshot.is_active:
        canvas_curves([loss, accuracy], key="canvas_curves")
    else:
        left, right = st.columns([3, 2])
        left.vega_lite_chart(loss.data, loss.specification, key="loss_curve")
        right.vega_lite_chart(accuracy.data, accuracy.specification, key="accuracy_curve")
    st.markdown(describe(history))


def _loss(
    history: History, tests: Sequence[TestResult], last_step: int, brightness: Brightness
) -> Curves:
    """Return the losses as the inputs say."""
    smoothing = st.session_state.get(SMOOTHING, DEFAULT_SMOOTHING)
    steps, losses = thin(history.losses, BATCH_POINTS)
    line_steps, line = thin(smooth(history.losses, smoothing), LINE_POINTS)
    return loss_chart(
        list(zip((steps + 1).tolist(), losses.tolist(), strict=True)),
        list(zip((line_steps + 1).tolist(), line.tolist(), strict=True)),
        [(test.step, test.loss) for test in tests],
        epoch_ends=history.epoch_ends,
        last_step=last_step,
        logarithmic=st.session_state.get(LOSS_AXIS) == "log",
        brightness=brightness,
    )
