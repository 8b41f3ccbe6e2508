"""The sketch pad in Chromium: its buttons, its keys, and what it remembers."""

from playwright.sync_api import Page, expect

from tests.browser.pad import (
    bars,
    draw,
    expect_no_ink,
    expect_reading,
    ink,
    open_evaluate,
    pad,
    picture,
    strokes_of,
)


def test_undo_takes_back_a_stroke_and_clear_all_of_them(evaluate: Page) -> None:
    draw(evaluate, "1-plain")
    expect_reading(evaluate, "1")
    one = ink(evaluate)
    draw(evaluate, "0-round")
    assert ink(evaluate) > one
    evaluate.get_by_role("button", name="Undo").click()
    expect_reading(evaluate, "1")
    assert ink(evaluate) == one
    evaluate.get_by_role("button", name="Clear").click()
    expect_reading(evaluate, "–")
    expect_no_ink(evaluate)
    evaluate.get_by_role("button", name="Undo").click()  # also takes back a Clear
    expect_reading(evaluate, "1")


def test_the_keyboard_undoes_and_clears(evaluate: Page) -> None:
    draw(evaluate, "1-plain")
    expect_reading(evaluate, "1")
    pad(evaluate).focus()
    evaluate.keyboard.press("Delete")
    expect_reading(evaluate, "–")
    evaluate.keyboard.press("Control+z")
    expect_reading(evaluate, "1")
    evaluate.keyboard.press("Tab")
    expect(evaluate.get_by_role("button", name="Undo")).to_be_focused()


def test_the_keys_that_clear_do_nothing_at_the_pen_s_width(evaluate: Page) -> None:
    draw(evaluate, "1-plain")
    expect_reading(evaluate, "1")
    drawn = ink(evaluate)
    evaluate.get_by_role("slider", name="Pen width").focus()
    evaluate.keyboard.press("Delete")
    evaluate.keyboard.press("Backspace")
    assert ink(evaluate) == drawn
    evaluate.keyboard.press("Control+z")
    expect_no_ink(evaluate)


def test_a_drawing_stays_after_a_visit_to_another_page(evaluate: Page) -> None:
    draw(evaluate, "7-plain")
    expect_reading(evaluate, "7")
    drawn = ink(evaluate)
    evaluate.get_by_role("link", name="Home").click()
    expect(pad(evaluate)).to_have_count(0)
    evaluate.get_by_role("link", name="Evaluate", exact=True).first.click()
    expect_reading(evaluate, "7")
    expect(bars(evaluate)).to_be_visible()
    assert ink(evaluate) == drawn
    draw(evaluate, "0-round")  # and one can go on
    evaluate.get_by_role("button", name="Undo").click()
    expect_reading(evaluate, "7")
    for _ in strokes_of("7-plain"):  # and go back to the start
        evaluate.get_by_role("button", name="Undo").click()
    expect_reading(evaluate, "–")
    expect_no_ink(evaluate)


def test_a_wider_pen_changes_what_the_person_sees_alone(evaluate: Page) -> None:
    draw(evaluate, "7-plain")
    expect_reading(evaluate, "7")
    thin = ink(evaluate)
    seen = picture(evaluate).get_attribute("src")
    width = evaluate.get_by_role("slider", name="Pen width")
    expect(width).to_have_value("5")
    width.fill("15")
    assert ink(evaluate) > 2 * thin
    expect(width).to_have_attribute("aria-valuetext", "15% of the pad")
    draw(evaluate, "7-plain")  # the same lines again
    expect_reading(evaluate, "7")
    assert picture(evaluate).get_attribute("src") == seen
    evaluate.get_by_role("link", name="Home").click()
    expect(pad(evaluate)).to_have_count(0)
    evaluate.get_by_role("link", name="Evaluate", exact=True).first.click()
    expect(width).to_have_value("15")


def test_where_storage_is_blocked_one_draws_and_the_width_is_forgotten(
    page: Page, app_url: str
) -> None:
    page.add_init_script(
        """Object.defineProperty(window, "sessionStorage", {
            get() { throw new DOMException("blocked", "SecurityError"); } });"""
    )
    evaluate = open_evaluate(page, app_url)
    width = evaluate.get_by_role("slider", name="Pen width")
    width.fill("15")
    draw(evaluate, "1-plain")
    expect_reading(evaluate, "1")
    evaluate.get_by_role("link", name="Home").click()
    expect(pad(evaluate)).to_have_count(0)
    evaluate.get_by_role("link", name="Evaluate", exact=True).first.click()
    expect(width).to_have_value("5")
