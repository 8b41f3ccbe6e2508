"""Where the marks of an axis are, and what is written at them."""

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mlmusic.plots.notes import TUNING_FREQUENCY, TUNING_NOTE, note_frequency, note_label

Mark = tuple[float, str]  # where, in Hz or seconds, and what is written there
Place = Callable[[float], float]  # Hz → part of the axis, 0 at the bottom, 1 at the top

SPACE = 0.068  # of the height of a spectrogram's axis: two labels that are closer touch
DIGITS = 28  # digits that stand side by side along the axis of time

# Hz; each is double the one before, but for the first ones.
MEL_FREQUENCIES = (100, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000)
FEWEST = 3  # marks that make a scale

# Semitones above C that are marked, from the fullest set to the scarcest.
DEGREES = (tuple(range(12)), (0, 2, 4, 7, 9), (0, 4, 7), (0, 7), (0,))

TIME_NAMES = (("Time (s)", 60), ("Time (min:s)", 3600), ("Time (h:min:s)", math.inf))

# Seconds; all but the first ones divide a minute or an hour, or are hours.
TIME_STEPS = (
    *(1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 36_000),
)


def number_marks(low: float, high: float, *, most: int, whole: bool = False) -> list[Mark]:
    """Return round numbers, ``most`` steps of them at most; ``whole`` ones if asked for."""
    fewest = 1 if whole else FEWEST
    locator = MaxNLocator(most, steps=[1, 2, 5, 10], integer=whole, min_n_ticks=fewest)
    return _number_marks(value for value in locator.tick_values(low, high) if low <= value <= high)


def symmetric_marks(reach: float) -> list[Mark]:
    """Return 0, and to either side the last round number before ``reach``."""
    power = 10.0 ** math.floor(math.log10(reach))
    last = max(n * power for n in (1, 2, 5) if n * power <= reach)
    return _number_marks((-last, 0.0, last))


def signed_root(values: ArrayLike) -> Any:
    """Return square roots that keep the sign, of a number or of an array."""
    return np.sign(values) * np.sqrt(np.abs(values))


def root_marks(low: float, high: float) -> list[Mark]:
    """Return numbers at their signed roots: from 0 to both sides 1, 2 and 5 of each power of ten.

    The large ones come first, and then what has room. Without 0 between the ends, the roots
    are nearly even: round numbers.
    """
    if not low <= 0 <= high:
        marks = number_marks(low, high, most=6)
        return [(float(signed_root(value)), label) for value, label in marks]
    room = SPACE * float(signed_root(high) - signed_root(low))
    powers = range(math.floor(math.log10(max(-low, high))), -1, -1)
    sizes = [n * 10**power for power in powers for n in (5, 2, 1)]
    marks = []
    for value in (0, *(sign * size for size in sizes for sign in (1, -1))):
        place = float(signed_root(value))
        if low <= value <= high and all(abs(place - other) >= room for other, _ in marks):
            marks.append((place, _number(value)))
    return marks


def linear_marks(low: float, high: float) -> list[Mark]:
    """Return round frequencies at even distances."""
    values = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)
    return _hertz_marks(values, low, high)


