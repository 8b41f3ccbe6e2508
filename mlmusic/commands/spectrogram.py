"""``spectrogram``: the three pictures of a song, and their numbers."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

from mlmusic.audio.advice import mel_advice
from mlmusic.audio.clip import CHANNELS
from mlmusic.audio.decode import decode
from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import Spectra, compute_spectra
from mlmusic.audio.waveform import clip_part
from mlmusic.commands.parsers import Subparsers
from mlmusic.errors import InputError
from mlmusic.plots.png import png_bytes
from mlmusic.plots.rows import COLUMNS, mel_rows, mfcc_rows, stft_rows
from mlmusic.plots.spectrograms import mel_figure, mfcc_figure, stft_figure
from mlmusic.plots.view import COLOUR_MAPS, LARGEST_RANGE_DB, View

DEFAULTS = SpectrumSettings()


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the options of ``spectrogram``."""
    parser = subparsers.add_parser("spectrogram", help="draw the STFT, Mel and MFCC of a song")
    parser.add_argument("song", type=Path, metavar="SONG", help="a sound file")
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where to write; by default here"
    )
    parser.add_argument("--start", type=float, default=0.0, metavar="S", help="seconds")
    parser.add_argument("--duration", type=float, metavar="S", help="seconds; by default the rest")
    parser.add_argument("--channel", default=CHANNELS[0], metavar="C", help=_words(CHANNELS))
    parser.add_argument("--n-fft", type=int, default=DEFAULTS.n_fft, help="samples in a window")
    parser.add_argument(
        "--hop-length", type=int, default=DEFAULTS.hop_length, help="samples between frames"
    )
    parser.add_argument("--window", default=DEFAULTS.window, metavar="W", help=_words(WINDOWS))
    parser.add_argument("--n-mels", type=int, default=DEFAULTS.n_mels, help="mel filters")
    parser.add_argument(
        "--f-min", type=float, default=DEFAULTS.lowest_hz, metavar="HZ", help="where these begin"
    )
    parser.add_argument(
        "--f-max", type=float, metavar="HZ", help="where they end; by default half the sample rate"
    )
    parser.add_argument("--n-mfcc", type=int, default=DEFAULTS.n_mfcc, help="coefficients")
    parser.add_argument(
        "--log-axis", action="store_true", help="show the STFT on a logarithmic axis"
    )
    parser.add_argument("--note-names", action="store_true", help="write notes in place of Hz")
    parser.add_argument(
        "--colour-map", default=COLOUR_MAPS[0], metavar="M", help=_words(COLOUR_MAPS)
    )
    parser.add_argument(
        "--range-db",
        type=float,
        default=LARGEST_RANGE_DB,
        metavar="DB",
        help="how far under the loudest point the colours reach",
    )
    parser.add_argument("--npz", action="store_true", help="write the numbers as well")
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Decode a song, and write its pictures."""
    settings = SpectrumSettings(
        n_fft=options.n_fft,
        hop_length=options.hop_length,
        window=options.window,
        n_mels=options.n_mels,
        lowest_hz=options.f_min,
        highest_hz=options.f_max,
        n_mfcc=options.n_mfcc,
    )
    look = View(  # made before the song is decoded: it may be refused
        duration_s=0.0,
        start_s=options.start,
        colour_map=options.colour_map,
        frequency_axis="log" if options.log_axis else "linear",
        note_names=options.note_names,
        range_db=options.range_db,
    )
    with tqdm(total=3, desc=options.song.name, disable=None, leave=False) as progress:
        try:
            with options.song.open("rb") as file:
                clip = decode(file)
        except InputError as error:
            raise InputError(f"{options.song}: {error}") from error
        progress.update()
        waveform = clip_part(
            clip, options.channel, start_s=options.start, duration_s=options.duration
        )
        # Numbers are of every frame; a picture's column is of several.
        columns = None if options.npz else COLUMNS
        spectra = compute_spectra(waveform, clip.sample_rate, settings, columns=columns)
        progress.update()
        options.out.mkdir(parents=True, exist_ok=True)
        files = []
        for name, figure in _figures(spectra, replace(look, duration_s=spectra.duration_s)).items():
            path = options.out / f"{name}.png"
            path.write_bytes(png_bytes(figure, background="white"))
            files.append(path)
        if options.npz:
            files.append(_write_numbers(options.out / "spectrogram.npz", spectra, settings))
        progress.update()
    for note in (*clip.notes, mel_advice(settings, clip.sample_rate)):
        if note:
            print(note, file=sys.stderr)
    return {
        "duration": spectra.duration_s,
        "sample_rate": spectra.sample_rate,
        "channels": clip.channels,
        "frames": spectra.frames,
        "files": [str(path) for path in files],
    }


def report(result: dict[str, Any]) -> str:
    """Return what was drawn, and where it is."""
    facts = (
        f"{result['duration']:.3f} s, {result['sample_rate']} Hz, "
        f"{result['channels']} channel{'s' if result['channels'] > 1 else ''}, "
        f"{result['frames']} frames"
    )
    return "\n".join([facts, *result["files"]])


def _words(choices: Sequence[str]) -> str:
    """Return what can be chosen; the first one is the default."""
    return f"{', '.join(choices[:-1])} or {choices[-1]}; by default {choices[0]}"


def _figures(spectra: Spectra, view: View) -> dict[str, Figure]:
    """Return the pictures by their files' names."""
    stft = stft_rows(
        spectra.stft_db, sample_rate=spectra.sample_rate, frequency_axis=view.frequency_axis
    )
    mel = mel_rows(spectra.mel_db, frequencies=spectra.mel_frequencies)
    return {
        "stft": stft_figure(stft, view),
        "mel": mel_figure(mel, view),
        "mfcc": mfcc_figure(mfcc_rows(spectra.mfcc), view),
    }


def _write_numbers(path: Path, spectra: Spectra, settings: SpectrumSettings) -> Path:
    """Write the arrays of every frame as an NPZ file; return its path."""
    np.savez(
        path,
        stft_db=spectra.stft_db,
        mel_db=spectra.mel_db,
        mfcc=spectra.mfcc,
        sample_rate=np.int64(spectra.sample_rate),
        n_fft=np.int64(settings.n_fft),
        hop_length=np.int64(settings.hop_length),
    )
    return path
