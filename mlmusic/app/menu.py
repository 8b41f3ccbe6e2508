"""The menu that every page shows."""

import streamlit as st

PAGES = (
    ("streamlit_app.py", "Home", ":material/home:"),
    ("pages/1_Train.py", "Train", ":material/show_chart:"),
    ("pages/2_Evaluate.py", "Evaluate", ":material/draw:"),
    ("pages/3_Audio.py", "Audio", ":material/graphic_eq:"),
)


def menu() -> None:
    """Draw the links to all pages in the sidebar."""
    with st.sidebar:
        st.markdown("### mlmusic")
        for path, label, icon in PAGES:
            st.page_link(path, label=label, icon=icon)
