"""Frequencies as notes, in equal temperament: A4 is 440 Hz."""

import math

NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")

# MIDI's numbering: 60 is C4, 69 is A4.
TUNING_FREQUENCY, TUNING_NOTE = 440.0, 69


def note_name(frequency: float) -> str:
    """Return the nearest note of a frequency in Hz: "A4", "C♯5 +12 cents", "–" for 0 Hz.

    A cent is a hundredth of the step from one note to the next.
    """
    if not 0 < frequency < math.inf:
        return "–"
    exact = TUNING_NOTE + 12 * math.log2(frequency / TUNING_FREQUENCY)
    note = round(exact)
    cents = round(100 * (exact - note))
    if cents == 0:
        return note_label(note)
    sign = "+" if cents > 0 else "−"
    return f"{note_label(note)} {sign}{abs(cents)} cent{'s' if abs(cents) > 1 else ''}"


def note_label(note: int) -> str:
    """Return the name of a MIDI note number: 60 is "C4"."""
    octave, degree = divmod(note, 12)
    return f"{NOTES[degree]}{octave - 1}".replace("-", "−")


def note_frequency(note: int) -> float:
    """Return Hz of a MIDI note number."""
    return TUNING_FREQUENCY * math.exp2((note - TUNING_NOTE) / 12)
