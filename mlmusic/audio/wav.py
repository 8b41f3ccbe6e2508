"""Samples → a 16-bit WAV file, which every browser plays."""

import io
import wave
from collections.abc import Iterable

import numpy as np

from mlmusic.audio.waveform import Waveform
from mlmusic.folding import FloatArray

BLOCK = 2**18  # samples that are turned into integers at once: no second copy of a long song

# Browsers play nothing slow: Chromium refuses what has less than 3,000 Hz, and 8,000 Hz is the
# least that the Web Audio specification asks of all of them.
LOWEST_HZ = 8000
REACH = 16  # samples on either side that one in between is made of


def wav_bytes(samples: FloatArray, sample_rate: int) -> bytes:
    """Return a WAV file.

    Parameters
    ----------
    samples : ndarray, shape (samples,) or (channels, samples), float32
        Full scale [-1, 1]; what is beyond is clipped.
    sample_rate : int
        Hz.

    Returns
    -------
    bytes
        PCM, 16 bits, little-endian.
    """
    samples = np.atleast_2d(samples)
    blocks = (samples[:, begin : begin + BLOCK] for begin in range(0, samples.shape[1], BLOCK))
    return _wav_bytes(blocks, len(samples), sample_rate)


def played_wav(waveform: Waveform, sample_rate: int) -> bytes:
    """Return a mono WAV file that every browser plays.

    Of a low sample rate it has more samples than there were, so many that browsers take it.

    Parameters
    ----------
    waveform : ndarray, shape (samples,), float32, or a part of a clip
        Full scale [-1, 1]; what is beyond is clipped.
    sample_rate : int
        Hz.
    """
    factor = -(-LOWEST_HZ // sample_rate)
    if factor > 1:
        return wav_bytes(upsampled(waveform[:], factor), sample_rate * factor)
    blocks = (waveform[at : at + BLOCK][np.newaxis] for at in range(0, len(waveform), BLOCK))
    return _wav_bytes(blocks, 1, sample_rate)


def upsampled(samples: FloatArray, factor: int) -> FloatArray:
    """Return ``factor`` times as many samples of the same sound; each old one is among them.

    Parameters
    ----------
    samples : ndarray, shape (samples,), float32
    factor : int > 0

    Returns
    -------
    ndarray, shape (factor * samples,), float32
        Between the old ones there is no frequency that was not there before: they are weighed by
        a sinc under a Hann window.
    """
    padded = np.pad(samples, REACH)
    places = np.arange(-REACH, REACH + 1, dtype=np.float64)
    found = np.empty((len(samples), factor), np.float32)
    for step in range(factor):
        away = places + step / factor  # from each of the old samples
        weights = np.sinc(away) * np.cos(np.pi * away / (2 * REACH + 2)) ** 2
        found[:, step] = np.convolve(padded, weights.astype(np.float32), "valid")
    return found.ravel()


def _wav_bytes(blocks: Iterable[FloatArray], channels: int, sample_rate: int) -> bytes:
    """Return a WAV file of blocks, shape (channels, samples)."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(sample_rate)
        for block in blocks:
            pcm = np.rint(np.clip(block.T, -1.0, 1.0) * 32_767).astype("<i2")
            writer.writeframesraw(pcm.tobytes())
    return file.getvalue()
