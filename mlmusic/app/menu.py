"""The frame of every page: its title in the browser, its icon and the menu."""

import sys
from pathlib import Path

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value

from mlmusic.app.garbage import freeze_garbage

PAGES = (
    ("streamlit_app.py", "Home", ":material/home:"),
    ("pages/1_Train.py", "Train", ":material/show_chart:"),
    ("pages/2_Evaluate.py", "Evaluate", ":material/draw:"),
    ("pages/3_Audio.py", "Audio", ":material/graphic_eq:"),
)
# A file of our own: Streamlit's named icons would be fetched from the internet.
ICON = Path(__file__).with_name("icon.svg")
SIDEBAR_PX = 220
# Streamlit fades what is about to be drawn anew; twice a second, that would flicker. Its
# progress bar glides to each new value, at the cost of a twentieth of a processor core.
STEADY = """<style>
[data-stale='true'] { opacity: 1 !important; transition: none; }
[data-testid='stProgress'] * { transition: none !important; }
</style>"""


def open_page(title: str) -> None:
    """Set up a page and draw the menu; the first call of every page."""
    # Streamlit 1.67, told to draw a session in one thread (`fastReruns`), goes on in the place of
    # the fragment that this thread drew before: the page would be drawn inside that fragment.
    context_dg_stack.set(get_default_dg_stack_value())
    st.set_page_config(
        page_title="mlmusic" if title == "Home" else f"{title} · mlmusic",
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state=SIDEBAR_PX,
    )
    if "torch" in sys.modules:  # thousands of objects, which this page or another has loaded
        freeze_garbage(title)
    st.html(STEADY)
    with st.sidebar:
        st.markdown("### mlmusic")
        for path, label, icon in PAGES:
            st.page_link(path, label=label, icon=icon)
