"""The curves of a run."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from mlmusic.app.canvas_curves import canvas_curves
from mlmusic.app.recipe_form import chosen_steps
from mlmusic.app.snapshot import Snapshot
from mlmusic.digits.curve import describe, smooth, thin
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult
from mlmusic.digits.training import TEST_SAMPLE
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
    loss = loss_curves(
        history,
        last_step=last_step,
        smoothing=st.session_state.get(SMOOTHING, DEFAULT_SMOOTHING),
        logarithmic=st.session_state.get(LOSS_AXIS) == "log",
        brightness=brightness,
    )
    accuracy = accuracy_curves(history, last_step=last_step, brightness=brightness)
    if snapshot.is_active:
        canvas_curves([loss, accuracy], key="canvas_curves")
    else:
        left, right = st.columns([3, 2])
        left.vega_lite_chart(loss.data, loss.specification, key="loss_curve")
        right.vega_lite_chart(accuracy.data, accuracy.specification, key="accuracy_curve")
    st.markdown(describe(history))


def loss_curves(
    history: History, *, last_step: int, smoothing: float, logarithmic: bool, brightness: Brightness
) -> Curves:
    """Return the losses of a run with as many points as a screen can show."""
    steps, losses = thin(history.losses, BATCH_POINTS)
    line_steps, line = thin(smooth(history.losses, smoothing), LINE_POINTS)
    sampled, whole = _parted(history.tests)
    tests = [*_test_points(sampled, "loss"), *_test_points(whole, "loss")]
    return loss_chart(
        list(zip((steps + 1).tolist(), losses.tolist(), strict=True)),
        list(zip((line_steps + 1).tolist(), line.tolist(), strict=True)),
        sorted(tests),
        epoch_ends=history.epoch_ends,
        last_step=last_step,
        logarithmic=logarithmic,
        brightness=brightness,
    )


def accuracy_curves(history: History, *, last_step: int, brightness: Brightness) -> Curves:
    """Return the accuracies of a run with as many points as a screen can show."""
    sampled, whole = _parted(history.tests)
    return accuracy_chart(
        _test_points(sampled, "accuracy"),
        _test_points(whole, "accuracy"),
        epoch_ends=history.epoch_ends,
        last_step=last_step,
        brightness=brightness,
    )


def _parted(tests: Sequence[TestResult]) -> tuple[list[TestResult], list[TestResult]]:
    """Return the tests on the sample, and those on all test images."""
    sampled = [test for test in tests if test.images <= TEST_SAMPLE]
    return sampled, [test for test in tests if test.images > TEST_SAMPLE]


def _test_points(
    tests: Sequence[TestResult], value: Literal["loss", "accuracy"]
) -> list[tuple[int, float]]:
    """Return (step, value) pairs with the peaks kept, and always the last one."""
    kept, values = thin([getattr(test, value) for test in tests], TEST_POINTS)
    points = [(tests[index].step, one) for index, one in zip(kept, values.tolist(), strict=True)]
    if tests and points[-1][0] != tests[-1].step:
        points.append((tests[-1].step, getattr(tests[-1], value)))
    return points
