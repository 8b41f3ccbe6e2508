"""Audio: see a song the way a network hears it."""

import streamlit as st

from mlmusic.app import songs
from mlmusic.app.decoder import decoder
from mlmusic.app.listening import listen_and_look
from mlmusic.app.menu import open_page
from mlmusic.audio.formats import FORMATS_IN_WORDS

open_page("Audio")
decoder()  # gets warm while the person looks for a song

st.title("Audio")
st.markdown(
    "A network does not hear a song, it looks at pictures of it. "
    "Here are the three that are used most, side by side."
)
give, record, demo = st.columns([7, 4, 3])
give.file_uploader(
    "Upload a song",
    key="upload",
    on_change=songs.take_file,
    args=("upload",),
    help=f"{FORMATS_IN_WORDS}, up to {st.get_option('server.maxUploadSize')} MB. What the file "
    "is, its content decides, not its name.",
)
record.audio_input(
    "Record",
    sample_rate=48_000,
    key="record",
    on_change=songs.take_file,
    args=("record",),
    help="Your browser asks for the microphone. It works on this machine and over HTTPS.",
)
with demo:
    songs.demo_input()

song = songs.current_song()
if song is None:
    st.info("Upload a song, record something, or start with a demo clip.")
    st.stop()
clip = songs.open_song(song)
if clip is None:
    st.stop()

listen_and_look(
    clip,
    name=song.name,
    key=song.key,
    teaches=song.teaches,
    wav=None if song.source == "upload" else song.content,
)
