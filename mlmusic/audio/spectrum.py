"""A waveform → STFT, Mel and MFCC, on one time axis.

Definitions: periodic window, Hann by default; frames centred, reflected at the edges; power
spectrum; HTK mel scale, triangles of height 1; dB = 10·log10(max(power, 1e-10)), floored
80 dB under the loudest point; MFCC = orthonormal DCT-II of the dB mel spectrogram. These are
torchaudio's ``MelSpectrogram`` and ``MFCC``, and librosa's with ``pad_mode="reflect"``,
``htk=True``, ``norm=None`` and ``power_to_db(ref=1, top_db=80)``.

One STFT serves all three. It goes in blocks that fit the processor's cache, and each block
is folded to the columns that are asked for before the next one is computed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from mlmusic.audio.clip import FloatArray
from mlmusic.audio.mel import cosine_transform, mel_filters, mel_frequencies
from mlmusic.audio.settings import SpectrumSettings
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
        If the waveform is shorter than one window, or the mel filters' range is empty or
        goes beyond half the sample rate.
    """
    n_fft, n_mels = settings.n_fft, settings.n_mels
    frames = settings.count_frames(len(waveform))
    edges = fold_edges(frames, columns or frames)
    frequencies = mel_frequencies(n_mels, *settings.mel_range(sample_rate))
    filters = torch.from_numpy(mel_filters(frequencies, n_fft, sample_rate)).float()
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
        mel_frequencies=frequencies[1:-1].astype(np.float32),
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
    samples = framed_samples(waveform, settings, begin, end)
    spectrum = torch.stft(
        torch.from_numpy(np.array(samples, np.float64)),
        settings.n_fft,
        settings.hop_length,
        window=window(settings),
        center=False,
        return_complex=True,
    )
    return torch.view_as_real(spectrum).square().sum(dim=-1).float()


def framed_samples(
    waveform: FloatArray, settings: SpectrumSettings, begin: int, end: int
) -> FloatArray:
    """Return what the windows of frames ``begin`` to ``end`` span, reflected at the edges."""
    n_fft, hop_length = settings.n_fft, settings.hop_length
    first = begin * hop_length - n_fft // 2
    last = (end - 1) * hop_length - n_fft // 2 + n_fft
    if first >= 0 and last <= len(waveform):
        return waveform[first:last]
    indices = np.abs(np.arange(first, last))
    beyond = indices >= len(waveform)
    indices[beyond] = 2 * (len(waveform) - 1) - indices[beyond]
    return waveform[indices]


def window(settings: SpectrumSettings) -> torch.Tensor:
    """Return the periodic window, shape (n_fft,), float64."""
    shapes: dict[str, Callable[..., torch.Tensor]] = {
        "hann": torch.hann_window,
        "hamming": torch.hamming_window,
        "blackman": torch.blackman_window,
        "rectangular": torch.ones,
    }
    return shapes[settings.window](settings.n_fft, dtype=torch.float64)


def decibels(power: FloatArray, *, loudest_db: float | None = None) -> FloatArray:
    """Return levels in dB, none more than 80 dB under the loudest: the given, or their own."""
    levels: FloatArray = 10 * np.log10(np.maximum(power, np.float32(SMALLEST_POWER)))
    loudest = levels.max() if loudest_db is None else np.float32(loudest_db)
    floored: FloatArray = np.maximum(levels, loudest - np.float32(DYNAMIC_RANGE_DB))
    return floored


def _blocks(edges: Edges) -> Iterator[tuple[int, int]]:
    """Yield ranges of columns that hold about ``BLOCK_FRAMES`` frames."""
    first = 0
    while first < len(edges) - 1:
        last = int(np.searchsorted(edges, edges[first] + BLOCK_FRAMES, side="right")) - 1
        last = max(first + 1, last)
        yield first, last
        first = last
