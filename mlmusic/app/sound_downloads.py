"""What can be taken home of a song: the pictures, the arrays, and a script that makes them."""

import io
import re
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from mlmusic.app.part import Part
from mlmusic.app.song_pictures import Picture
from mlmusic.app.sound_form import Look
from mlmusic.audio.clip import Clip
from mlmusic.audio.script import spectrogram_script
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from mlmusic.audio.waveform import clip_part

FILES = ("stft", "mel", "mfcc")
MAX_VALUES = 2**27  # of an array, half a GiB: it is made in memory


def show_downloads(
    clip: Clip,
    part: Part,
    settings: SpectrumSettings,
    look: Look,
    pictures: Sequence[Picture],
    *,
    name: str,
    wav: bytes | None,
) -> None:
    """Show the download buttons; parameters as in `listen_and_look`."""
    stem = re.sub(r"[^\w-]+", "-", name.rsplit(".", 1)[0]).strip("-") or "sound"
    frames = settings.count_frames(round(part.duration_s * clip.sample_rate))
    with st.container(horizontal=True):
        if wav is not None:
            st.download_button(
                "Sound",
                wav,
                file_name=f"{stem}.wav",
                mime="audio/wav",
                on_click="ignore",
                icon=":material/graphic_eq:",
            )
        for file, picture in zip(FILES, pictures, strict=True):
            st.download_button(
                f"{picture.surface.name.split()[0]} picture",
                picture.png,
                file_name=f"{stem}-{file}.png",
                mime="image/png",
                on_click="ignore",
                icon=":material/image:",
            )
        st.download_button(
            "Arrays",
            partial(_arrays, clip, part, settings),  # computed once it is pressed
            file_name=f"{stem}-spectrogram.npz",
            mime="application/octet-stream",
            on_click="ignore",
            disabled=frames * settings.n_fft // 2 > MAX_VALUES,
            icon=":material/data_array:",
            help="STFT and Mel in dB, and MFCC, frame by frame, for NumPy; of a range of up to "
            f"{MAX_VALUES // 2**20} million values.",
        )
        st.download_button(
            "Python script",
            spectrogram_script(
                name if wav is None else f"{stem}.wav",
                settings,
                start_s=part.start_s,
                duration_s=part.duration_s,
                channel=part.channel,
                colour_map=look.colour_map,
                range_db=look.range_db,
                log_axis=look.log_axis,
                note_names=look.note_names,
            ),
            file_name=f"{stem}-spectrogram.py",
            mime="text/x-python",
            on_click="ignore",
            icon=":material/code:",
            help="Makes the three pictures with torch, torchaudio and matplotlib.",
        )


def _arrays(clip: Clip, part: Part, settings: SpectrumSettings) -> bytes:
    """Return the spectra, not folded, as an NPZ file."""
    waveform = clip_part(clip, part.channel, start_s=part.start_s, duration_s=part.duration_s)
    spectra = compute_spectra(waveform, clip.sample_rate, settings)
    file = io.BytesIO()
    np.savez(
        file,
        stft_db=spectra.stft_db,
        mel_db=spectra.mel_db,
        mfcc=spectra.mfcc,
        sample_rate=spectra.sample_rate,
        n_fft=settings.n_fft,
        hop_length=settings.hop_length,
        start_s=part.start_s,
    )
    return file.getvalue()
