"""What is computed of a song, kept for every session: its sound, spectra, pictures.

Results are cached by the content's hash, so that they outlive a visit to another page.
"""

from dataclasses import dataclass, replace

import streamlit as st

from mlmusic.app.part import Part
from mlmusic.app.sound_form import Look
from mlmusic.app.transport import Surface
from mlmusic.audio.clip import Clip
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import Spectra, compute_spectra
from mlmusic.audio.wav import played_wav
from mlmusic.audio.waveform import clip_part
from mlmusic.plots.picture import AXES_BOX
from mlmusic.plots.png import png_bytes
from mlmusic.plots.readout import quantised
from mlmusic.plots.rows import COLUMNS, mel_rows, mfcc_rows, stft_rows
from mlmusic.plots.spectrograms import mel_figure, mfcc_figure, stft_figure
from mlmusic.plots.theme import Brightness
from mlmusic.plots.view import LARGEST_RANGE_DB, View

UNUSED_FOR = "1h"  # then what was computed of a song is forgotten
STFT, MEL, MFCC = "STFT spectrogram", "Mel spectrogram", "MFCC"  # how descriptions begin


@dataclass(frozen=True)
class Picture:
    """A PNG, what it shows in words, and what it shows in numbers."""

    png: bytes
    description: str
    surface: Surface


@st.cache_resource(max_entries=4, ttl=UNUSED_FOR, show_spinner=False)
def sound_of(key: str, part: Part, _clip: Clip) -> bytes:
    """Return a part of a song as a mono WAV, which every browser plays."""
    waveform = clip_part(_clip, part.channel, start_s=part.start_s, duration_s=part.duration_s)
    return played_wav(waveform, _clip.sample_rate)


@st.cache_resource(max_entries=8, ttl=UNUSED_FOR, show_spinner="Computing the spectra …")
def spectra_of(key: str, part: Part, settings: SpectrumSettings, _clip: Clip) -> Spectra:
    """Return the spectra of a part of a song, folded to the columns of the screen.

    Raises
    ------
    InputError
        If the part is too short or too long for the settings, or the mel filters' range is
        none.
    """
    waveform = clip_part(_clip, part.channel, start_s=part.start_s, duration_s=part.duration_s)
    return compute_spectra(waveform, _clip.sample_rate, settings, columns=COLUMNS)


def pictures_of(
    key: str,
    part: Part,
    settings: SpectrumSettings,
    look: Look,
    brightness: Brightness,
    spectra: Spectra,
) -> list[Picture]:
    """Return STFT, Mel and MFCC as pictures; what looks as before is not drawn again."""
    view = View(
        start_s=part.start_s,
        duration_s=spectra.duration_s,
        colour_map=look.colour_map,
        brightness=brightness,
        frequency_axis="log" if look.log_axis else "linear",
        note_names=look.note_names,
        range_db=look.range_db,
    )
    of_mel = replace(view, frequency_axis="linear")
    of_mfcc = replace(of_mel, note_names=False, range_db=LARGEST_RANGE_DB)
    return [
        _picture(name, key, part, settings, seen, spectra)
        for name, seen in ((STFT, view), (MEL, of_mel), (MFCC, of_mfcc))
    ]


@st.cache_resource(max_entries=72, ttl=UNUSED_FOR, show_spinner="Drawing …")
def _picture(
    name: str, key: str, part: Part, settings: SpectrumSettings, view: View, _spectra: Spectra
) -> Picture:
    """Return one of the pictures."""
    pitches = None
    if name == MFCC:
        values = mfcc_rows(_spectra.mfcc)
        figure = mfcc_figure(values, view)
    else:
        if name == MEL:
            rows = mel_rows(_spectra.mel_db, frequencies=_spectra.mel_frequencies)
            figure = mel_figure(rows, view)
        else:
            rows = stft_rows(
                _spectra.stft_db,
                sample_rate=_spectra.sample_rate,
                frequency_axis=view.frequency_axis,
            )
            figure = stft_figure(rows, view)
        values, pitches = rows.values, tuple(map(float, rows.frequencies.round(1)))
    surface = Surface(name, AXES_BOX, *quantised(values), pitches)
    return Picture(png_bytes(figure), str(figure.get_label()), surface)
