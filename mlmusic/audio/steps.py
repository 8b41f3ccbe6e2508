"""From sound to MFCC, step by step: one column of the three pictures, and how it came to be."""

import math
from dataclasses import dataclass

import numpy as np

from mlmusic.audio.mel import cosine_transform, mel_filters, mel_frequencies
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import decibels
from mlmusic.audio.stft import framed_samples, power_blocks, window
from mlmusic.audio.waveform import Waveform
from mlmusic.errors import InputError
from mlmusic.folding import FloatArray


@dataclass(frozen=True)
class Steps:
    """What one frame is after each step; all arrays are float32."""

    frame: int  # from 0
    time_s: float  # where the middle of its window is

    # 1. A window of the sound. What lies before the waveform's begin (under 0 s) or beyond
    #    its end is the sound reflected there.
    times_s: FloatArray  # (n_fft,)
    samples: FloatArray  # (n_fft,), full scale [-1, 1]
    window: FloatArray  # (n_fft,)
    windowed: FloatArray  # (n_fft,), their product

    # 2. Its power spectrum.
    frequencies: FloatArray  # (n_fft // 2 + 1,), Hz
    stft_db: FloatArray  # (n_fft // 2 + 1,), dB: a column of the STFT

    # 3. The mel filters over it.
    filters: FloatArray  # (n_mels, n_fft // 2 + 1), in [0, 1]
    mel_frequencies: FloatArray  # (n_mels,), Hz, where they peak

    # 4. The power that each filter lets through.
    mel_db: FloatArray  # (n_mels,), dB: a column of the Mel spectrogram

    # 5. The cosine transform: each coefficient is a cosine times ``mel_db``, summed up.
    cosines: FloatArray  # (n_mfcc, n_mels)
    mfcc: FloatArray  # (n_mfcc,): a column of the MFCC


def steps_at(
    waveform: Waveform,
    sample_rate: int,
    settings: SpectrumSettings,
    *,
    time_s: float,
    loudest_stft_db: float | None = None,
    loudest_mel_db: float | None = None,
) -> Steps:
    """Return the steps of the frame whose middle is nearest to a time.

    Parameters
    ----------
    waveform : ndarray, shape (samples,), float32, or another Waveform
        Full scale [-1, 1].
    sample_rate : int > 0
        Hz.
    settings : SpectrumSettings
    time_s : float
        From the waveform's begin. Of a time beyond it, the first or the last frame is nearest.
    loudest_stft_db, loudest_mel_db : float, optional
        The maxima of the pictures, ``Spectra.stft_db.max()`` and ``Spectra.mel_db.max()``:
        the floor is 80 dB under these. By default, the frame's own.

    Raises
    ------
    InputError
        If ``time_s`` is not a number, the waveform is shorter than one window, or the mel
        filters' range is empty or goes beyond half the sample rate.
    """
    n_fft, n_mels = settings.n_fft, settings.n_mels
    frames = settings.count_frames(len(waveform))
    frequencies = mel_frequencies(n_mels, *settings.mel_range(sample_rate))
    if not math.isfinite(time_s):
        raise InputError(
            f"time={time_s} is no moment of the sound; "
            f"choose one from 0 to {len(waveform) / sample_rate:.3f} s"
        )
    frame = min(max(round(time_s * sample_rate / settings.hop_length), 0), frames - 1)
    middle = frame * settings.hop_length

    samples = framed_samples(waveform, settings, frame, frame + 1)
    shape = window(settings)
    power = next(power_blocks(waveform, settings, frame, frame + 1))[0]
    filters = mel_filters(frequencies, n_fft, sample_rate).astype(np.float32)
    mel_db = decibels(filters @ power, loudest_db=loudest_mel_db)
    cosines = cosine_transform(settings.n_mfcc, n_mels)
    return Steps(
        frame=frame,
        time_s=middle / sample_rate,
        times_s=_float32((middle - n_fft // 2 + np.arange(n_fft)) / sample_rate),
        samples=_float32(samples),
        window=_float32(shape),
        windowed=_float32(samples * shape),
        frequencies=_float32(np.fft.rfftfreq(n_fft, 1 / sample_rate)),
        stft_db=decibels(power, loudest_db=loudest_stft_db),
        filters=filters,
        mel_frequencies=_float32(frequencies[1:-1]),
        mel_db=mel_db,
        cosines=_float32(cosines),
        mfcc=_float32(cosines @ mel_db),
    )


def _float32(values: np.ndarray) -> FloatArray:
    """Return a copy as float32."""
    return np.array(values, np.float32)
