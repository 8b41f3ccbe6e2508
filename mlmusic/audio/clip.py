"""A clip: decoded sound, kept in a memory-mapped temporary file."""

import tempfile
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mlmusic.errors import InputError

FloatArray = NDArray[np.float32]

# A float WAV may exceed [-1, 1]: 32-bit integers that nobody scaled reach this. What is
# beyond is damage, and its power would overflow float32.
LOUDEST = 2.0**31


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

    def mono(self, *, start_s: float = 0.0, duration_s: float | None = None) -> FloatArray:
        """Return the mean of the channels over a range of time.

        Parameters
        ----------
        start_s : float in [0, the clip's duration)
        duration_s : float > 0, optional
            Up to the clip's end where it is longer, or not given.

        Returns
        -------
        ndarray, shape (samples,), float32

        Raises
        ------
        InputError
            If the range holds nothing of the clip.
        """
        if not 0 <= start_s < self.duration_s:
            raise InputError(
                f"start={start_s:g} s is not within the clip; "
                f"choose one from 0 to under {self.duration_s:.3f} s"
            )
        if duration_s is not None and not duration_s > 0:
            raise InputError(f"duration={duration_s:g} s is no length; choose one above 0 s")
        # Of a start within the last half of a sample, that sample is meant.
        start = min(round(start_s * self.sample_rate), self.samples.shape[1] - 1)
        length = self.samples.shape[1]
        if duration_s is not None:
            length = round(min(duration_s, self.duration_s) * self.sample_rate)
        chosen = self.samples[:, start : start + length]
        if chosen.shape[1] == 0:
            raise InputError(f"duration={duration_s:g} s is shorter than one sample; choose more")
        return np.asarray(chosen.mean(axis=0, dtype=np.float32))


@dataclass
class ClipWriter:
    """Takes samples as they are decoded, and makes them a Clip."""

    channels: int
    sample_rate: int
    length: int = 0  # samples written so far
    peak: float = 0.0
    unsound: int = 0  # values that were no numbers, or far out of range
    _file: IO[bytes] | None = None  # from the first block on

    def append(self, block: FloatArray) -> None:
        """Write a block, shape (channels, samples); what is not sound becomes silence."""
        magnitude = np.abs(block)
        peak = float(magnitude.max(initial=0.0))
        if not peak <= LOUDEST:  # true for NaN as well
            sound = magnitude <= LOUDEST
            self.unsound += int(np.count_nonzero(~sound))
            block = np.where(sound, block, np.float32(0))
            peak = float(np.abs(block).max(initial=0.0))
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close()
        self.peak = max(self.peak, peak)
        self.length += block.shape[1]
        # One sample of all channels after the other, so that the file only ever grows.
        np.ascontiguousarray(block.T, np.float32).tofile(self._file)

    def close(self, *, format: str, notes: list[str]) -> Clip:
        """Return what was written as a Clip.

        Raises
        ------
        InputError
            If nothing was written.
        """
        if self.length == 0 or self._file is None:
            raise InputError("the file holds no sound that can be decoded; choose another one")
        if self.unsound:
            values = "1 value was" if self.unsound == 1 else f"{self.unsound:,} values were"
            notes = [*notes, f"{values} not a number or far out of range: silence instead."]
        with self._file as file:
            file.flush()
            samples = np.memmap(file, np.float32, mode="r", shape=(self.length, self.channels))
        return Clip(samples.T, self.sample_rate, format, self.peak, tuple(notes))
