"""Strokes → 28 × 28."""

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mlmusic.digits.evaluation import classify
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.normalise import CENTRE_PX
from mlmusic.digits.sketch import GRID, PEN, picture_of_strokes, read_strokes
from mlmusic.errors import InputError

# Drawn for these tests; each file's name begins with its digit.
DRAWINGS = sorted((Path(__file__).parents[1] / "drawings").glob("*.json"))
SEVEN = [[[16.0, 16.0], [86.0, 14.0]], [[86.0, 14.0], [64.0, 60.0], [44.0, 130.0]]]


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def moved(strokes: Any, *, scale: float = 1.0, x: float = 0.0, y: float = 0.0) -> Any:
    return [[[scale * px + x, scale * py + y] for px, py in stroke] for stroke in strokes]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    ("scale", "x", "y"), [(1, 1234.5, -77.7), (0.013, 0, 0), (7.1, -3, 1e4), (1 / 3, 0.1, 0.2)]
)
def test_place_and_size_change_nothing(drawing: Path, scale: float, x: float, y: float) -> None:
    strokes = read(drawing)
    picture = picture_of_strokes(moved(strokes, scale=scale, x=x, y=y))
    np.testing.assert_array_equal(picture, picture_of_strokes(strokes))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_trained_network_reads_our_drawings(drawing: Path, trained_network: AlexNet) -> None:
    picture = picture_of_strokes(read(drawing))
    assert picture is not None
    probabilities = classify(trained_network, torch.from_numpy(picture)[None])[0]
    assert int(probabilities.argmax()) == int(drawing.stem[0])


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_the_ink_fills_the_box_and_its_mass_is_centred(drawing: Path) -> None:
    picture = picture_of_strokes(read(drawing))
    assert picture is not None
    assert (picture.min(), picture.max()) == (0, 1)
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    index = np.arange(28)
    assert index @ picture.sum(axis=1) / picture.sum() == pytest.approx(CENTRE_PX, abs=0.501)
    assert index @ picture.sum(axis=0) / picture.sum() == pytest.approx(CENTRE_PX, abs=0.501)


def test_the_pen_is_as_thick_as_mnist_s(mnist: Mnist) -> None:
    pictures = [picture_of_strokes(read(drawing)) for drawing in DRAWINGS]
    labels = [int(drawing.stem[0]) for drawing in DRAWINGS]
    ours = np.mean([picture.sum() for picture in pictures if picture is not None])
    images = mnist.test_images.numpy() / 255
    theirs = np.mean(
        [images[mnist.test_labels.numpy() == label].sum((1, 2)).mean() for label in labels]
    )
    assert ours == pytest.approx(theirs, rel=0.15)


def test_a_straight_line_is_one_pen_wide_from_end_to_end() -> None:
    picture = picture_of_strokes([[[5, 0], [5, 9]]])
    assert picture is not None
    widths = picture.sum(axis=1)
    inked = widths[widths > 0]  # its two ends are round
    assert len(inked) == 20
    np.testing.assert_allclose(inked[1:-1], PEN / GRID * 20)


def test_how_many_points_a_line_has_changes_nothing() -> None:
    dense = [[[0.0, step / 10] for step in range(1001)]]
    np.testing.assert_array_equal(
        picture_of_strokes(dense), picture_of_strokes([[[0, 0], [0, 100]]])
    )


def test_neither_order_nor_direction_of_strokes_matters() -> None:
    backwards = [stroke[::-1] for stroke in reversed(SEVEN)]
    np.testing.assert_allclose(picture_of_strokes(backwards), picture_of_strokes(SEVEN), atol=0.2)


def test_a_dot_is_part_of_a_drawing() -> None:
    line = [[[0, 0], [0, 10]]]
    picture = picture_of_strokes([*line, [[4, 5]]])
    assert picture is not None
    assert picture.sum() > picture_of_strokes(line).sum() + 4


@pytest.mark.parametrize("nothing", [[], [[]], [[[3, 4]]], [[[3, 4], [3, 4]]], ()])
def test_nothing_drawn_gives_no_picture(nothing: Any) -> None:
    assert picture_of_strokes(nothing) is None


def test_what_is_smaller_than_the_smallest_gives_no_picture() -> None:
    assert picture_of_strokes([[[0, 0], [5, 5]]], smallest=5) is None
    assert picture_of_strokes([[[0, 0], [5, 6]]], smallest=5) is not None


def test_taps_far_apart_and_short_lines_are_no_drawing_beside_a_smallest() -> None:
    taps = [[[0, 0]], [[200, 200]], [[0, 200], [0, 200]]]
    assert picture_of_strokes(taps, smallest=5) is None
    assert picture_of_strokes([*taps, [[9, 9], [9, 14]]], smallest=5) is None
    assert picture_of_strokes([*taps, [[9, 9], [9, 12], [9, 8]]], smallest=5) is not None
    assert picture_of_strokes(taps) is not None


def test_a_very_short_stroke_is_read_like_a_long_one() -> None:
    short = picture_of_strokes([[[100, 100], [100, 100.1]]])
    np.testing.assert_array_equal(short, picture_of_strokes([[[0, 0], [0, 1000]]]))


@pytest.mark.parametrize(
    ("strokes", "message"),
    [
        (7, "must be a list of strokes"),
        ("strokes", "must be a list of strokes"),
        ({"strokes": []}, "must be a list of strokes"),
        (["ab"], "must be a list of strokes"),
        ([[1, 2]], "list of points"),
        ([[[1, 2, 3]]], "list of points"),
        ([[[1, 2], [3]]], "list of points"),
        ([[["1", "2"]]], "x and y numbers"),
        ([[[None, 2]]], "x and y numbers"),
        ([[[True, False]]], "x and y numbers"),
        ([[[10**400, 2]]], "x and y numbers"),
        ([[[float("nan"), 2]]], "within ±1e"),
        ([[[float("inf"), 2]]], "within ±1e"),
        ([[[1e300, 2]]], "within ±1e"),
        ([[[0, 0]] * 20_001], "20,001 points are too many; draw at most 20,000"),
        ([[[0, 0]]] * 1_001, "1,001 strokes are too many; draw at most 1,000"),
    ],
)
def test_what_are_no_strokes_is_refused(strokes: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        picture_of_strokes(strokes)


def test_empty_strokes_are_left_out() -> None:
    assert [len(stroke) for stroke in read_strokes([[], [[1, 2]], ()])] == [1]


def test_it_takes_milliseconds() -> None:
    strokes = read(DRAWINGS[0])
    best = min(_seconds(strokes) for _ in range(10))
    assert best < 0.015


def test_the_largest_drawing_is_read_in_a_second() -> None:
    scribble = np.random.default_rng(0).uniform(0, 280, (20, 1000, 2)).tolist()
    assert min(_seconds(scribble) for _ in range(3)) < 1


def _seconds(strokes: Any) -> float:
    began = time.perf_counter()
    picture_of_strokes(strokes)
    return time.perf_counter() - began


@pytest.mark.parametrize(
    "stroke", [["a" * 300_000, *[""] * 5_000], [[10**400, 0.5]], [[1, 2], [3, "4"]], [[True, {}]]]
)
def test_texts_and_endless_numbers_are_refused_before_they_take_memory(stroke: Any) -> None:
    tracemalloc.start()
    with pytest.raises(InputError, match="each stroke must be a list of points"):
        read_strokes([stroke])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000
