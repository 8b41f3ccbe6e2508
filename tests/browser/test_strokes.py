"""Lines on the sketch pad in Chromium: by mouse, fingers and pen, across the edge, and sharp."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import (
    Hand,
    at,
    empty_pad,
    expect_no_ink,
    expect_reading,
    ink,
    inked,
    lines,
    opacities,
    open_evaluate,
    pad,
    paper,
    spoken,
    sweep,
)
from tests.browser.tabs import PHONE, Chromium


@pytest.fixture(scope="module")
def phone(chromium: Chromium, app_url: str) -> Iterator[Page]:
    with chromium.tab(**PHONE) as tab:
        yield open_evaluate(tab, app_url)


def test_a_long_stroke_is_read_while_it_is_drawn(evaluate: Page) -> None:
    left, top, side = paper(evaluate)
    middle = left + side / 2
    evaluate.mouse.move(middle, top + 30)
    evaluate.mouse.down()
    for step in range(40, 250, 10):
        evaluate.mouse.move(middle, top + step)
    expect_reading(evaluate, "1")
    inked = ink(evaluate)
    assert inked > 0  # the answer did not erase what is being drawn
    evaluate.mouse.move(middle, top + 280)
    evaluate.mouse.up()
    assert ink(evaluate) >= inked


def test_a_stroke_may_leave_the_paper_and_come_back(evaluate: Page) -> None:
    x, y, side = paper(evaluate)
    evaluate.mouse.move(x + side / 2, y + side - 20)
    evaluate.mouse.down()
    for dx, dy in [(0.5, 0.5), (0.5, -0.2), (1.2, -0.2), (1.2, 0.3), (0.5, 0.3), (0.5, 0.1)]:
        evaluate.mouse.move(x + dx * side, y + dy * side, steps=5)
    evaluate.mouse.up()
    expect_reading(evaluate, r"\d")
    evaluate.get_by_role("button", name="Undo").click()  # one gesture, one step back
    expect_reading(evaluate, "–")


def test_a_fast_line_is_cut_where_it_crosses_the_edge(evaluate: Page) -> None:
    sweep(evaluate, (0.5, 0.5), (1.5, 0.9), (1.5, 0.1), (0.5, 0.3))
    marks = inked(evaluate)
    assert lines(marks) == 2
    assert at(marks, 0.99, 0.7)
    assert at(marks, 0.99, 0.2)
    assert not marks[:, -1][int(0.75 * len(marks)) :].any()  # nor at the nearest place
    assert not marks[:, -1][: int(0.15 * len(marks))].any()


def test_a_fast_line_across_a_corner_is_drawn_where_there_is_paper(evaluate: Page) -> None:
    sweep(evaluate, (0.5, 0.5), (0.5, -0.3), (1.3, 0.5), (1.3, 0.8))
    marks = inked(evaluate)
    assert lines(marks) == 2
    assert all(at(marks, *place) for place in [(0.81, 0.01), (0.9, 0.1), (0.99, 0.19)])
    evaluate.get_by_role("button", name="Undo").click()  # one gesture, one step back
    expect_no_ink(evaluate)


def test_a_line_may_begin_at_the_very_edge(evaluate: Page) -> None:
    sweep(evaluate, (0.001, 0.3), (-0.2, 0.3), (-0.2, 0.7), (0.5, 0.7))
    sweep(evaluate, (0.999, 0.5), (0.8, 0.5))
    marks = inked(evaluate)
    assert lines(marks) == 3  # a dot and two lines
    assert all(at(marks, *place) for place in [(0.01, 0.3), (0.01, 0.7), (0.99, 0.5)])


def test_a_few_places_far_apart_make_one_smooth_line(evaluate: Page) -> None:
    turns = np.linspace(0, 2 * np.pi, 7)  # a hexagon, whose corners a smooth line cuts
    sweep(evaluate, *zip(0.5 + 0.35 * np.cos(turns), 0.5 + 0.35 * np.sin(turns), strict=True))
    marks = inked(evaluate)
    assert lines(marks) == 1
    y, x = np.argwhere(marks).T / len(marks) - 0.5
    assert np.ptp(np.hypot(x, y)[x < 0]) < 0.07  # it begins and ends on the right; the pen is 0.05


def test_a_fast_line_goes_through_every_place_that_the_browser_gathered(evaluate: Page) -> None:
    x, y, side = paper(evaluate)
    zigzag = [(0.2, 0.2), (0.4, 0.8), (0.6, 0.2), (0.8, 0.8)]
    evaluate.mouse.move(x + 0.1 * side, y + 0.8 * side)
    evaluate.mouse.down()
    pad(evaluate).evaluate(
        """(canvas, places) => {
            const moves = places.map(([clientX, clientY]) => new PointerEvent(
                "pointermove", { pointerId: 1, clientX, clientY }));
            canvas.dispatchEvent(new PointerEvent("pointermove", {
                ...{ pointerId: 1, coalescedEvents: moves },
                ...{ clientX: moves.at(-1).clientX, clientY: moves.at(-1).clientY } }));
        }""",
        [(x + px * side, y + py * side) for px, py in zigzag],
    )
    evaluate.mouse.up()
    marks = inked(evaluate)
    assert lines(marks) == 1
    assert all(at(marks, *half_way) for half_way in [(0.3, 0.5), (0.5, 0.5)])
    assert at(marks, 0.8, 0.8)


def test_a_tap_is_a_dot_and_no_digit(evaluate: Page) -> None:
    pad(evaluate).click()
    expect(spoken(evaluate)).to_have_text("Too small to read.")
    expect_reading(evaluate, "–")
    assert ink(evaluate) > 0


def test_the_page_fits_a_phone_and_a_finger_draws(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    left, _, side = paper(phone)
    assert side > 300
    assert left + side <= 390
    hand = Hand(phone)
    scrolled = phone.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    hand.touch("touchStart", (0.5, 0.1))
    for step in range(2, 6):
        hand.touch("touchMove", (0.5, step / 10))
    hand.touch("touchStart", (0.5, 0.5), (0.1, 0.9))  # a second finger changes nothing
    for step in range(6, 10):
        hand.touch("touchMove", (0.5, step / 10), (1 - step / 10, 0.9))
    hand.touch("touchEnd")
    expect_reading(phone, "1")
    assert phone.get_by_test_id("stMain").evaluate("main => main.scrollTop") == scrolled


def test_a_pen_takes_over_from_a_palm_that_touched_first(evaluate: Page) -> None:
    hand = Hand(evaluate)
    hand.touch("touchStart", (0.8, 0.9))
    hand.touch("touchMove", (0.8, 0.5))
    assert lines(inked(evaluate)) == 1
    hand.pen("mousePressed", 0.3, 0.1)
    for step in range(2, 10):
        hand.pen("mouseMoved", 0.3, step / 10)
        hand.touch("touchMove", (0.8, step / 10))
    hand.pen("mouseReleased", 0.3, 0.9)
    hand.touch("touchMove", (0.8, 0.2))
    hand.touch("touchEnd")
    expect_reading(evaluate, "1")
    assert not inked(evaluate)[:, -100:].any()
    evaluate.get_by_role("button", name="Undo").click()
    expect_reading(evaluate, "–")
    expect_no_ink(evaluate)


def test_a_palm_changes_nothing_while_a_pen_draws(evaluate: Page) -> None:
    hand = Hand(evaluate)
    hand.pen("mousePressed", 0.3, 0.1)
    hand.touch("touchStart", (0.8, 0.9))
    for step in range(2, 10):
        hand.pen("mouseMoved", 0.3, step / 10)
        hand.touch("touchMove", (0.8, step / 10))
    hand.touch("touchEnd")
    hand.pen("mouseReleased", 0.3, 0.9)
    expect_reading(evaluate, "1")
    assert lines(inked(evaluate)) == 1


@pytest.mark.parametrize(("screen", "density"), [("evaluate", 1), ("phone", 3)])
def test_ink_is_as_sharp_as_the_screen(
    screen: str, density: int, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(screen)
    empty_pad(page)
    sweep(page, (0.5, 0.2), (0.5, 0.8))
    _, _, side = paper(page)
    opacity = opacities(page)
    assert opacity.shape == pytest.approx((density * side, density * side), abs=1)
    across = opacity[len(opacity) // 2]
    full, half = (across == 255).sum(), ((across > 0) & (across < 255)).sum()
    assert full > 3 * density  # the line's width
    assert half <= 2  # a pixel of the screen at each of its edges


def test_a_line_that_but_touches_a_corner_draws_nothing_there(evaluate: Page) -> None:
    touch = 0.5 / 280  # less than a unit of the pad lies on the paper
    sweep(evaluate, (0.5, 0.5), (-0.1, 0.6), (-0.1, 0.1 + touch), (0.1 + touch, -0.1), (0.6, -0.1))
    assert not at(inked(evaluate), 0.005, 0.005)