def log_marks(low: float, high: float) -> list[Mark]:
    """Return 1, 2 and 5 of each decade."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    # Of integers where it can be: 5 * 10.0**-3 is not 0.005.
    return _hertz_marks((float(f"{n}e{d}") for d in decades for n in (1, 2, 5)), low, high)


def mel_marks(low: float, high: float, place: Place, *, digit: float = 0.0) -> list[Mark]:
    """Return frequencies that double; where few of them are seen, round ones.

    On a horizontal axis, ``digit`` is the width of a digit as a part of it.
    """
    marks = _hertz_marks(MEL_FREQUENCIES, low, high)
    spaced: list[Mark] = []
    for mark in marks if len(marks) >= FEWEST else linear_marks(low, high):
        if spaced:
            before, label = spaced[-1]
            side_by_side = digit * (len(label) + len(mark[1]) + 1) / 2
            if place(mark[0]) - place(before) < (side_by_side or SPACE):
                continue
        spaced.append(mark)
    return spaced


def note_marks(low: float, high: float, place: Place) -> list[Mark]:
    """Return the notes from ``low`` to ``high`` Hz: in each octave as many as have room."""

    def seen(first: int, degrees: Iterable[int]) -> list[int]:
        notes = (first + degree for degree in degrees)
        return [note for note in notes if low <= note_frequency(note) <= high]

    def scarcity(first: int) -> int:
        for number, degrees in enumerate(DEGREES):
            # With the first of the next octave, which is marked as well.
            places = [place(note_frequency(note)) for note in seen(first, (*degrees, 12))]
            if all(above - below >= SPACE for below, above in pairwise(places)):
                return number
        return len(DEGREES)

    firsts = range(12 * math.floor(_note(low) / 12), math.ceil(_note(high)) + 1, 12)
    scarcities = {first: scarcity(first) for first in firsts}
    marks: list[Mark] = []
    for first in firsts:
        chosen = scarcities[first]
        if len(seen(first, (0, 12))) < 2:
            # Of an octave that is cut off, no more than of the whole one beside it.
            beside = (other for other in (first - 12, first + 12) if len(seen(other, (0, 12))) == 2)
            chosen = max([chosen, *(scarcities[other] for other in beside)])
        if chosen < len(DEGREES):
            notes = seen(first, DEGREES[chosen])
            marks += [(note_frequency(note), note_label(note)) for note in notes]
    return marks


def time_marks(start_s: float, end_s: float) -> tuple[str, list[Mark]]:
    """Return what a time axis is named, and round times on it."""
    name = next(name for name, until_s in TIME_NAMES if end_s < until_s)
    for step in TIME_STEPS:
        digits = max(0, -math.floor(math.log10(step)))
        gaps = (end_s - start_s) / step
        label = _clock(end_s, digits, name)
        width = len(label) - (label.count(":") + label.count(".")) / 2  # they are narrow
        if gaps <= 6 and gaps * (width + 1) <= DIGITS:
            break
    # 1.1 / 0.1 is a little more than 11.
    numbers = range(math.ceil(start_s / step - 1e-6), math.floor(end_s / step + 1e-6) + 1)
    return name, [(number * step, _clock(number * step, digits, name)) for number in numbers]


def hertz(frequency: float) -> str:
    """Return a frequency as short as an axis needs: 500, 2k, 12.5k."""
    return f"{frequency / 1000:g}k" if frequency >= 1000 else f"{frequency:g}"


def _number_marks(values: Iterable[float]) -> list[Mark]:
    """Return marks with their numbers."""
    return [(float(value), _number(value)) for value in values]


def _number(value: float) -> str:
    """Return a number with a minus that is as wide as a digit."""
    return f"{value:g}".replace("-", "−")


def _hertz_marks(frequencies: Iterable[float], low: float, high: float) -> list[Mark]:
    """Return the marks of those frequencies that are on the axis."""
    return [(float(f), hertz(f)) for f in frequencies if low <= f <= high]


def _note(frequency: float) -> float:
    """Return a MIDI note number with its fraction; 0 Hz counts as the lowest there is."""
    return TUNING_NOTE + 12 * math.log2(max(frequency, 1.0) / TUNING_FREQUENCY)


def _clock(seconds: float, digits: int, name: str) -> str:
    """Return a time as it is written on the axis of this name."""
    ticks = round(seconds * 10**digits)  # so that no 59.9996 becomes 0:60
    minutes, rest = divmod(ticks, 60 * 10**digits)
    tail = f"{rest / 10**digits:0{digits + 3 if digits else 2}.{digits}f}"
    if name == "Time (s)":
        return f"{seconds:.{digits}f}"
    if name == "Time (min:s)":
        return f"{minutes}:{tail}"
    return f"{minutes // 60}:{minutes % 60:02d}:{tail}"
