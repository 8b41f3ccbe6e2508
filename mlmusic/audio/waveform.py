"""Samples that are read as they are needed: an array in memory, or a part of a clip on disk."""

from dataclasses import dataclass
from typing import Protocol

from mlmusic.audio.clip import Clip
from mlmusic.folding import FloatArray


class Waveform(Protocol):
    """What spectra need of samples, full scale [-1, 1]; an array has it."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> FloatArray: ...


@dataclass(frozen=True)
class ClipPart:
    """One channel of a clip over a range; only what is asked for of it is in memory."""

    clip: Clip
    begin: int  # sample
    end: int  # the sample after the last
    channel: str = "mix"  # one of the clip's choices

    def __len__(self) -> int:
        return self.end - self.begin

    def __getitem__(self, span: slice, /) -> FloatArray:
        begin, end, _ = span.indices(len(self))
        return self.clip.part(self.begin + begin, self.begin + end, self.channel)


def clip_part(
    clip: Clip, channel: str = "mix", *, start_s: float = 0.0, duration_s: float | None = None
) -> ClipPart:
    """Return a part of a clip as a waveform; parameters and errors are ``Clip.waveform``'s."""
    part = ClipPart(clip, *clip.span(start_s, duration_s), channel)
    part[:0]  # says whether there is such a channel
    return part
