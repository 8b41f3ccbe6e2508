"""Frequencies as notes."""

import math

import pytest

from mlmusic.plots.notes import note_frequency, note_label, note_name


@pytest.mark.parametrize(
    ("frequency", "name"),
    [
        (440.0, "A4"),
        (261.6256, "C4"),
        (27.5, "A0"),
        (8.1758, "C−1"),
        (558.2, "C♯5 +12 cents"),  # C♯5 is 554.37 Hz
        (435.0, "A4 −20 cents"),
        (440.26, "A4 +1 cent"),
        (440.1, "A4"),
        (440 * 2 ** (0.51 / 12), "A♯4 −49 cents"),
        (0.0, "–"),
        (-1.0, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_frequency_is_named_by_its_nearest_note(frequency: float, name: str) -> None:
    assert note_name(frequency) == name


def test_notes_are_numbered_as_in_midi() -> None:
    assert [note_label(note) for note in (21, 59, 60, 66, 108)] == ["A0", "B3", "C4", "F♯4", "C8"]
    assert note_frequency(69) == 440
    assert note_frequency(60) == pytest.approx(261.6256, abs=1e-4)
    assert all(note_name(note_frequency(note)) == note_label(note) for note in range(128))
