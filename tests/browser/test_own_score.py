"""One's own drawings in Chromium: say what was read right, keep them, load them again.

What is judged here is of one stroke: of two, the first alone may be read, and judged, before the
second has come to the server.
"""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.pad import (
    draw,
    expect_no_ink,
    expect_reading,
    ink,
    inked,
    lines,
    metric,
    open_evaluate,
    pad,
    paper,
    sweep,
)


def score(page: Page) -> tuple[int, int]:
    """Return how many of the drawings that were judged were read right, and how many there are."""
    if "–" in metric(page, "Your hand").inner_text():
        return 0, 0
    said = page.get_by_text(re.compile(r"^\d+ of \d+ read right$")).first.inner_text()
    right, _, total, *_ = said.split()
    return int(right), int(total)


def expect_score(page: Page, label: str, correct: int, *, of: int) -> None:
    expect(metric(page, label)).to_have_text(re.compile(rf"{label}\s*{correct / of:.0%}$"))
    expect(page.get_by_text(f"{correct} of {of} read right", exact=True)).to_be_visible()


def test_a_judged_drawing_leaves_the_pad_and_is_counted(evaluate: Page) -> None:
    before, total = score(evaluate)
    right = evaluate.get_by_role("button", name="Right")
    expect(right).to_be_disabled()
    draw(evaluate, "0-round")
    expect_reading(evaluate, "0")
    right.click()
    expect_reading(evaluate, "–")
    expect_score(evaluate, "Your hand", before + 1, of=total + 1)
    expect(right).to_be_disabled()
    expect_no_ink(evaluate)
    draw(evaluate, "1-plain")
    expect_reading(evaluate, "1")
    evaluate.get_by_role("combobox", name="It was …").click()
    evaluate.get_by_role("option", name="4").click()
    evaluate.get_by_role("button", name="Wrong").click()
    expect_score(evaluate, "Your hand", before + 1, of=total + 2)
    expect_reading(evaluate, "–")
    expect_no_ink(evaluate)
    draw(evaluate, "0-round")  # the next one is drawn alone
    expect_reading(evaluate, "0")


def test_the_pad_is_cleared_under_a_line_that_is_being_drawn(evaluate: Page) -> None:
    before, total = score(evaluate)
    draw(evaluate, "0-round")
    expect_reading(evaluate, "0")
    both = ink(evaluate)
    x, y, side = paper(evaluate)
    right = evaluate.get_by_role("button", name="Right")
    evaluate.mouse.move(x + 0.9 * side, y + 0.2 * side)
    evaluate.mouse.down()
    right.focus()
    evaluate.keyboard.press("Enter")
    expect_score(evaluate, "Your hand", before + 1, of=total + 1)
    evaluate.mouse.move(x + 0.9 * side, y + 0.8 * side, steps=10)
    evaluate.mouse.up()
    expect_reading(evaluate, "1")
    assert 0 < ink(evaluate) < both


def test_a_line_that_ended_before_the_pad_was_cleared_stays(evaluate: Page) -> None:
    before, total = score(evaluate)
    draw(evaluate, "0-round")
    expect_reading(evaluate, "0")
    paper(evaluate)
    evaluate.get_by_role("button", name="Right").evaluate("button => button.click()")
    sweep(evaluate, (0.5, 0.15), (0.5, 0.5), (0.5, 0.85))  # quicker than the answer
    expect_score(evaluate, "Your hand", before + 1, of=total + 1)
    expect_reading(evaluate, "1")
    assert lines(inked(evaluate)) == 1


def test_drawings_are_downloaded_and_loaded_again(evaluate: Page) -> None:
    for name in ("0-round", "1-plain"):
        draw(evaluate, name)
        expect_reading(evaluate, name[0])
        evaluate.get_by_role("button", name="Right").click()
        expect_reading(evaluate, "–")
    expect(metric(evaluate, "Your hand")).to_have_text(re.compile("%$"))  # nothing is drawn anew
    right, _ = score(evaluate)
    evaluate.get_by_text("Keep and compare drawings").click()
    with evaluate.expect_download() as download:
        evaluate.get_by_role("button", name="Download drawings").click()
    content = Path(download.value.path()).read_bytes()
    assert [item["label"] for item in json.loads(content)][-2:] == [0, 1]
    count = len(json.loads(content))
    evaluate.reload()
    evaluate.get_by_text("Keep and compare drawings").click()
    uploader = evaluate.get_by_test_id("stFileUploader").filter(has_text="Load drawings")
    file = {"name": "drawings.json", "mimeType": "application/json", "buffer": content}
    uploader.locator("input[type=file]").set_input_files(file)
    expect_score(evaluate, "Loaded drawings", right, of=count)
    file["buffer"] = b"[" * 100_000
    uploader.locator("input[type=file]").set_input_files(file)
    expect(
        evaluate.get_by_text("These drawings cannot be loaded: this is not JSON")
    ).to_be_visible()


def test_a_cell_of_the_confusion_matrix_leads_to_a_clear_pad(page: Page, app_url: str) -> None:
    evaluate = open_evaluate(page, app_url)
    draw(evaluate, "0-round")
    expect_reading(evaluate, "0")
    cell = evaluate.get_by_label(re.compile(r"^True digit 9, read as 9: \d+ images$"))
    cell.click(position={"x": 4, "y": 4})  # beside its number
    yourself = evaluate.get_by_role("button", name="Draw a 9 yourself")
    expect(yourself).to_be_visible()
    expect(pad(evaluate)).not_to_be_in_viewport()
    yourself.click()
    expect(evaluate.get_by_text("Draw a 9, and see what it is read as.")).to_be_in_viewport()
    expect(pad(evaluate)).to_be_in_viewport()
    expect_reading(evaluate, "–")
    expect_no_ink(evaluate)
    draw(evaluate, "9-plain")
    expect_reading(evaluate, "9")
