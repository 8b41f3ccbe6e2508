"""mlmusic: the home page. Start with ``streamlit run streamlit_app.py``."""

import streamlit as st

from mlmusic.app.menu import open_page

open_page("Home")

st.title("mlmusic")
st.markdown(
    "Watch a network learn to read digits, draw digits for it, "
    "and see how a song becomes the pictures that networks listen to."
)

train, evaluate, audio = st.columns(3)
with train.container(border=True, height="stretch"):
    st.subheader("1 · Train")
    st.markdown(
        "A small AlexNet starts out guessing. Press one button, and see its loss fall "
        "while it looks at 60,000 handwritten digits."
    )
    st.page_link("pages/1_Train.py", label="Watch it learn", icon=":material/show_chart:")
with evaluate.container(border=True, height="stretch"):
    st.subheader("2 · Evaluate")
    st.markdown(
        "See how many of 10,000 digits it has never met it reads right. "
        "Then draw your own and watch what it makes of your hand."
    )
    st.page_link("pages/2_Evaluate.py", label="Draw a digit", icon=":material/draw:")
with audio.container(border=True, height="stretch"):
    st.subheader("3 · Audio")
    st.markdown(
        "Upload a song, or take the demo clip, and see its STFT, Mel and MFCC pictures "
        "side by side: how a network would hear it."
    )
    st.page_link("pages/3_Audio.py", label="See a song", icon=":material/graphic_eq:")

st.caption(
    "Everything runs on this computer: no account, no download, no GPU needed. "
    "MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges (CC BY-SA 3.0)."
)
