"""The song of a session: taken from the person, kept over visits, and opened."""

import hashlib
from dataclasses import dataclass

import streamlit as st

from mlmusic.app.decoder import decoder
from mlmusic.app.decoding_job import Job
from mlmusic.app.markdown import escape
from mlmusic.audio.clip import Clip
from mlmusic.audio.demos import DEMOS, Demo
from mlmusic.audio.wav import wav_bytes
from mlmusic.errors import InputError

QUICK_S = 0.5  # what takes no longer needs no progress bar
EVERY_S = 0.5  # between two looks at the progress


@dataclass(frozen=True)
class Song:
    """What a person gave, as it is."""

    name: str
    content: bytes
    key: str  # SHA-256 of the content
    source: str  # the widget that gave it
    teaches: str = ""  # of a demo clip: what to look for


def take_file(widget: str) -> None:
    """Make the file in a widget the session's song; on its removal, forget that song."""
    file = st.session_state[widget]
    if file is not None:
        _take(file.name if widget == "upload" else "Recording", file.getvalue(), source=widget)
    elif (song := current_song()) and song.source == widget:
        forget_song()


def take_demo() -> None:
    """Make the demo clip that is chosen the session's song."""
    demo: Demo = st.session_state["demo"]
    _take(f"Demo: {demo.name}", wav_bytes(*demo.make()), source="demo", teaches=demo.teaches)


def demo_input() -> None:
    """Show the selectbox ``Demo`` and the button ``Use the demo clip``."""
    st.selectbox(
        "Demo", DEMOS, format_func=lambda demo: demo.name, key="demo", persist_state="session"
    )
    st.button(
        "Use the demo clip",
        on_click=take_demo,
        icon=":material/music_note:",
        type="secondary" if current_song() else "primary",
        width="stretch",
    )


def current_song() -> Song | None:
    """Return the session's song."""
    song: Song | None = st.session_state.get("song")
    return song


def forget_song() -> None:
    """Let the session have no song; if it is not decoded yet, nor need it be."""
    _job.clear()
    st.session_state.pop("song", None)


def open_song(song: Song) -> Clip | None:
    """Return a song decoded; None, and say so, while it is not or where it cannot be."""
    job = _job(song.key, song.content)
    if not job.wait(QUICK_S):
        st.fragment(_show_progress, run_every=EVERY_S)(job)
        return None
    try:
        clip = job.clip()
    except (InputError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        st.error(f"This cannot be opened: {escape(said or str(error))}.")
        return None
    for note in clip.notes:
        st.warning(escape(note))
    return clip


def facts(clip: Clip) -> str:
    """Return what there is to know of a clip, in one line."""
    channels = {1: "mono", 2: "stereo"}.get(clip.channels, f"{clip.channels} channels")
    peak = f"peak {clip.peak_db:.1f} dB".replace("-", "−") if clip.peak else "silence"
    rate = clip.sample_rate
    sample_rate = f"{rate / 1000:g} kHz" if rate >= 1000 else f"{rate} Hz"
    return " · ".join((clock(clip.duration_s), sample_rate, channels, clip.format, peak))


def clock(seconds: float) -> str:
    """Return a duration as people say it: 9.0 s, 4:05, 1:02:03."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _take(name: str, content: bytes, *, source: str, teaches: str = "") -> None:
    """Keep a song for the session.

    Given again, what failed is tried again, and what is being decoded goes on.
    """
    key = hashlib.sha256(content).hexdigest()
    before = current_song()
    if before is None or before.key != key or _job(key, content).failed:
        forget_song()
    st.session_state["song"] = Song(name, content, key, source, teaches)


# Of each session its own, which goes with its song, and when its tab is closed.
@st.cache_resource(scope="session", on_release=Job.cancel, show_spinner=False)
def _job(key: str, _content: bytes) -> Job:
    """Return the decoding of the session's song, under way or finished."""
    return decoder().decode(_content)


def _show_progress(job: Job) -> None:
    """Show how far decoding is, and the button ``Cancel``."""
    if job.finished:
        st.rerun()  # the whole page: the song is there
    progress, ahead = job.progress, job.ahead
    if ahead:
        songs = "1 other song is" if ahead == 1 else f"{ahead} other songs are"
        st.progress(0.0, f"Waiting: {songs} decoded first.")
    elif progress is None:
        st.progress(0.0, "Decoding the song …")
    else:
        share = min(progress.share or 0.0, 1.0)
        st.progress(share, f"Decoding the song: {clock(progress.decoded_s)} so far.")
    st.button("Cancel", on_click=forget_song, icon=":material/close:")
