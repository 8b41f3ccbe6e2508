"""The curves of a run."""

import streamlit as st

from mlmusic.app.recipe_form import chosen_steps
from mlmusic.app.snapshot import Snapshot
from mlmusic.digits.curve import describe, smooth, thin
from mlmusic.digits.history import History
from mlmusic.digits.training import TEST_SAMPLE
from mlmusic.plots.curves import accuracy_chart, loss_chart
from mlmusic.plots.theme import Brightness

BATCH_POINTS, LINE_POINTS, TEST_POINTS = 500, 250, 120  # sent to the browser at the most
SMOOTHING = 0.9


def curves(snapshot: Snapshot) -> None:
    """Draw the loss and the accuracy, and say in words what they show."""
    history = snapshot.history or History()
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    last_step = snapshot.progress.steps if snapshot.progress else chosen_steps()
    left, right = st.columns([3, 2])
    with left:
        chart = st.empty()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            smoothing = st.slider(
                "Smoothing",
                *(0.0, 0.99, SMOOTHING, 0.01),
                key="smoothing",
                persist_state="session",
                help="How much of the line's past each new batch leaves in place.",
            )
            axis = st.segmented_control(
                "Loss axis",
                ["linear", "log"],
                default="linear",
                key="loss_axis",
                persist_state="session",
            )
    steps, losses = thin(history.losses, BATCH_POINTS)
    line_steps, line = thin(smooth(history.losses, smoothing), LINE_POINTS)
    kept, _ = thin([test.loss for test in history.tests], TEST_POINTS)
    tests = [history.tests[index] for index in kept]
    loss = loss_chart(
        list(zip((steps + 1).tolist(), losses.tolist(), strict=True)),
        list(zip((line_steps + 1).tolist(), line.tolist(), strict=True)),
        [(test.step, test.loss) for test in tests],
        epoch_ends=history.epoch_ends,
        last_step=last_step,
        logarithmic=axis == "log",
        brightness=brightness,
    )
    chart.vega_lite_chart(loss.data, loss.specification, key="loss_curve")
    with right:
        accuracy = accuracy_chart(
            [(test.step, test.accuracy) for test in tests if test.images == TEST_SAMPLE],
            [(test.step, test.accuracy) for test in tests if test.images != TEST_SAMPLE],
            epoch_ends=history.epoch_ends,
            last_step=last_step,
            brightness=brightness,
        )
        st.vega_lite_chart(accuracy.data, accuracy.specification, key="accuracy_curve")
    st.markdown(describe(history))
