"""Samples → a 16-bit WAV file, which every browser plays."""

import io
import wave

import numpy as np

from mlmusic.audio.clip import FloatArray


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
    pcm = np.rint(np.clip(samples.T, -1.0, 1.0) * 32_767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(samples.shape[0])
        writer.setsampwidth(2)
        writer.setframerate(sample_rate)
        writer.writeframes(pcm.tobytes())
    return file.getvalue()
