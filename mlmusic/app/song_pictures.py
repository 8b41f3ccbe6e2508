"""What is computed of a song, kept for every session: its overview, sound, spectra, pictures.

Results are cached by the content's hash, so that they outlive a visit to another page.
PyTorch is imported where it is first needed: the page is there before it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mlmusic.app.part import Part
from mlmusic.app.sound_form import Look
from mlmusic.app.transport import Surface
from mlmusic.audio.clip import Clip
from mlmusic.audio.overview import Overview, overview
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.wav import wav_bytes
from mlmusic.errors import InputError
from mlmusic.plots.picture import AXES_BOX
from mlmusic.plots.png import png_bytes
from mlmusic.plots.readout import quantised
from mlmusic.plots.rows import COLUMNS, mel_rows, mfcc_rows, stft_rows
from mlmusic.plots.spectrograms import mel_figure, mfcc_figure, stft_figure
from mlmusic.plots.theme import Brightness
from mlmusic.plots.view import View

if TYPE_CHECKING:
    from mlmusic.audio.spectrum import Spectra

MAX_VALUES = 2**27  # mel filters times frames: half a GiB while the spectra are computed
UNUSED_FOR = "1h"  # then what was computed of a song is forgotten
NAMES = ("STFT spectrogram", "Mel spectrogram", "MFCC")  # how their descriptions begin


@dataclass(frozen=True)
class Picture:
    """A PNG, what it shows in words, and what it shows in numbers."""

    png: bytes
    description: str
    surface: Surface


@st.cache_resource(max_entries=8, ttl=UNUSED_FOR, show_spinner=False)
def overview_of(key: str, channel: str, _clip: Clip) -> Overview:
    """Return the waveform of a whole song in a thousand columns."""
    return overview(_clip, channel)


@st.cache_resource(max_entries=4, ttl=UNUSED_FOR, show_spinner=False)
def sound_of(key: str, part: Part, _clip: Clip) -> bytes:
    """Return a part of a song as a mono WAV, which every browser plays."""
    waveform = _clip.waveform(part.channel, start_s=part.start_s, duration_s=part.duration_s)
    return wav_bytes(waveform, _clip.sample_rate)


@st.cache_resource(max_entries=8, ttl=UNUSED_FOR, show_spinner="Computing the spectra …")
def spectra_of(key: str, part: Part, settings: SpectrumSettings, _clip: Clip) -> "Spectra":
    """Return the spectra of a part of a song, folded to the columns of the screen.

    Raises
    ------
    InputError
        If the part is too short or too long for the settings, or the mel filters' range is
        none.
    """
    from mlmusic.audio.spectrum import compute_spectra

    waveform = _clip.waveform(part.channel, start_s=part.start_s, duration_s=part.duration_s)
    frames = settings.count_frames(len(waveform))
    if frames * settings.n_mels > MAX_VALUES:
        raise InputError(
            f"{frames:,} frames of {settings.n_mels} mel filters are too many; "
            "choose a longer hop or a shorter range"
        )
    return compute_spectra(waveform, _clip.sample_rate, settings, columns=COLUMNS)


@st.cache_data(max_entries=24, show_spinner="Drawing …")
def pictures_of(
    key: str,
    part: Part,
    settings: SpectrumSettings,
    look: Look,
    brightness: Brightness,
    _spectra: "Spectra",
) -> list[Picture]:
    """Return STFT, Mel and MFCC as pictures."""
    spectra = _spectra
    view = View(
        start_s=part.start_s,
        duration_s=spectra.duration_s,
        colour_map=look.colour_map,
        brightness=brightness,
        frequency_axis="log" if look.log_axis else "linear",
        note_names=look.note_names,
        range_db=look.range_db,
    )
    stft = stft_rows(
        spectra.stft_db, sample_rate=spectra.sample_rate, frequency_axis=view.frequency_axis
    )
    mel = mel_rows(spectra.mel_db, frequencies=spectra.mel_frequencies)
    figures = (
        stft_figure(spectra.stft_db, view, sample_rate=spectra.sample_rate),
        mel_figure(spectra.mel_db, view, frequencies=spectra.mel_frequencies),
        mfcc_figure(spectra.mfcc, view),
    )
    shown = (
        (stft.values, stft.frequencies),
        (mel.values, mel.frequencies),
        (mfcc_rows(spectra.mfcc), None),
    )
    pictures = []
    for name, figure, (values, frequencies) in zip(NAMES, figures, shown, strict=True):
        numbers, lowest, step = quantised(values)
        pitches = None if frequencies is None else tuple(map(float, frequencies.round(1)))
        surface = Surface(name, AXES_BOX, numbers, lowest, step, pitches)
        pictures.append(Picture(png_bytes(figure), str(figure.get_label()), surface))
    return pictures
