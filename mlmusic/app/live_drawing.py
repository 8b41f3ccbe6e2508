"""Draw while it trains: the present network's guess for the standing drawing."""

import streamlit as st

from mlmusic.app.live_run import refreshed
from mlmusic.app.reading import read
from mlmusic.app.sketchpad import sketchpad
from mlmusic.app.trainer import trainer
from mlmusic.plots.probabilities import probabilities_chart
from mlmusic.plots.theme import Brightness

BARS_PX = 200  # height


def live_drawing() -> None:
    """Draw the sketch pad, and renew the guess as the network learns."""
    st.markdown("**Draw while it trains**")
    refreshed(_part)


def _part() -> None:
    strokes = sketchpad(key="train_sketch")
    snapshot = trainer().snapshot()
    if snapshot.network is None or snapshot.progress is None:
        st.caption("Draw a digit. The guess appears with the first training step.")
        return
    reading = read(strokes, snapshot.network)
    st.metric("Prediction", reading.digit)
    st.caption(reading.remark)
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    st.altair_chart(
        probabilities_chart(reading.probabilities, brightness=brightness, height=BARS_PX),
        key="train_probabilities",
    )
