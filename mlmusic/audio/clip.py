"""A clip: decoded sound, kept in a memory-mapped temporary file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mlmusic.audio.overview import Overview
from mlmusic.errors import InputError

FloatArray = NDArray[np.float32]

CHANNELS = ("mix", "left", "right")  # what can be chosen of a clip


@dataclass(frozen=True)
class Clip:
    """Decoded sound of any length: its samples cost disk, not memory.

    The file behind ``samples`` has no name and goes when the last array that uses it goes,
    however the process ends.
    """

    samples: FloatArray  # (channels, samples), memory-mapped, full scale [-1, 1]
    sample_rate: int  # Hz
    format: str  # for people: "MP3", "WAV", ...
    peak: float  # the largest magnitude
    overviews: Mapping[str, Overview]  # the whole song's, of each channel choice
    notes: tuple[str, ...] = ()  # sentences on what is not as it should be

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def duration_s(self) -> float:
        return float(self.samples.shape[1] / self.sample_rate)

    @property
    def peak_db(self) -> float:
        """The peak level in dB under full scale; -inf for silence."""
        return 20 * float(np.log10(self.peak)) if self.peak else -np.inf

    @property
    def channel_choices(self) -> tuple[str, ...]:
        """What ``waveform`` can give."""
        return channel_choices(self.channels)

    def waveform(
        self, channel: str = "mix", *, start_s: float = 0.0, duration_s: float | None = None
    ) -> FloatArray:
        """Return one channel, or the mean of all, over a range of time.

        Parameters
        ----------
        channel : str
            One of ``channel_choices``.
        start_s : float in [0, the clip's duration)
        duration_s : float > 0, optional
            Up to the clip's end where it is longer, or not given.

        Returns
        -------
        ndarray, shape (samples,), float32
            In memory; nothing else of the clip is.

        Raises
        ------
        InputError
            If the clip has no such channel, or the range holds nothing of the clip.
        """
        return self.part(*self.span(start_s, duration_s), channel)

    def span(self, start_s: float = 0.0, duration_s: float | None = None) -> tuple[int, int]:
        """Return the first sample of a range of time, and the one after its last.

        Parameters and errors are those of ``waveform``.
        """
        if not 0 <= start_s < self.duration_s:
            raise InputError(
                f"start={start_s:g} s is not within the clip; "
                f"choose one from 0 to under {self.duration_s:.3f} s"
            )
        if duration_s is not None and not duration_s > 0:
            raise InputError(f"duration={duration_s:g} s is no length; choose one above 0 s")
        # Of a start within the last half of a sample, that sample is meant.
        begin = min(round(start_s * self.sample_rate), self.samples.shape[1] - 1)
        end = self.samples.shape[1]
        if duration_s is not None:
            length = round(min(duration_s, self.duration_s) * self.sample_rate)
            if length == 0:
                raise InputError(
                    f"duration={duration_s:g} s is shorter than one sample; choose more"
                )
            end = min(end, begin + length)
        return begin, end

    def mono(self, *, start_s: float = 0.0, duration_s: float | None = None) -> FloatArray:
        """Return the mean of the channels over a range of time, as ``waveform`` does."""
        return self.waveform(start_s=start_s, duration_s=duration_s)

    def part(self, begin: int, end: int, channel: str = "mix") -> FloatArray:
        """Return samples ``begin`` to ``end`` of one channel, or of the mean of all.

        Raises
        ------
        InputError
            If the clip has no such channel.
        """
        if channel not in self.channel_choices:
            choices = " or ".join(self.channel_choices)
            raise InputError(f"channel={channel!r} is not in this clip; choose {choices}")
        chosen = self.samples[:, begin:end]
        if channel != "mix":
            return np.array(chosen[CHANNELS.index(channel) - 1])
        return mean(chosen)


def channel_choices(channels: int) -> tuple[str, ...]:
    """Return what can be chosen where there are so many channels: of one the mix alone.

    Of more than two, left and right are the first and the second, as FFmpeg orders them;
    the mix has them all.
    """
    return CHANNELS if channels > 1 else CHANNELS[:1]


def mean(samples: FloatArray) -> FloatArray:
    """Return the mean of the channels."""
    # One after the other: numpy's mean over interleaved channels took ten times as long.
    total = np.array(samples[0])
    for other in samples[1:]:
        total += other
    total /= np.float32(len(samples))
    return total


def mapped(file: IO[bytes], *, channels: int, length: int) -> FloatArray:
    """Return the samples in a file that a ClipWriter wrote.

    Parameters
    ----------
    file : IO[bytes]
        May be closed afterwards.
    channels, length : int > 0
        What the writer counted.

    Returns
    -------
    ndarray, shape (channels, length), float32
        Memory-mapped, not to be written.

    Raises
    ------
    ValueError
        If the file is shorter.
    """
    return np.memmap(file, np.float32, mode="r", shape=(length, channels)).T
