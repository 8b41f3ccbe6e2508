"""What the app and its worker hand each other: a song, its samples, and the facts of it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from mlmusic.audio.clip import Clip, channel_choices, mapped
from mlmusic.audio.clip_writer import LOUDEST
from mlmusic.audio.overview import COLUMNS, Overview

# How much may be decoded, in values (samples times channels), whatever a file claims:
# 4 GiB on disk, 3 h 22 min of stereo at 44.1 kHz.
MAX_VALUES = 2**30

Message = dict[str, Any]  # as JSON


@contextmanager
def shared_file() -> Iterator[IO[bytes]]:
    """Give the app a temporary file that a worker may open again by its name."""
    file = tempfile.NamedTemporaryFile(prefix="mlmusic-")  # noqa: SIM115  # closed here
    try:
        yield file
    finally:
        with suppress(FileNotFoundError):  # the worker has taken the name away
            file.close()


def open_again(name: str) -> IO[bytes]:
    """Open a file of the app's in the worker, and take its name away.

    From then on the file goes when both processes are through with it, however they end.
    Windows does that by a flag that all who open the file must give.
    """
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_TEMPORARY", 0)
    file = os.fdopen(os.open(name, flags), "r+b")
    if not hasattr(os, "O_TEMPORARY"):
        Path(name).unlink()
    return file


def facts_of(clip: Clip) -> Message:
    """Return all of a clip but its samples."""
    return {
        "channels": clip.channels,
        "length": clip.samples.shape[1],
        "sample_rate": clip.sample_rate,
        "format": clip.format,
        "peak": clip.peak,
        "overviews": {
            channel: [overview.lowest.tolist(), overview.highest.tolist()]
            for channel, overview in clip.overviews.items()
        },
        "notes": clip.notes,
    }


def clip_of(file: IO[bytes], facts: Message) -> Clip:
    """Return the clip with these facts and the samples in a file.

    Raises
    ------
    ValueError
        If they do not belong together: what a worker says is not believed.
    """
    match facts:
        case {
            "channels": int(channels),
            "length": int(length),
            "sample_rate": int(sample_rate),
            "format": str(name),
            "peak": float(peak),
            "overviews": {**overviews},
            "notes": [*notes],
        } if (
            0 < channels <= MAX_VALUES
            and 0 < length <= 2 * MAX_VALUES  # the last frame may reach beyond
            and 0 < sample_rate < 2**31
            and 0 <= peak <= LOUDEST
        ):
            samples = mapped(file, channels=channels, length=length)
            seen = {
                channel: _overview(overviews.get(channel), columns=min(length, COLUMNS))
                for channel in channel_choices(channels)
            }
            return Clip(samples, sample_rate, name, peak, seen, tuple(map(str, notes)))
    raise ValueError(f"these are no facts of a clip: {facts!r:.200}")


def _overview(extremes: Any, *, columns: int) -> Overview:
    """Return the overview with these lowest and highest samples."""
    values = np.array(extremes)
    if values.shape != (2, columns) or values.dtype != float or not (abs(values) <= LOUDEST).all():
        raise ValueError(f"these are no {columns} columns: {extremes!r:.200}")
    return Overview(*values.astype(np.float32))
