"""The drawing with its box, and the small pictures of what a network does."""

from xml.etree import ElementTree

import numpy as np
import pytest

from mlmusic.plots.drawing import AGAINST, FOR, INK, drawing_svg, map_grid, saliency_picture
from mlmusic.plots.theme import THEMES

SVG = "{http://www.w3.org/2000/svg}"
STROKES = [np.array([[20.0, 30.0], [60.0, 80.0]]), np.array([[50.0, 50.0]])]


def drawn(*, frame: tuple[float, float] = (5.0, 15.0), dark: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(
        drawing_svg(
            STROKES,
            side=280,
            pen=15,
            corner=(15.0, 25.0),
            size=(50.0, 60.0),
            centre_of_mass=(41.0, 57.0),
            frame=frame,
            frame_side=84.0,
            theme=THEMES["dark" if dark else "light"],
        )
    )


def test_strokes_box_and_square_are_where_they_were_said_to_be() -> None:
    svg = drawn()
    paths = [path.get("d") for path in svg.iter(f"{SVG}path")]
    assert paths[:2] == ["M20.0 30.0L60.0 80.0", "M50.0 50.0h0"]
    pad, frame, box = (
        [float(rectangle.get(name, "")) for name in ("x", "y", "width", "height")]
        for rectangle in svg.iter(f"{SVG}rect")
    )
    assert pad == [0, 0, 280, 280]
    assert frame == [5, 15, 84, 84]
    assert box == [15, 25, 50, 60]


def test_the_cross_is_at_the_centre_of_mass() -> None:
    cross = [path.get("d", "") for path in drawn().iter(f"{SVG}path")][-1]
    left, right = cross[1:].split(" ")[0], cross.split("H")[1].split("M")[0]
    assert (float(left) + float(right)) / 2 == pytest.approx(41)
    assert " 57.00H" in cross


@pytest.mark.parametrize("frame", [(5.0, 15.0), (-30.0, 15.0), (250.0, 250.0)])
def test_all_of_the_pad_and_of_the_square_is_shown(frame: tuple[float, float]) -> None:
    x, y, width, height = map(float, drawn(frame=frame).get("viewBox", "").split())
    assert width == height
    for low, place in ((x, frame[0]), (y, frame[1])):
        assert low <= min(0, place)
        assert low + width >= max(280, place + 84)


def test_the_ink_has_the_colour_of_the_page_s_text() -> None:
    for dark in (False, True):
        group = drawn(dark=dark).find(f"{SVG}g")
        assert group is not None
        assert group.get("stroke") == THEMES["dark" if dark else "light"].text


def test_feature_maps_go_from_black_to_white_with_gaps_between() -> None:
    maps = np.zeros((16, 3, 3), np.float32)
    maps[0, 0, 0], maps[15, 2, 2] = 8.0, 2.0
    grid = map_grid(maps)
    assert grid.shape == (8, 32, 4)
    assert grid[0, 0].tolist() == [255, 255, 255, 255]
    assert grid[6, 30].tolist() == [128, 128, 128, 255]  # the root of a quarter
    assert grid[1, 1].tolist() == [0, 0, 0, 255]
    assert grid[3, 3].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_maps_in_which_nothing_is_found_are_black(value: float) -> None:
    grid = map_grid(np.full((8, 2, 2), value, np.float32))
    assert not grid[:2, :2, :3].any()


def test_ink_takes_the_colour_of_what_it_spoke_for() -> None:
    picture = np.array([[1.0, 1.0, 1.0, 0.0]], np.float32)
    saliency = np.array([[2.0, -2.0, 0.0, 0.0]], np.float32)
    assert saliency_picture(picture, saliency).tolist() == [
        [list(FOR), list(AGAINST), list(INK), [0, 0, 0]]
    ]


def test_the_two_colours_differ_in_brightness() -> None:
    bright, dark = (np.dot(colour, [0.2126, 0.7152, 0.0722]) for colour in (FOR, AGAINST))
    assert bright > 2 * dark


def test_a_broken_saliency_leaves_the_ink_grey() -> None:
    picture = np.ones((1, 1), np.float32)
    assert saliency_picture(picture, np.full((1, 1), np.nan)).tolist() == [[list(INK)]]
