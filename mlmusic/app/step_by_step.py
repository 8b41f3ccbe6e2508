"""From sound to MFCC, step by step: one moment of a song in five small pictures."""

import numpy as np
import streamlit as st

from mlmusic.app.part import Part
from mlmusic.audio.clip import Clip
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.steps import steps_at
from mlmusic.audio.waveform import clip_part
from mlmusic.plots.png import png_bytes
from mlmusic.plots.steps import (
    coefficients_figure,
    energies_figure,
    filter_to_highlight,
    filters_figure,
    spectrum_figure,
    window_figure,
)
from mlmusic.plots.theme import Brightness

SENTENCES = (
    "A short piece of sound, {window_ms:.0f} ms, fades in and out under the **window**, so that "
    "its cut edges are not heard as clicks.",
    "The **Fourier transform** tells how strong each frequency is in it: one column of the STFT.",
    "**Mel filters** gather the frequencies into {n_mels} bands, narrow at the bottom and wide at "
    "the top, as the ear does.",
    "The power in each band, in decibels: one column of the **Mel spectrogram**.",
    "The **cosine transform** compares the bands with waves that swing ever more often; how much "
    "of each wave there is makes one column of the **MFCC**.",
)
WIDTH = 270  # px on the screen: three in a row on a laptop


def show_steps(
    clip: Clip,
    part: Part,
    settings: SpectrumSettings,
    *,
    moment_s: float,
    loudest_db: tuple[float, float],
    brightness: Brightness,
) -> None:
    """Show the five steps of one moment, each with a sentence.

    Parameters
    ----------
    clip : Clip
    part : Part
        What the pictures show.
    settings : SpectrumSettings
    moment_s : float
        Within the song, in seconds.
    loudest_db : two floats
        The maxima of STFT and Mel: their floor is 80 dB under them.
    brightness : "light" or "dark"
    """
    steps = steps_at(
        clip_part(clip, part.channel, start_s=part.start_s, duration_s=part.duration_s),
        clip.sample_rate,
        settings,
        time_s=moment_s - part.start_s,
        loudest_stft_db=loudest_db[0],
        loudest_mel_db=loudest_db[1],
    )
    st.caption(
        f"The moment at {part.start_s + steps.time_s:.3f} s, frame {steps.frame:,} of the "
        "pictures. Stop the playhead, or click a picture, to choose another one."
    )
    chosen = filter_to_highlight(steps.mel_db)
    places = np.arange(settings.n_fft) - settings.n_fft // 2
    times_ms = (1000 * places / clip.sample_rate).astype(np.float32)
    figures = (
        window_figure(steps.samples, steps.window, times_ms, brightness=brightness),
        spectrum_figure(steps.frequencies, steps.stft_db, brightness=brightness),
        filters_figure(
            steps.frequencies,
            steps.stft_db,
            steps.filters,
            steps.mel_frequencies,
            highlighted=chosen,
            brightness=brightness,
        ),
        energies_figure(
            steps.mel_db, steps.mel_frequencies, highlighted=chosen, brightness=brightness
        ),
        coefficients_figure(steps.cosines, steps.mfcc, brightness=brightness),
    )
    window_ms = 1000 * settings.n_fft / clip.sample_rate
    with st.container(horizontal=True):
        for figure, sentence in zip(figures, SENTENCES, strict=True):
            with st.container(width=WIDTH):
                st.image(png_bytes(figure), alt=str(figure.get_label()), width="stretch")
                st.caption(sentence.format(window_ms=window_ms, n_mels=settings.n_mels))
