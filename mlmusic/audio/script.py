"""The three pictures as a plain Python script that needs torch, torchaudio and matplotlib.

The template has the formulas of `spectrum` in torchaudio's own words; a test runs what
comes of it and compares the arrays.
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

import sys

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchaudio
from torchaudio.functional import create_dct, melscale_fbanks

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


def decibels(power):
    """Return levels in dB, none more than 80 dB under the loudest."""
    levels = 10 * torch.log10(power.clamp(min=1e-10))
    return levels.clamp(min=levels.max() - 80)


samples, sample_rate = torchaudio.load(SONG)  # (channels, samples)
$channel_line
start = round(START_S * sample_rate)
waveform = waveform[start : start + round(DURATION_S * sample_rate)].double()

window = $window_line
spectrum = torch.stft(
    waveform, N_FFT, HOP_LENGTH, window=window, pad_mode="reflect", return_complex=True
)
power = spectrum.abs() ** 2  # (N_FFT // 2 + 1, frames)
filters = melscale_fbanks(
    N_FFT // 2 + 1, LOWEST_HZ, HIGHEST_HZ or sample_rate / 2, N_MELS, sample_rate
).double()
stft_db = decibels(power)
mel_db = decibels(filters.T @ power)  # (N_MELS, frames)
mfcc = create_dct(N_MFCC, N_MELS, norm="ortho").double().T @ mel_db  # (N_MFCC, frames)
np.savez("spectrogram.npz", stft_db=stft_db, mel_db=mel_db, mfcc=mfcc, sample_rate=sample_rate)

end_s = START_S + len(waveform) / sample_rate
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 4.5), layout="constrained")
for axes, values, title, top, label in (
    (left, stft_db, "STFT spectrogram", sample_rate / 2, "Frequency (Hz)"),
    (middle, mel_db, "Mel spectrogram", N_MELS, "Mel filter"),
    (right, mfcc, "MFCC", N_MFCC, "Coefficient"),
):
    image = axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=COLOUR_MAP,
        extent=(START_S, end_s, 0, top),
    )
    if values is mfcc:
        low, high = np.percentile(mfcc[1:] if N_MFCC > 1 else mfcc, (5, 95))
        image.set_clim(low, max(high, low + 1))
    else:
        image.set_clim(values.max() - RANGE_DB, values.max())
    axes.set(title=title, xlabel="Time (s)", ylabel=label)
    figure.colorbar(image, ax=axes, label="" if values is mfcc else "dB")
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
        channel_line=CHANNEL_LINES[channel],
        window_line=WINDOW_LINES[settings.window],
    )
