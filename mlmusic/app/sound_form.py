"""The inputs that say how spectra are computed, and how they are shown."""

from dataclasses import dataclass

import streamlit as st

from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.plots.view import COLOUR_MAPS

DEFAULTS = SpectrumSettings()
N_FFTS = (256, 512, 1024, 2048, 4096, 8192, 16_384)
HERTZ, NOTES = "Hz", "notes"


@dataclass(frozen=True)
class Look:
    """How the pictures are shown; none of it needs new spectra."""

    colour_map: str
    range_db: float
    log_axis: bool
    note_names: bool


def look_form() -> Look:
    """Show the inputs for the look and return it."""
    colour_map = st.selectbox(
        "Colour map", COLOUR_MAPS, key="colour_map", persist_state="session", width=150
    )
    axis = st.segmented_control(
        "Frequency axis",
        ["linear", "log"],
        default="linear",
        required=True,
        key="frequency_axis",
        persist_state="session",
        help="Of the STFT. On a logarithmic axis each octave is as high as the next.",
    )
    labels = st.segmented_control(
        "Labels",
        [HERTZ, NOTES],
        default=HERTZ,
        required=True,
        key="frequency_labels",
        persist_state="session",
        help="Of the STFT's and the Mel spectrogram's frequencies. A4 is 440 Hz.",
    )
    range_db = st.slider(
        "Range (dB)",
        20,
        80,
        80,
        5,
        key="range_db",
        persist_state="session",
        width=200,
        help="How far under the loudest point the colours reach.",
    )
    return Look(colour_map, float(range_db), axis == "log", labels == NOTES)


def settings_form() -> SpectrumSettings:
    """Show the inputs for the spectra and return them.

    Raises
    ------
    InputError
        If they do not go together.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n_fft = st.selectbox(
            "n_fft",
            N_FFTS,
            index=N_FFTS.index(DEFAULTS.n_fft),
            key="n_fft",
            persist_state="session",
            width=110,
            help="Samples in a window. A long one tells frequencies apart, a short one moments.",
        )
        hop_length = _whole(
            "Hop length",
            1,
            N_FFTS[-1],
            DEFAULTS.hop_length,
            "hop_length",
            "Samples from one window to the next.",
        )
        window = st.selectbox(
            "Window",
            WINDOWS,
            key="window",
            persist_state="session",
            width=130,
            help="How a window fades in and out. A rectangular one smears loud tones.",
        )
        n_mels = _whole(
            "n_mels", 1, 1024, DEFAULTS.n_mels, "n_mels", "Mel filters: bands as wide as the ear's."
        )
        n_mfcc = _whole(
            "n_mfcc",
            1,
            256,
            DEFAULTS.n_mfcc,
            "n_mfcc",
            "Coefficients of the cosine transform that are kept.",
        )
        lowest = st.number_input(
            "Lowest (Hz)",
            0.0,
            value=0.0,
            step=10.0,
            key="lowest_hz",
            persist_state="session",
            width=130,
            help="Where the mel filters begin.",
        )
        highest = st.number_input(
            "Highest (Hz)",
            0.0,
            value=None,
            step=100.0,
            placeholder="half the rate",
            key="highest_hz",
            persist_state="session",
            width=190,
            help="Where the mel filters end; empty: at half the sample rate.",
        )
    return SpectrumSettings(
        n_fft=n_fft,
        hop_length=hop_length,
        window=window,
        n_mels=n_mels,
        n_mfcc=n_mfcc,
        lowest_hz=lowest,
        highest_hz=highest,
    )


def _whole(label: str, least: int, most: int, default: int, key: str, help_text: str) -> int:
    """Show an input for a whole number."""
    return st.number_input(
        label,
        least,
        most,
        default,
        1,
        key=key,
        persist_state="session",
        width=120,
        help=help_text,
    )
