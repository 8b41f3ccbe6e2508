"""A waveform → STFT, Mel and MFCC, on one time axis.

Definitions: periodic Hann window; frames centred, reflected at the edges; power spectrum;
HTK mel scale, triangles of height 1; dB = 10·log10(max(power, 1e-10)), floored 80 dB under
the loudest point; MFCC = orthonormal DCT-II of the dB mel spectrogram. These are
torchaudio's ``MelSpectrogram`` and ``MFCC``, and librosa's with ``pad_mode="reflect"``,
``htk=True``, ``norm=None`` and ``power_to_db(ref=1, top_db=80)``.

One STFT serves all three. It goes in blocks that fit the processor's cache, and each block
is folded to the columns that are asked for before the next one is computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from mlmusic.audio.clip import FloatArray
from mlmusic.audio.mel import cosine_transform, empty_filters, mel_filters, mel_frequencies
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.errors import InputError
from mlmusic.folding import Edges, fold_edges, fold_maximum, fold_mean

SMALLEST_POWER = 1e-10  # -100 dB: what silence is shown as
DYNAMIC_RANGE_DB = 80.0  # torchaudio's and librosa's top_db
BLOCK_FRAMES = 256  # 4 MiB of spectrum at n_fft=2048


@dataclass(frozen=True)
class Spectra:
    """The three pictures as numbers; a column is a frame, or several folded into one."""

    stft_db: FloatArray  # (n_fft // 2 + 1, columns), dB
    mel_db: FloatArray  # (n_mels, columns), dB
    mfcc: FloatArray  # (n_mfcc, columns)
    mel_frequencies: FloatArray  # (n_mels,), Hz, where the filters peak
    sample_rate: int  # Hz
    frames: int  # before folding
    duration_s: float


def compute_spectra(
    waveform: FloatArray,
    sample_rate: int,
    settings: SpectrumSettings,
    *,
    columns: int | None = None,
) -> Spectra:
    """Return the STFT, Mel and MFCC of a waveform.

    Parameters
    ----------
    waveform : ndarray, shape (samples,), float32
        Full scale [-1, 1].
    sample_rate : int > 0
        Hz.
    settings : SpectrumSettings
    columns : int > 0, optional
        Fold the frames to this many columns where there are more: decibels keep the
        maximum, so that a click is still seen, and MFCC the mean.

    Raises
    ------
    InputError
        If the waveform is shorter than one window.
    """
    n_fft, n_mels = settings.n_fft, settings.n_mels
    if len(waveform) < n_fft:
        raise InputError(
            f"n_fft={n_fft} is longer than the clip ({len(waveform)} sample"
            f"{'' if len(waveform) == 1 else 's'}); "
            "choose a smaller window or a longer clip"
        )
    frames = 1 + (len(waveform) - n_fft % 2) // settings.hop_length
    edges = fold_edges(frames, columns or frames)
    filters = torch.from_numpy(mel_filters(n_mels, n_fft, sample_rate)).float()
    stft_power = np.empty((n_fft // 2 + 1, len(edges) - 1), np.float32)
    mel_power = np.empty((n_mels, frames), np.float32)
    for first, last in _blocks(edges):
        begin, end = int(edges[first]), int(edges[last])
        power = power_spectrum(waveform, settings, begin, end)
        mel_power[:, begin:end] = (filters @ power).numpy()
        stft_power[:, first:last] = fold_maximum(power.numpy(), edges[first : last + 1] - begin)
    mel_db = decibels(mel_power)
    # The transform of the mean is the mean of the transforms.
    mfcc = cosine_transform(settings.n_mfcc, n_mels) @ fold_mean(mel_db, edges)
    return Spectra(
        stft_db=decibels(stft_power),
        mel_db=fold_maximum(mel_db, edges),
        mfcc=mfcc.astype(np.float32),
        mel_frequencies=mel_frequencies(n_mels, sample_rate)[1:-1].astype(np.float32),
        sample_rate=sample_rate,
        frames=frames,
        duration_s=len(waveform) / sample_rate,
    )


def power_spectrum(
    waveform: FloatArray, settings: SpectrumSettings, begin: int, end: int
) -> torch.Tensor:
    """Return the power of frames ``begin`` to ``end``, shape (n_fft // 2 + 1, frames), float32.

    In float64: rounding to float32 within the FFT moves what is 80 dB under a loud tone by
    0.012 dB.
    """
    n_fft, hop_length = settings.n_fft, settings.hop_length
    first = begin * hop_length - n_fft // 2
    last = (end - 1) * hop_length - n_fft // 2 + n_fft
    if first < 0 or last > len(waveform):
        indices = np.abs(np.arange(first, last))
        beyond = indices >= len(waveform)
        indices[beyond] = 2 * (len(waveform) - 1) - indices[beyond]
        samples = waveform[indices]
    else:
        samples = waveform[first:last]
    spectrum = torch.stft(
        torch.from_numpy(np.array(samples, np.float64)),
        n_fft,
        hop_length,
        window=torch.hann_window(n_fft, dtype=torch.float64),
        center=False,
        return_complex=True,
    )
    return torch.view_as_real(spectrum).square().sum(dim=-1).float()


def decibels(power: FloatArray) -> FloatArray:
    """Return levels in dB, none more than 80 dB under the loudest."""
    levels: FloatArray = 10 * np.log10(np.maximum(power, np.float32(SMALLEST_POWER)))
    floored: FloatArray = np.maximum(levels, levels.max() - np.float32(DYNAMIC_RANGE_DB))
    return floored


def mel_advice(settings: SpectrumSettings, sample_rate: int) -> str | None:
    """Return a sentence where there are more mel filters than the FFT can resolve."""
    n_mels, n_fft = settings.n_mels, settings.n_fft
    empty = empty_filters(n_mels, n_fft, sample_rate)
    if not empty:
        return None
    fewer = next(
        (n for n in range(n_mels - 1, 0, -1) if not empty_filters(n, n_fft, sample_rate)), 1
    )
    longer = 1 << (n_fft - 1).bit_length()  # a power of two, the fastest
    while empty_filters(n_mels, longer, sample_rate):
        longer *= 2
    are = "1 is" if empty == 1 else f"{empty} are"
    return (
        f"Of {n_mels} mel filters {are} empty: too narrow for n_fft={n_fft} at {sample_rate:,} Hz. "
        f"Choose {fewer} filters, or n_fft={longer}."
    )


def _blocks(edges: Edges) -> Iterator[tuple[int, int]]:
    """Yield ranges of columns that hold about ``BLOCK_FRAMES`` frames."""
    first = 0
    while first < len(edges) - 1:
        last = int(np.searchsorted(edges, edges[first] + BLOCK_FRAMES, side="right")) - 1
        last = max(first + 1, last)
        yield first, last
        first = last
