"""What the pictures of a sound have in common: what they span, and how they are drawn."""

from dataclasses import dataclass
from typing import Literal

from mlmusic.errors import InputError
from mlmusic.plots.theme import Brightness

FrequencyAxis = Literal["linear", "log"]

# Perceptually uniform ones first; "hot" was the original notebook's.
COLOUR_MAPS = ("magma", "viridis", "inferno", "plasma", "cividis", "hot")

SMALLEST_RANGE_DB = 20.0  # with less, only the loudest moments are left
LARGEST_RANGE_DB = 80.0  # what is farther under the loudest is floored in the spectra


@dataclass(frozen=True, kw_only=True)
class View:
    """What the three pictures have in common."""

    duration_s: float  # what the columns span
    start_s: float = 0.0  # where the first one is
    colour_map: str = COLOUR_MAPS[0]
    brightness: Brightness = "light"  # of the page
    frequency_axis: FrequencyAxis = "linear"  # of the STFT; mel and MFCC have scales of their own
    note_names: bool = False  # in place of Hz
    range_db: float = LARGEST_RANGE_DB  # levels shown: the loudest, and what is so far under it

    def __post_init__(self) -> None:
        if self.colour_map not in COLOUR_MAPS:
            names = f"{', '.join(COLOUR_MAPS[:-1])} or {COLOUR_MAPS[-1]}"
            raise InputError(f"colour_map={self.colour_map!r} is not known; choose {names}")
        if not SMALLEST_RANGE_DB <= self.range_db <= LARGEST_RANGE_DB:
            raise InputError(
                f"range_db={self.range_db:g} is out of range; choose {SMALLEST_RANGE_DB:g} "
                f"to {LARGEST_RANGE_DB:g}"
            )
