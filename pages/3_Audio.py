"""Audio: see a song the way a network hears it."""

import streamlit as st

from mlmusic.app import songs
from mlmusic.app.menu import open_page
from mlmusic.audio.formats import FORMATS_IN_WORDS
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.errors import InputError
from mlmusic.plots.spectrograms import COLOUR_MAPS

open_page("Audio")

st.title("Audio")
st.markdown(
    "A network does not hear a song, it looks at pictures of it. "
    "Here are the three that are used most, side by side."
)
give, record, demo = st.columns([7, 4, 3], vertical_alignment="bottom")
give.file_uploader(
    "Upload a song",
    key="upload",
    on_change=songs.take_file,
    args=("upload",),
    help=f"{FORMATS_IN_WORDS}. What the file is, its content decides, not its name.",
)
record.audio_input(
    "Record",
    sample_rate=48_000,
    key="record",
    on_change=songs.take_file,
    args=("record",),
    help="Your browser asks for the microphone. It works on this machine and over HTTPS.",
)
song = songs.current_song()
demo.button(
    "Use the demo clip",
    on_click=songs.take_demo,
    icon=":material/music_note:",
    type="primary" if song is None else "secondary",
    width="stretch",
)
if song is None:
    st.info("Upload a song, record something, or start with the demo clip.")
    st.stop()

try:
    clip = songs.clip_of(song)
    sound = songs.player_sound(song)
except (InputError, OSError) as error:  # a full disk is an OSError
    st.error(f"This cannot be opened: {error}.")
    st.stop()

player, look = st.columns([9, 3], vertical_alignment="bottom")
player.text(f"{song.name} · {songs.facts(clip)}")
player.audio(sound, format="audio/wav")
colour_map = look.selectbox("Colour map", COLOUR_MAPS, key="colour_map", persist_state="session")
settings = SpectrumSettings()
for sentence in songs.advice(song, settings):
    st.warning(sentence)
try:
    pictures = songs.pictures(
        song,
        settings,
        colour_map=colour_map,
        brightness="dark" if st.context.theme.type == "dark" else "light",
    )
except InputError as error:
    st.error(f"This cannot be pictured: {error}.")
    st.stop()
for column, picture, sentence in zip(st.columns(3), pictures, songs.CAPTIONS, strict=True):
    column.image(picture.png, alt=picture.description, width="stretch")
    column.caption(sentence)
