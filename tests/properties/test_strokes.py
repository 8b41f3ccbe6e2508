"""Whatever is drawn is refused or a picture."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlmusic.digits.placement import uncentred_picture
from mlmusic.digits.sketch import MAX_COORDINATE, picture_of_strokes, read_strokes
from mlmusic.errors import InputError
from tests.properties.trying import JSON, attempt, kind, tried

COORDINATES = st.floats(-MAX_COORDINATE, MAX_COORDINATE) | st.integers(-300, 300)
POINTS = st.lists(COORDINATES, min_size=2, max_size=2)
ODD = JSON | st.sampled_from([10**400, 2**70, -1e9, 5e-324, math.nan, math.inf, True, "1"])
ODD_POINTS = POINTS | st.lists(ODD | COORDINATES, max_size=3)
DRAWINGS = st.lists(st.lists(st.lists(st.integers(0, 300), min_size=2, max_size=2)))


@pytest.mark.slow
def test_whatever_is_drawn_is_refused_or_a_picture() -> None:
    ends = Counter[str]()

    @tried(600)
    @given(JSON | st.lists(st.lists(POINTS)) | st.lists(st.lists(ODD_POINTS, max_size=3)))
    def check(strokes: Any) -> None:
        picture = attempt(picture_of_strokes, strokes)
        uncentred = attempt(uncentred_picture, strokes, side=280, pen=12)
        assert isinstance(uncentred, InputError) == isinstance(picture, InputError)
        ends.update([kind(picture), kind(uncentred)])

    check()
    assert min(ends[end] for end in ("ndarray", "InputError", "NoneType")) > 4


@tried(300)
@given(st.floats() | st.integers(-(10**12), 10**12))
@example(1e9)
@example(-1e9)
@example(math.nextafter(1e9, 2e9))
def test_a_coordinate_is_kept_or_beyond_the_bounds(x: float) -> None:
    stroke = attempt(read_strokes, [[[x, 0]]])
    if abs(x) <= MAX_COORDINATE:
        assert stroke[0].tolist() == [[x, 0]]
    else:  # NaN as well
        assert isinstance(stroke, InputError)


@tried(150)
@given(DRAWINGS, st.randoms(use_true_random=False))
def test_in_which_order_and_how_often_strokes_are_drawn_changes_nothing(
    strokes: Any, chance: Any
) -> None:
    more = strokes + [stroke for stroke in strokes if chance.random() < 0.5]
    chance.shuffle(more)
    np.testing.assert_array_equal(picture_of_strokes(more), picture_of_strokes(strokes))


@tried(150)
@given(DRAWINGS, st.floats(0.01, 1000), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_where_and_how_large_any_drawing_is_changes_nothing(
    strokes: Any, scale: float, x: float, y: float
) -> None:
    moved = [[[scale * px + x, scale * py + y] for px, py in stroke] for stroke in strokes]
    np.testing.assert_array_equal(picture_of_strokes(moved), picture_of_strokes(strokes))
