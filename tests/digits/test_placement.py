"""Where a drawing lies on its pad, and its picture without centring."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlmusic.digits.normalise import BOX_PX, IMAGE_PX, Placement, placement
from mlmusic.digits.placement import placement_of_strokes, uncentred_picture
from mlmusic.digits.sketch import GRID, PEN, picture_of_strokes
from mlmusic.errors import InputError

DRAWINGS = sorted((Path(__file__).parents[1] / "drawings").glob("*.json"))
UPRIGHT = [[[140.0, 40.0], [140.0, 240.0]]]


def found(strokes: Any) -> Placement:
    where = placement_of_strokes(strokes)
    assert where is not None
    return where


def test_the_box_of_a_line_is_the_line_and_its_pen() -> None:
    where = found(UPRIGHT)
    thickness = 200 * PEN / (GRID - PEN)
    assert where.size == pytest.approx((thickness, 200 + thickness))
    assert where.corner == pytest.approx((140 - thickness / 2, 40 - thickness / 2))
    assert where.centre_of_mass == pytest.approx((140, 140), abs=1)


def test_ink_counted_by_hand_has_its_centre_of_mass_there() -> None:
    ink = np.zeros((60, 70))
    ink[10:50, 20:60] = 1  # 40 × 40 cells: two make a pixel of the box
    ink[10:30, 40:60] = 0  # less its upper right quarter
    where = placement(ink)
    assert where is not None
    assert (where.corner, where.size) == ((20, 10), (40, 40))
    # Three quarters, centred at x = 30, 30, 50 and y = 20, 40, 40.
    assert where.centre_of_mass == pytest.approx((110 / 3, 100 / 3))
    assert where.frame_side == 56


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_the_square_around_the_centre_of_mass_is_the_picture(drawing: Path) -> None:
    strokes = json.loads(drawing.read_text())
    picture, where = picture_of_strokes(strokes), found(strokes)
    assert picture is not None
    pixel = where.frame_side / IMAGE_PX
    assert max(where.size) == pytest.approx(BOX_PX * pixel)
    index = np.arange(IMAGE_PX) + 0.5
    for axis in (0, 1):
        profile = picture.sum(axis=axis)
        centre = where.frame[axis] + pixel * float(index @ profile / profile.sum())
        assert where.centre_of_mass[axis] == pytest.approx(centre, abs=pixel / 100)
        first = where.frame[axis] + pixel * np.flatnonzero(profile)[0]
        assert first - pixel / 100 <= where.corner[axis] <= first + 1.1 * pixel


def test_it_moves_and_grows_with_the_drawing() -> None:
    strokes = json.loads(DRAWINGS[3].read_text())
    before = found(strokes)
    after = found([[[3 * x + 50, 3 * y - 7] for x, y in stroke] for stroke in strokes])
    x, y = before.centre_of_mass
    assert after.centre_of_mass == pytest.approx((3 * x + 50, 3 * y - 7))
    assert after.size == pytest.approx(tuple(3 * length for length in before.size))
    assert after.frame_side == pytest.approx(3 * before.frame_side)


@pytest.mark.parametrize("nothing", [[], [[]], [[[3, 4]]], [[[3, 4], [3, 4]]]])
def test_nothing_drawn_lies_nowhere(nothing: Any) -> None:
    assert placement_of_strokes(nothing) is None
    assert placement(np.zeros((3, 3))) is None


def test_without_centring_a_drawing_stays_where_it_lies() -> None:
    picture = uncentred_picture([[[35.0, 50.0], [35.0, 90.0]]], side=280, pen=10)
    assert picture.shape == (28, 28)
    assert picture.dtype == np.float32
    rows, columns = np.nonzero(picture > 0.3)
    assert (rows.min(), rows.max()) == (4, 9)  # 45 to 95 units, ten a pixel
    assert set(columns) == {3}
    assert picture[5:9].sum() == pytest.approx(4, rel=0.15)


def test_a_drawing_that_fills_the_middle_needs_no_centring() -> None:
    side = 280
    around = np.linspace(0, 2 * np.pi, 100)
    radius = 100 * (GRID - PEN) / GRID
    circle = [np.stack([150 + radius * np.cos(around), 150 + radius * np.sin(around)], 1).tolist()]
    centred = picture_of_strokes(circle)
    plain = uncentred_picture(circle, side=side, pen=10 * PEN * BOX_PX / GRID)
    np.testing.assert_allclose(plain, centred, atol=0.2)


def test_what_lies_beside_the_pad_is_not_seen() -> None:
    assert not uncentred_picture([[[400, 400], [1e9, 500]]], side=280, pen=15).any()
    assert uncentred_picture([[[280, 280]]], side=280, pen=15)[-1, -1] > 0


def test_what_are_no_strokes_is_refused() -> None:
    with pytest.raises(InputError, match="list of strokes"):
        placement_of_strokes(7)
    with pytest.raises(InputError, match="x and y numbers"):
        uncentred_picture([[["1", "2"]]], side=280, pen=15)
