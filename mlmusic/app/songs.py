"""The song of a session: taken from the person, kept over visits, decoded and pictured.

Results are cached by the content's hash, so that they serve every session and outlive a
visit to another page. PyTorch is imported where it is first needed: the page is there
before it.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mlmusic.audio.clip import Clip
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.plots.spectrograms import (
    COLUMNS,
    View,
    mel_figure,
    mfcc_figure,
    png_bytes,
    stft_figure,
)
from mlmusic.plots.theme import Brightness

if TYPE_CHECKING:
    from mlmusic.audio.spectrum import Spectra

PICTURED_S = 600.0  # of a longer song, the start is heard and seen
CAPTIONS = (
    "**Short-time Fourier transform.** How strong each frequency is, window after window. "
    "Notes are lines, drum beats are columns.",
    "**Mel scale.** The same, gathered into bands as wide as the ear's: "
    "low notes get more room, high ones less.",
    "**Mel-frequency cepstral coefficients.** The outline of each Mel column in a few numbers: "
    "how loud, how bright, which timbre.",
)
UNUSED_FOR = "1h"  # then a decoded song leaves the disk


@dataclass(frozen=True)
class Song:
    """What a person gave, as it is."""

    name: str
    content: bytes
    key: str  # SHA-256 of the content
    source: str  # the widget that gave it


@dataclass(frozen=True)
class Picture:
    """A PNG and what it shows, in words."""

    png: bytes
    description: str


def take_file(widget: str) -> None:
    """Make the file in a widget the session's song; on its removal, forget that song."""
    file = st.session_state[widget]
    if file is not None:
        _take(file.name if widget == "upload" else "Recording", file.getvalue(), source=widget)
    elif (song := current_song()) and song.source == widget:
        del st.session_state["song"]


def take_demo() -> None:
    """Make the demo clip the session's song."""
    from mlmusic.audio.demo import demo_song
    from mlmusic.audio.wav import wav_bytes

    _take("Demo clip", wav_bytes(*demo_song()), source="demo")


def current_song() -> Song | None:
    """Return the session's song."""
    song: Song | None = st.session_state.get("song")
    return song


def clip_of(song: Song) -> Clip:
    """Return a song decoded; raises InputError where it is not sound."""
    return _decoded(song.key, song.content)


def player_sound(song: Song) -> bytes:
    """Return what the pictures show as a mono WAV, which every browser plays."""
    return _player_sound(song.key, clip_of(song))


def pictures(
    song: Song, settings: SpectrumSettings, *, colour_map: str, brightness: Brightness
) -> list[Picture]:
    """Return STFT, Mel and MFCC as pictures.

    Raises
    ------
    InputError
        If the song is not sound, or too short for the settings.
    """
    spectra = _spectra(song.key, settings, clip_of(song))
    return _pictures(song.key, settings, colour_map, brightness, spectra)


def advice(song: Song, settings: SpectrumSettings) -> list[str]:
    """Return sentences on what a person should know about the pictures of a song."""
    from mlmusic.audio.spectrum import mel_advice

    clip = clip_of(song)
    sentences = [*clip.notes]
    if clip.duration_s > PICTURED_S:
        sentences.append(
            f"The song lasts {clock(clip.duration_s)}; heard and seen are its first "
            f"{clock(PICTURED_S)}."
        )
    if empty := mel_advice(settings, clip.sample_rate):
        sentences.append(empty)
    return sentences


def facts(clip: Clip) -> str:
    """Return what there is to know of a clip, in one line."""
    channels = {1: "mono", 2: "stereo"}.get(clip.channels, f"{clip.channels} channels")
    peak = f"peak {clip.peak_db:.1f} dB".replace("-", "−") if clip.peak else "silence"
    sample_rate = f"{clip.sample_rate / 1000:g} kHz"
    return " · ".join((clock(clip.duration_s), sample_rate, channels, clip.format, peak))


def clock(seconds: float) -> str:
    """Return a duration as people say it: 9.0 s, 4:05, 1:02:03."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _take(name: str, content: bytes, *, source: str) -> None:
    """Keep a song for the session."""
    st.session_state["song"] = Song(name, content, hashlib.sha256(content).hexdigest(), source)


@st.cache_resource(max_entries=4, ttl=UNUSED_FOR, show_spinner="Decoding the song …")
def _decoded(key: str, _content: bytes) -> Clip:
    """Return a song decoded; the one place where a file is read."""
    from mlmusic.audio.decode import decode

    return decode(io.BytesIO(_content))


@st.cache_resource(max_entries=4, ttl=UNUSED_FOR, show_spinner=False)
def _player_sound(key: str, _clip: Clip) -> bytes:
    from mlmusic.audio.wav import wav_bytes

    return wav_bytes(_clip.mono(duration_s=PICTURED_S), _clip.sample_rate)


@st.cache_resource(max_entries=8, ttl=UNUSED_FOR, show_spinner="Computing the spectra …")
def _spectra(key: str, settings: SpectrumSettings, _clip: Clip) -> "Spectra":
    from mlmusic.audio.spectrum import compute_spectra

    waveform = _clip.mono(duration_s=PICTURED_S)
    return compute_spectra(waveform, _clip.sample_rate, settings, columns=COLUMNS)


@st.cache_data(max_entries=24, show_spinner="Drawing …")
def _pictures(
    key: str,
    settings: SpectrumSettings,
    colour_map: str,
    brightness: Brightness,
    _spectra: "Spectra",
) -> list[Picture]:
    view = View(duration_s=_spectra.duration_s, colour_map=colour_map, brightness=brightness)
    figures = (
        stft_figure(_spectra.stft_db, view, sample_rate=_spectra.sample_rate),
        mel_figure(_spectra.mel_db, view, frequencies=_spectra.mel_frequencies),
        mfcc_figure(_spectra.mfcc, view),
    )
    return [Picture(png_bytes(figure), str(figure.get_label())) for figure in figures]
