"""Samples as they are decoded → a Clip."""

import tempfile
from dataclasses import dataclass, field
from typing import IO

import numpy as np

from mlmusic.audio.clip import Clip, FloatArray, channel_choices, mapped, mean
from mlmusic.audio.overview import OverviewWriter
from mlmusic.errors import InputError

# A float WAV may exceed [-1, 1]: 32-bit integers that nobody scaled reach this. What is
# beyond is damage, and its power would overflow float32.
LOUDEST = 2.0**31

BLOCK = 2**15  # samples that are written at once; one by one, small frames take longer


@dataclass
class ClipWriter:
    """Takes samples as they are decoded, and makes them a Clip."""

    channels: int
    sample_rate: int
    file: IO[bytes] | None = None  # empty, and closed in the end; by default one without a name
    length: int = 0  # samples taken so far
    peak: float = 0.0
    unsound: int = 0  # values that were no numbers, or far out of range
    _gathered: list[FloatArray] = field(default_factory=list)
    _written: int = 0  # samples

    def __post_init__(self) -> None:
        self._overviews = OverviewWriter(len(channel_choices(self.channels)))

    def append(self, block: FloatArray) -> None:
        """Take a block, shape (channels, samples); what is not sound becomes silence."""
        self._gathered.append(block)
        self.length += block.shape[1]
        if self.length - self._written >= BLOCK:
            self._write()

    def close(self, *, format: str, notes: list[str]) -> Clip:
        """Return what was taken as a Clip.

        Raises
        ------
        InputError
            If that was nothing.
        """
        if self.length == 0:
            raise InputError("the file holds no sound that can be decoded; choose another one")
        if self._gathered:
            self._write()
        if self.unsound:
            values = "1 value was" if self.unsound == 1 else f"{self.unsound:,} values were"
            notes = [*notes, f"{values} not a number or far out of range: silence instead."]
        assert self.file
        with self.file as file:
            file.flush()
            samples = mapped(file, channels=self.channels, length=self.length)
        overviews, _ = self._overviews.close()
        seen = dict(zip(channel_choices(self.channels), overviews, strict=True))
        return Clip(samples, self.sample_rate, format, self.peak, seen, tuple(notes))

    def _write(self) -> None:
        """Write what was gathered, a block at a time."""
        gathered = self._gathered
        whole = gathered[0] if len(gathered) == 1 else np.concatenate(gathered, axis=1)
        for begin in range(0, whole.shape[1], BLOCK):
            self._write_block(whole[:, begin : begin + BLOCK])
        self._gathered, self._written = [], self.length

    def _write_block(self, block: FloatArray) -> None:
        """Write a block; note its peak, and its extremes for the overviews."""
        magnitude = np.abs(block)
        peak = float(magnitude.max(initial=0.0))
        if not peak <= LOUDEST:  # true for NaN as well
            sound = magnitude <= LOUDEST
            self.unsound += int(np.count_nonzero(~sound))
            block = np.where(sound, block, np.float32(0))
            peak = float(np.abs(block).max(initial=0.0))
        self.peak = max(self.peak, peak)
        rows = [block[0]] if self.channels == 1 else [mean(block), block[0], block[1]]
        self._overviews.append(np.stack(rows))
        if self.file is None:
            self.file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close()
        # One sample of all channels after the other, so that the file only ever grows.
        self.file.write(np.stack(list(block), axis=1).data)
