"""Draw while it trains: the present network's guess for the standing drawing."""

import streamlit as st

from mlmusic.app.reading import Reading, read
from mlmusic.app.sketchpad import sketchpad
from mlmusic.app.snapshot import Snapshot


def live_drawing(snapshot: Snapshot) -> None:
    """Draw the sketch pad and what the network in training makes of the drawing."""
    st.markdown("**Draw while it trains**")
    strokes = sketchpad(key="train_sketch")
    if snapshot.network is None or snapshot.progress is None:
        st.caption("Draw a digit. The guess appears with the first training step.")
        return
    if not strokes:
        st.caption("Draw a digit. The guess is renewed as the network learns.")
        return
    reading = read(strokes, snapshot.network)
    st.metric("Prediction", reading.digit)
    st.caption(reading.remark)
    if reading.probabilities is not None:
        st.html(_bars(reading))


def _bars(reading: Reading) -> str:
    """Return ten bars as HTML, made of numbers alone: lighter than a chart, drawn so often."""
    rows = [
        f'<div class="{"winner" if reading.digit == str(digit) else ""}"><span>{digit}</span>'
        f'<i><b style="width:{100 * share:.1f}%"></b></i><span>{share:.0%}</span></div>'
        for digit, share in enumerate(reading.probabilities or [])
    ]
    bars = "".join(rows)
    return f'<div class="mlmusic-bars" role="img" aria-label="Probabilities">{bars}</div>{_STYLE}'


_STYLE = """<style>
.mlmusic-bars div { display: grid; grid-template-columns: 1rem 1fr 2.6rem; gap: 0.5rem;
  align-items: center; font-size: 14px; line-height: 1.45; }
.mlmusic-bars i { height: 0.7rem; border-radius: 3px; background: #8a8d9926; }
.mlmusic-bars b { display: block; height: 100%; border-radius: 3px; background: #8a8d99; }
.mlmusic-bars .winner b { background: var(--st-primary-color, #1f6f8b); }
.mlmusic-bars .winner { font-weight: 600; }
</style>"""
