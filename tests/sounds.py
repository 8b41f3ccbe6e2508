"""Sounds for tests: synthetic ones with a known answer, encoded in each format.

PyAV encodes all but Vorbis: FFmpeg's own encoder of that is an experiment whose streams not
every decoder reads alike.
"""

import io
from collections.abc import Sequence

import av
import numpy as np
import soundfile
from av import AudioStream, VideoStream
from av.container import OutputContainer
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

# name: (container, codec, sample rate)
ENCODINGS = {
    "wav": ("wav", "pcm_s16le", 44_100),
    "wav-8-bit": ("wav", "pcm_u8", 22_050),
    "wav-24-bit": ("wav", "pcm_s24le", 96_000),
    "wav-float": ("wav", "pcm_f32le", 48_000),
    "aiff": ("aiff", "pcm_s16be", 44_100),
    "flac": ("flac", "flac", 44_100),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "ogg-vorbis": ("ogg", "libvorbis", 44_100),
    "ogg-opus": ("ogg", "libopus", 48_000),
    "m4a": ("ipod", "aac", 44_100),
    "m4a-lossless": ("ipod", "alac", 44_100),
    "aac": ("adts", "aac", 44_100),
    "webm": ("webm", "libopus", 48_000),
}
LOSSLESS = ("wav", "wav-24-bit", "wav-float", "aiff", "flac", "m4a-lossless")
FRAME_SAMPLES = 2048  # no codec here has longer frames


def tones(
    frequencies: Sequence[float] = (440.0, 1000.0),
    *,
    sample_rate: int = 44_100,
    duration_s: float = 1.0,
) -> FloatArray:
    """Return a sine in each channel, at half of full scale, shape (channels, samples)."""
    t = np.arange(round(duration_s * sample_rate)) / sample_rate
    return np.stack([0.5 * np.sin(2 * np.pi * f * t) for f in frequencies]).astype(np.float32)


def encode(samples: FloatArray, container: str, codec: str, sample_rate: int) -> bytes:
    """Return a sound file of ``samples``, shape (channels, samples)."""
    file = io.BytesIO()
    if codec == "libvorbis":
        soundfile.write(file, samples.T, sample_rate, format="OGG", subtype="VORBIS")
        return file.getvalue()
    with av.open(file, "w", format=container) as output:
        stream = _new_sound(output, codec, sample_rate, len(samples))
        _fill(stream, samples, output)
    return file.getvalue()


def _new_sound(output: OutputContainer, codec: str, sample_rate: int, channels: int) -> AudioStream:
    """Add a stream of sound to a file."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    stream = output.add_stream(codec, rate=sample_rate, layout=layout)
    assert isinstance(stream, AudioStream)
    stream.codec_context.open()
    return stream


def _fill(stream: AudioStream, samples: FloatArray, output: OutputContainer) -> None:
    """Encode samples into a stream of a file."""
    layout = stream.layout.name
    whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
    whole.sample_rate = stream.rate
    cut = av.AudioResampler(
        stream.format, layout, stream.rate, frame_size=stream.codec_context.frame_size or None
    )
    for frame in (*cut.resample(whole), *cut.resample(None), None):
        output.mux(stream.encode(frame))


def encoded(name: str, samples: FloatArray | None = None) -> bytes:
    """Return a sound file, by its name in ``ENCODINGS``: two tones where none is given."""
    container, codec, sample_rate = ENCODINGS[name]
    if samples is None:
        samples = tones(sample_rate=sample_rate)
    return encode(samples, container, codec, sample_rate)


def wav(samples: FloatArray, sample_rate: int = 44_100, *, subtype: str = "FLOAT") -> bytes:
    """Return a WAV of any rate and number of channels; one of floats holds any number."""
    file = io.BytesIO()
    soundfile.write(file, samples.T, sample_rate, format="WAV", subtype=subtype)
    return file.getvalue()


def film(samples: FloatArray | None = None) -> bytes:
    """Return an MP4 of a second of pictures, with a sound of 44,100 Hz or with none."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        pictures = output.add_stream("mpeg4", rate=10)
        assert isinstance(pictures, VideoStream)
        pictures.width = pictures.height = 64
        if samples is not None:
            sound = _new_sound(output, "aac", 44_100, len(samples))
            _fill(sound, samples, output)
        for brightness in range(0, 250, 25):
            grey = np.full((64, 64, 3), brightness, np.uint8)
            output.mux(pictures.encode(av.VideoFrame.from_ndarray(grey)))
        output.mux(pictures.encode(None))
    return file.getvalue()
