"""A sound file opened by PyAV, packet by packet, with its format given and never guessed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from mlmusic.audio.clip import FloatArray
from mlmusic.audio.formats import MATROSKA, MP4, SoundFormat
from mlmusic.errors import InputError

BUFFER_BYTES = 1 << 18  # fewer calls back into Python than with PyAV's 32 KiB

MAX_PLANES = 8  # of more, PyAV 18 reads beyond its pointers, and the process dies


@dataclass(frozen=True)
class Track:
    """The sound in a container, as its header and its packets tell, before decoding."""

    channels: int
    sample_rate: int  # Hz
    samples: int  # about: what the packets add up to
    is_sure: bool  # that there are not far more: no packet's length is the container's word alone
    header_s: float | None  # FFmpeg's reading of the header, or its guess


@contextmanager
def opened(
    song: BinaryIO, sound_format: SoundFormat
) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open a song; give its container and the best stream of sound in it.

    Raises
    ------
    InputError
        If the container is damaged or has no sound.
    """
    song.seek(0)
    try:
        container = av.open(
            song,
            mode="r",
            format=sound_format.demuxer,
            metadata_errors="replace",
            buffer_size=BUFFER_BYTES,
            io_open=_open_nothing,
        )
    except (av.FFmpegError, OSError) as error:
        raise InputError(
            f"the {sound_format.name} file is damaged where it describes itself "
            f"({reason(error)}); choose a whole one"
        ) from error
    with container:
        stream = container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            raise InputError(f"the {sound_format.name} file has no sound in it; choose another one")
        yield container, stream


def inspect(container: InputContainer, stream: AudioStream, sound_format: SoundFormat) -> Track:
    """Return the facts of a stream; reads its packets through, decodes none.

    A packet of most codecs may hold any number of samples: 30 bytes of FLAC half a million. Its
    length is read off its content, but in MP4 and Matroska, which name one as they like.

    Raises
    ------
    InputError
        If the header gives no sample rate or no channels, or a codec that FFmpeg has not.
    """
    context = stream.codec_context
    if context is None:
        raise InputError("the file's sound is of a kind that is not known; choose another file")
    rate, channels = context.sample_rate, context.channels
    if not rate or not channels:
        raise InputError("the file does not say how its sound is to be read; choose another one")
    packets, timed, ticks = 0, 0, 0
    try:
        for packet in container.demux(stream):
            if packet.size:
                packets += 1
                timed += bool(packet.duration)
                ticks += packet.duration or 0
    except av.FFmpegError:
        pass  # damage is for decoding to meet, and to tell
    seconds = float(ticks * stream.time_base) if stream.time_base else 0.0
    samples = max(round(seconds * rate), packets * (context.frame_size or 0))
    header_s = None
    if stream.duration and stream.time_base:
        header_s = float(stream.duration * stream.time_base)
    elif container.duration and len(container.streams.get()) == 1:
        header_s = container.duration / av.time_base
    is_sure = context.frame_size > 0 or (timed == packets and sound_format not in (MP4, MATROSKA))
    return Track(channels, rate, samples, is_sure, header_s)


def frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decode a stream from its start, frame by frame.

    What cannot be decoded before the first frame is passed over: a recorded radio stream
    begins with the end of a frame.

    Raises
    ------
    av.FFmpegError
        At the first damage after that.
    """
    begun = False
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            if begun:
                raise
            continue
        for frame in decoded:
            begun = True
            yield frame  # type: ignore[misc]  # an audio stream has audio frames


def as_floats(frame: AudioFrame) -> FloatArray:
    """Return a frame's samples, shape (channels, samples), full scale [-1, 1]."""
    if frame.format.is_planar and frame.layout.nb_channels > MAX_PLANES:
        (frame,) = av.AudioResampler(format="flt").resample(frame)
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(frame.samples, -1).T
    samples = values.astype(np.float32)
    if values.dtype == np.uint8:  # 8-bit sound is unsigned
        return (samples - np.float32(128)) / np.float32(128)
    if values.dtype.kind == "i":
        return samples / np.float32(2.0 ** (8 * values.dtype.itemsize - 1))
    return samples


def _open_nothing(url: str, *_: Any) -> NoReturn:
    """Refuse what a container asks for beyond its own bytes."""
    raise PermissionError(f"a sound file may not open {url!r}")


def reason(error: Exception) -> str:
    """Return FFmpeg's reason in a few words."""
    return getattr(error, "strerror", None) or type(error).__name__
