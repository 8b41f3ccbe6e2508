"""The marks of the axes: where they are, and what is written there."""

import math

import numpy as np
import pytest

from mlmusic.plots.marks import (
    SPACE,
    Mark,
    linear_marks,
    log_marks,
    mel_marks,
    note_marks,
    number_marks,
    root_marks,
    signed_root,
    symmetric_marks,
    time_marks,
)


def labels(marks: list[Mark]) -> list[str]:
    return [label for _, label in marks]


def log_place(frequency: float) -> float:
    return math.log(frequency / 20) / math.log(1000)


def mel_place(frequency: float) -> float:
    return math.log1p(frequency / 700) / math.log1p(22_050 / 700)


def test_linear_frequencies_are_round() -> None:
    assert linear_marks(0, 22_050) == [
        *((0, "0"), (5000, "5k"), (10_000, "10k"), (15_000, "15k"), (20_000, "20k"))
    ]
    assert labels(linear_marks(0, 0.5)) == ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]


def test_log_frequencies_are_1_2_and_5_of_each_decade() -> None:
    assert labels(log_marks(21.5, 22_050)) == [
        "50",
        "100",
        "200",
        "500",
        "1k",
        "2k",
        "5k",
        *("10k", "20k"),
    ]
    assert log_marks(0.004, 0.05) == [
        (0.005, "0.005"),
        (0.01, "0.01"),
        (0.02, "0.02"),
        (0.05, "0.05"),
    ]


def test_mel_frequencies_double() -> None:
    assert labels(mel_marks(26, 21_000, mel_place)) == ["100", "500", "1k", "2k", "4k", "8k", "16k"]


def test_a_mel_axis_of_a_narrow_range_has_marks_as_well() -> None:
    marks = mel_marks(300, 480, lambda frequency: (frequency - 300) / 180)
    assert labels(marks) == ["300", "350", "400", "450"]


def test_labels_side_by_side_are_left_out_where_they_would_touch() -> None:
    assert "500" in labels(mel_marks(26, 21_000, mel_place, digit=0.03))
    assert "500" not in labels(mel_marks(26, 21_000, mel_place, digit=0.04))


def test_a_long_axis_of_notes_has_octaves() -> None:
    marks = note_marks(20, 20_000, log_place)
    assert labels(marks) == [f"C{octave}" for octave in range(1, 11)]
    assert marks[3][0] == pytest.approx(261.6256, abs=1e-4)


def test_where_there_is_room_there_are_more_notes() -> None:
    def names(low: float, high: float) -> list[str]:
        return labels(note_marks(low, high, lambda f: math.log2(f / low) / math.log2(high / low)))

    assert names(400, 600) == ["G♯4", "A4", "A♯4", "B4", "C5", "C♯5", "D5"]
    assert names(400, 1000) == ["A4", "C5", "D5", "E5", "G5", "A5"]
    assert names(200, 1600) == ["C4", "E4", "G4", "C5", "E5", "G5", "C6", "E6", "G6"]


def test_on_a_linear_axis_low_octaves_are_left_out_and_no_labels_touch() -> None:
    def place(frequency: float) -> float:
        return frequency / 22_050

    names = labels(note_marks(0, 22_050, place))
    assert names == ["C7", "C8", "G8", "C9", "E9", "G9", "C10", "E10"]
    for mapping in (place, log_place, mel_place):
        places = [mapping(f) for f, _ in note_marks(20, 20_000, mapping)]
        assert min(np.diff(places)) >= SPACE


def test_numbers_are_round_and_have_a_true_minus() -> None:
    assert number_marks(-37.3, 42.7, most=5) == [(-20, "−20"), (0, "0"), (20, "20"), (40, "40")]
    assert labels(number_marks(-9, 50, most=2)) == ["0", "20", "40"]
    assert number_marks(0, 0, most=5, whole=True) == [(0, "0")]
    assert labels(number_marks(0, 2, most=7, whole=True)) == ["0", "1", "2"]


def test_a_signed_root_keeps_the_sign() -> None:
    np.testing.assert_allclose(signed_root([-9, -0.25, 0, 16]), [-3, -0.5, 0, 4])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-64, 225, "−50 −20 −5 0 5 20 50 100 200"),
        (-10, 2.5, "−10 −5 −2 −1 0 1 2"),
        (0, 1, "0 1"),
        (171, 237, "180 200 220"),  # without 0
    ],
)
def test_roots_are_marked_with_what_they_are_the_roots_of(
    low: float, high: float, expected: str
) -> None:
    marks = sorted(root_marks(low, high))
    assert " ".join(labels(marks)) == expected
    for place, label in marks:
        assert place == pytest.approx(signed_root(float(label.replace("−", "-"))))
    assert np.diff([place for place, _ in marks]).min() >= SPACE * (
        signed_root(high) - signed_root(low)
    )


@pytest.mark.parametrize(
    ("reach", "expected"),
    [(1.1, ["−1", "0", "1"]), (626, ["−500", "0", "500"]), (0.27, ["−0.2", "0", "0.2"])],
)
def test_an_axis_to_both_sides_of_0_has_three_marks(reach: float, expected: list[str]) -> None:
    assert labels(symmetric_marks(reach)) == expected


@pytest.mark.parametrize(
    ("start_s", "end_s", "name", "expected"),
    [
        (0, 9, "Time (s)", ["0", "2", "4", "6", "8"]),
        (1.1, 1.5, "Time (s)", ["1.1", "1.2", "1.3", "1.4", "1.5"]),
        (60, 305, "Time (min:s)", ["1:00", "2:00", "3:00", "4:00", "5:00"]),
        (55, 66, "Time (min:s)", ["0:56", "0:58", "1:00", "1:02", "1:04", "1:06"]),
        (75.2, 75.5, "Time (min:s)", ["1:15.2", "1:15.3", "1:15.4", "1:15.5"]),
        (119.9, 120.1, "Time (min:s)", ["1:59.90", "1:59.95", "2:00.00", "2:00.05", "2:00.10"]),
        (0, 3600, "Time (h:min:s)", ["0:00:00", "0:15:00", "0:30:00", "0:45:00", "1:00:00"]),
        (3661, 3665, "Time (h:min:s)", [f"1:01:0{s}" for s in range(1, 6)]),
    ],
)
def test_times_are_round_and_say_their_unit(
    start_s: float, end_s: float, name: str, expected: list[str]
) -> None:
    found, marks = time_marks(start_s, end_s)
    assert found == name
    assert labels(marks) == expected
    assert all(start_s - 1e-6 <= time <= end_s + 1e-6 for time, _ in marks)


@pytest.mark.parametrize("duration_s", [1e-4, 0.003, 0.08, 0.7, 3, 59, 61, 400, 3599, 40_000])
@pytest.mark.parametrize("start_s", [0.0, 12.345, 75.2, 4000.1])
def test_however_long_a_range_is_it_has_marks_that_do_not_touch(
    start_s: float, duration_s: float
) -> None:
    _, marks = time_marks(start_s, start_s + duration_s)
    texts = labels(marks)
    assert 1 <= len(texts) <= 7
    assert len(set(texts)) == len(texts)
    assert (len(texts) - 1) * (max(map(len, texts)) + 0.5) <= 32
