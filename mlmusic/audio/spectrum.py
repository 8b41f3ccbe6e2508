"""A waveform → STFT, Mel and MFCC, on one time axis.

Definitions: periodic window, Hann by default; frames centred, reflected at the edges; power
spectrum; HTK mel scale, triangles of height 1; dB = 10·log10(max(power, 1e-10)), floored
80 dB under the loudest point; MFCC = orthonormal DCT-II of the dB mel spectrogram. These are
torchaudio's ``MelSpectrogram`` and ``MFCC``, and librosa's with ``pad_mode="reflect"``,
``htk=True``, ``norm=None`` and ``power_to_db(ref=1, top_db=80)``.

One STFT serves all three. It goes in blocks that stay in the processor's cache, and each is
folded to the columns that are asked for before the next is computed. Of every frame the mel
levels alone are kept, on disk: MFCC needs them floored, and where the floor is, the loudest
frame says, which may be the last one. So memory does not grow with the length.
"""

import tempfile
from dataclasses import dataclass

import numpy as np

from mlmusic.audio.mel import MelBands, cosine_transform, mel_filters, mel_frequencies
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.stft import power_blocks
from mlmusic.audio.waveform import Waveform
from mlmusic.errors import InputError
from mlmusic.folding import FloatArray, RowFold, fold_edges

SMALLEST_POWER = 1e-10  # -100 dB: what silence is shown as
DYNAMIC_RANGE_DB = 80.0  # torchaudio's and librosa's top_db
READ_FRAMES = 1024  # of mel levels, half a MiB of 128 filters
MAX_MEL_VALUES = 2**28  # a GiB of disk: with the default settings, whatever a clip can hold


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
    waveform: Waveform,
    sample_rate: int,
    settings: SpectrumSettings,
    *,
    columns: int | None = None,
) -> Spectra:
    """Return the STFT, Mel and MFCC of a waveform.

    Parameters
    ----------
    waveform : ndarray, shape (samples,), float32, or another Waveform
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
        If the waveform is shorter than one window or has too many frames, the mel filters'
        range is empty or goes beyond half the sample rate, or the disk is full.
    """
    n_fft, n_mels = settings.n_fft, settings.n_mels
    frames = settings.count_frames(len(waveform))
    frequencies = mel_frequencies(n_mels, *settings.mel_range(sample_rate))
    if frames * n_mels > MAX_MEL_VALUES:
        raise InputError(
            f"{frames:,} frames of {n_mels} mel filters are too many; "
            "choose a longer hop or a shorter range"
        )
    bands = MelBands(mel_filters(frequencies, n_fft, sample_rate))
    edges = fold_edges(frames, columns or frames)
    count = len(edges) - 1
    stft_power = np.zeros((count, n_fft // 2 + 1), np.float32)
    mel_db = np.full((count, n_mels), -np.inf, np.float32)
    mel_sum = np.zeros((count, n_mels))
    stft, mel = (RowFold(np.maximum, edges, folded) for folded in (stft_power, mel_db))
    sums = RowFold(np.add, edges, mel_sum)
    try:
        with tempfile.TemporaryFile() as file:
            for power in power_blocks(waveform, settings, 0, frames):
                levels = _levels(bands(power))
                stft.append(power)
                mel.append(levels)
                file.write(levels.data)
            floor = _floor(mel_db.max())
            file.seek(0)
            while content := file.read(READ_FRAMES * n_mels * mel_db.itemsize):
                levels = np.frombuffer(content, np.float32).reshape(-1, n_mels)
                sums.append(np.maximum(levels, floor))
    except OSError as error:
        raise InputError(
            f"the spectra need room on the disk ({error.strerror or error}); "
            "make some, or choose a shorter range"
        ) from error
    # The transform of the mean is the mean of the transforms.
    mel_mean = mel_sum.T / np.diff(edges)
    mfcc = cosine_transform(settings.n_mfcc, n_mels) @ mel_mean
    return Spectra(
        stft_db=decibels(stft_power).T,
        mel_db=np.maximum(mel_db, floor).T,
        mfcc=mfcc.astype(np.float32),
        mel_frequencies=frequencies[1:-1].astype(np.float32),
        sample_rate=sample_rate,
        frames=frames,
        duration_s=len(waveform) / sample_rate,
    )


def decibels(power: FloatArray, *, loudest_db: float | None = None) -> FloatArray:
    """Return levels in dB, none more than 80 dB under the loudest: the given, or their own."""
    levels = _levels(power)
    floor = _floor(levels.max() if loudest_db is None else loudest_db)
    np.maximum(levels, floor, out=levels)
    return levels


def _levels(power: FloatArray) -> FloatArray:
    """Return levels in dB, as low as silence."""
    levels: FloatArray = np.maximum(power, np.float32(SMALLEST_POWER))
    np.log10(levels, out=levels)
    levels *= 10
    return levels


def _floor(loudest_db: float) -> np.float32:
    """Return the level under which nothing is shown."""
    return np.float32(loudest_db) - np.float32(DYNAMIC_RANGE_DB)
