"""The three pictures as a plain Python script that needs torch, torchaudio and matplotlib.

The template has the formulas of `spectrum` for people to read; a test runs what comes of it
and compares the arrays.
"""

from string import Template

from mlmusic.audio.settings import SpectrumSettings

CHANNEL_LINES = {
    "mix": "waveform = samples.mean(0)  # all channels",
    "left": "waveform = samples[0]  # the left channel",
    "right": "waveform = samples[1]  # the right channel",
}
WINDOW_LINES = {
    "hann": "torch.hann_window(N_FFT, dtype=torch.float64)",
    "hamming": "torch.hamming_window(N_FFT, dtype=torch.float64)",
    "blackman": "torch.blackman_window(N_FFT, dtype=torch.float64)",
    "rectangular": "torch.ones(N_FFT, dtype=torch.float64)",
}
TEMPLATE = Template('''\
"""STFT, Mel and MFCC of a song, side by side, with torch, torchaudio and matplotlib.

Run it with the song's file beside it, or name another file behind the script's name.
torchaudio reads sound files with FFmpeg, which has to be installed.
"""

import math
import sys

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchaudio
from matplotlib.colors import FuncNorm, Normalize
from torchaudio.functional import create_dct

SONG = sys.argv[1] if len(sys.argv) > 1 else $song
START_S = $start_s
DURATION_S = $duration_s
N_FFT = $n_fft  # samples in a window
HOP_LENGTH = $hop_length  # samples from one frame to the next
N_MELS = $n_mels
N_MFCC = $n_mfcc
LOWEST_HZ = $lowest_hz
HIGHEST_HZ = $highest_hz  # None: half the sample rate
RANGE_DB = $range_db  # shown under the loudest
COLOUR_MAP = $colour_map
LOG_AXIS = $log_axis  # of the STFT
NOTE_NAMES = $note_names  # in place of Hz


def mel(hz):
    """Return mel of Hz."""
    return 2595 * math.log10(1 + hz / 700)


def decibels(power):
    """Return levels in dB, none more than 80 dB under the loudest."""
    levels = 10 * torch.log10(power.clamp(min=1e-10))
    return levels.clamp(min=levels.max() - 80)


# From sound to STFT: the power of each frequency, window after window. In float64, as all
# that follows: with float32, Mel would be 0.02 dB off at 96 kHz.
samples, sample_rate = torchaudio.load(SONG)  # (channels, samples)
$channel_line
start = round(START_S * sample_rate)
waveform = waveform[start : start + round(DURATION_S * sample_rate)].double()
window = $window_line
spectrum = torch.stft(
    waveform, N_FFT, HOP_LENGTH, window=window, pad_mode="reflect", return_complex=True
)
power = spectrum.abs() ** 2  # (N_FFT // 2 + 1, frames)
stft_db = decibels(power)

# From STFT to Mel: filters, each a triangle over a few frequencies, all of one width in mel.
bins = torch.arange(N_FFT // 2 + 1).double() * sample_rate / N_FFT  # Hz
highest_hz = HIGHEST_HZ or sample_rate / 2
corners = torch.linspace(mel(LOWEST_HZ), mel(highest_hz), N_MELS + 2, dtype=torch.float64)
corners = 700 * (10 ** (corners / 2595) - 1)  # Hz
begin, peak, end = corners[:-2, None], corners[1:-1, None], corners[2:, None]
filters = torch.minimum((bins - begin) / (peak - begin), (end - bins) / (end - peak))
mel_db = decibels(filters.clamp(min=0) @ power)  # (N_MELS, frames)

# From Mel to MFCC: the cosine transform of each column.
mfcc = create_dct(N_MFCC, N_MELS, norm="ortho").T.double() @ mel_db  # (N_MFCC, frames)
np.savez("spectrogram.npz", stft_db=stft_db, mel_db=mel_db, mfcc=mfcc, sample_rate=sample_rate)


def mark(axes, row_hz):
    """Write frequencies, or notes, beside the rows of a picture."""
    if NOTE_NAMES:
        marks = [(440 * 2 ** (octave - 4.75), f"C{octave}") for octave in range(12)]
    else:
        marks = [(n * 10**k, f"{n * 10**k:,}") for k in range(6) for n in (1, 2, 5)]
    places, labels = [], []
    for hz, label in reversed(marks):  # the higher, the more room
        place = np.interp(hz, row_hz, np.arange(len(row_hz)))
        touches = places and places[-1] - place < 0.05 * len(row_hz)
        if row_hz[0] <= hz <= row_hz[-1] and not touches:
            places.append(place)
            labels.append(label)
    axes.set_yticks(places, labels)
    axes.set_ylabel("Note" if NOTE_NAMES else "Frequency (Hz)")


if LOG_AXIS:  # rows at even steps of pitch; each shows the bin that is nearest
    lowest = max(bins[1].item(), min(20, sample_rate / 200))
    stft_hz = np.geomspace(lowest, sample_rate / 2, 1000)
    stft_rows = stft_db[np.rint(stft_hz / bins[1].item()).astype(int)]
else:
    stft_hz, stft_rows = bins, stft_db
others = mfcc[1:] if N_MFCC > 1 else mfcc  # the first one, the loudness, is far from them
root = FuncNorm(  # small values are seen beside large ones
    (lambda v: np.sign(v) * abs(v) ** 0.5, lambda r: np.sign(r) * r**2),
    others.min(),
    max(others.max(), others.min() + 1),
)
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 4.5), layout="constrained")
for axes, values, row_hz, title, unit in (
    (left, stft_rows, stft_hz, "STFT spectrogram", "dB"),
    (middle, mel_db, corners[1:-1], "Mel spectrogram", "dB"),
    (right, mfcc, None, "MFCC", ""),
):
    image = axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=COLOUR_MAP,
        norm=root if row_hz is None else Normalize(values.max() - RANGE_DB, values.max()),
        extent=(START_S, START_S + len(waveform) / sample_rate, -0.5, len(values) - 0.5),
    )
    axes.set(title=title, xlabel="Time (s)", ylabel="Coefficient")
    if row_hz is not None:
        mark(axes, row_hz)
    figure.colorbar(image, ax=axes, label=unit)
figure.savefig("spectrogram.png", dpi=150)
''')


def spectrogram_script(
    song: str,
    settings: SpectrumSettings,
    *,
    start_s: float,
    duration_s: float,
    channel: str,
    colour_map: str,
    range_db: float,
    log_axis: bool,
    note_names: bool,
) -> str:
    """Return a script that makes the three pictures of a song.

    Parameters
    ----------
    song : str
        The file's name, as it was given; a text in the script, whatever it holds.
    settings : SpectrumSettings
    start_s, duration_s : float
        The range, in seconds.
    channel : "mix", "left" or "right"
    colour_map : str
        One of matplotlib's.
    range_db : float > 0
        How far under the loudest the colours reach.
    log_axis : bool
        Whether the STFT's frequencies are on a logarithmic axis.
    note_names : bool
        Whether notes are written beside the rows, in place of Hz.
    """
    return TEMPLATE.substitute(
        song=ascii(song),
        start_s=start_s,
        duration_s=duration_s,
        n_fft=settings.n_fft,
        hop_length=settings.hop_length,
        n_mels=settings.n_mels,
        n_mfcc=settings.n_mfcc,
        lowest_hz=settings.lowest_hz,
        highest_hz=settings.highest_hz,
        range_db=range_db,
        colour_map=repr(colour_map),
        log_axis=log_axis,
        note_names=note_names,
        channel_line=CHANNEL_LINES[channel],
        window_line=WINDOW_LINES[settings.window],
    )
