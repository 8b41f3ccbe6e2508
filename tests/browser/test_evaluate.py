"""The Evaluate page in Chromium: draw by mouse, and see the digit read."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

DRAWINGS = Path(__file__).parents[1] / "drawings"
SIDE = 140.0  # of our drawings, about


def pad(page: Page) -> Locator:
    return page.get_by_label("Sketch pad", exact=True)


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label)


def picture(page: Page) -> Locator:
    return page.get_by_alt_text(re.compile("^What the network sees"))


def bars(page: Page) -> Locator:
    return page.get_by_label("Probabilities", exact=True)


def spoken(page: Page) -> Locator:
    """Return what a screen reader says of the pad."""
    return page.get_by_role("status").and_(page.locator("[aria-live=polite]")).first


def draw(page: Page, name: str, *, size: float = 0.7, x: float = 0.15, y: float = 0.15) -> None:
    """Draw one of our drawings with the mouse, at a place and size in shares of the pad."""
    pad(page).scroll_into_view_if_needed()
    paper = pad(page).bounding_box()
    assert paper
    scale = paper["width"] * size / SIDE
    left, top = paper["x"] + x * paper["width"], paper["y"] + y * paper["height"]
    for stroke in json.loads((DRAWINGS / f"{name}.json").read_text()):
        points = [(left + scale * px, top + scale * py) for px, py in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def expect_reading(page: Page, digit: str) -> None:
    expect(metric(page, "Prediction")).to_have_text(re.compile(rf"Prediction\s*{digit}$"))


def ink(page: Page) -> int:
    """Return how many pixels of the pad are inked, once the next frame is painted."""
    count = pad(page).evaluate(
        """async canvas => {
            await new Promise(requestAnimationFrame);
            const { data } = canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height);
            return data.filter((value, i) => i % 4 === 3 && value > 0).length;
        }"""
    )
    assert isinstance(count, int)
    return count


@pytest.fixture
def evaluate(page: Page, app_url: str) -> Page:
    page.goto(f"{app_url}/Evaluate")
    expect(pad(page)).to_be_visible()
    expect(bars(page)).to_be_visible()
    return page


@pytest.fixture
def phone(browser: Browser, app_url: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{app_url}/Evaluate")
    expect(bars(page)).to_be_visible()
    yield page
    context.close()


def test_the_test_accuracy_is_measured(evaluate: Page) -> None:
    expect(metric(evaluate, "Test accuracy")).to_have_text(re.compile(r"9\d\.\d\d%"))
    expect(evaluate.get_by_text(re.compile("of 10,000 test digits read right"))).to_be_visible()


def test_the_ten_digits_drawn_by_mouse_are_read(evaluate: Page) -> None:
    expect_reading(evaluate, "–")
    for name in (
        *("0-round", "1-plain", "2-plain", "3-round", "4-open"),
        *("5-plain", "6-plain", "7-crossed", "8-plain", "9-plain"),
    ):
        draw(evaluate, name)
        expect_reading(evaluate, name[0])
        expect(picture(evaluate)).to_have_attribute("alt", re.compile("your drawing"))
        expect(bars(evaluate)).to_contain_text("%")
        evaluate.get_by_role("button", name="Clear").click()
        expect_reading(evaluate, "–")


@pytest.mark.parametrize(("size", "x", "y"), [(0.25, 0.02, 0.7), (0.95, 0.1, 0.02)])
def test_neither_place_nor_size_matters(evaluate: Page, size: float, x: float, y: float) -> None:
    draw(evaluate, "7-plain", size=size, x=x, y=y)
    expect_reading(evaluate, "7")


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
    assert ink(evaluate) == 0
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
    for _ in json.loads((DRAWINGS / "7-plain.json").read_text()):  # and go back to the start
        evaluate.get_by_role("button", name="Undo").click()
    expect_reading(evaluate, "–")
    assert ink(evaluate) == 0


def test_a_long_stroke_is_read_while_it_is_drawn(evaluate: Page) -> None:
    paper = pad(evaluate).bounding_box()
    assert paper
    middle = paper["x"] + paper["width"] / 2
    evaluate.mouse.move(middle, paper["y"] + 30)
    evaluate.mouse.down()
    for step in range(40, 250, 10):
        evaluate.mouse.move(middle, paper["y"] + step)
    expect_reading(evaluate, "1")
    inked = ink(evaluate)
    assert inked > 0  # the answer did not erase what is being drawn
    evaluate.mouse.move(middle, paper["y"] + 280)
    evaluate.mouse.up()
    assert ink(evaluate) >= inked


def test_a_stroke_may_leave_the_paper_and_come_back(evaluate: Page) -> None:
    paper = pad(evaluate).bounding_box()
    assert paper
    x, y, side = paper["x"], paper["y"], paper["width"]
    evaluate.mouse.move(x + side / 2, y + side - 20)
    evaluate.mouse.down()
    for dx, dy in [(0.5, 0.5), (0.5, -0.2), (1.2, -0.2), (1.2, 0.3), (0.5, 0.3), (0.5, 0.1)]:
        evaluate.mouse.move(x + dx * side, y + dy * side, steps=5)
    evaluate.mouse.up()
    expect_reading(evaluate, r"\d")
    evaluate.get_by_role("button", name="Undo").click()  # one gesture, one step back
    expect_reading(evaluate, "–")


def test_a_tap_is_a_dot_and_no_digit(evaluate: Page) -> None:
    pad(evaluate).click()
    expect(spoken(evaluate)).to_have_text("Too small to read.")
    expect_reading(evaluate, "–")
    assert ink(evaluate) > 0


def test_the_page_fits_a_phone_and_a_finger_draws(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    pad(phone).scroll_into_view_if_needed()
    paper = pad(phone).bounding_box()
    assert paper
    assert paper["width"] > 300
    assert paper["x"] + paper["width"] <= 390
    finger = phone.context.new_cdp_session(phone)
    scrolled = phone.get_by_test_id("stMain").evaluate("main => main.scrollTop")

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [
            {"x": paper["x"] + x * paper["width"], "y": paper["y"] + y * paper["height"], "id": i}
            for i, (x, y) in enumerate(points)
        ]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (0.5, 0.1))
    for step in range(2, 6):
        touch("touchMove", (0.5, step / 10))
    touch("touchStart", (0.5, 0.5), (0.1, 0.9))  # a second finger changes nothing
    for step in range(6, 10):
        touch("touchMove", (0.5, step / 10), (1 - step / 10, 0.9))
    touch("touchEnd")
    expect_reading(phone, "1")
    assert phone.get_by_test_id("stMain").evaluate("main => main.scrollTop") == scrolled


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


def test_the_guess_is_announced_to_screen_readers(evaluate: Page) -> None:
    expect(spoken(evaluate)).to_have_text("The pad is empty.")
    draw(evaluate, "7-crossed")
    expect(spoken(evaluate)).to_have_text(re.compile(r"^Read as 7, (\d+\.\d% sure|unsure: )"))


def test_a_judged_drawing_leaves_the_pad_and_is_counted(evaluate: Page) -> None:
    right = evaluate.get_by_role("button", name="Right")
    expect(right).to_be_disabled()
    draw(evaluate, "7-crossed")
    expect_reading(evaluate, "7")
    right.click()
    expect_reading(evaluate, "–")
    expect(evaluate.get_by_text("Your hand: 1 of 1 read right, 100%")).to_be_visible()
    expect(right).to_be_disabled()
    assert ink(evaluate) == 0
    draw(evaluate, "1-plain")
    expect_reading(evaluate, "1")
    evaluate.get_by_role("combobox", name="It was …").click()
    evaluate.get_by_role("option", name="4").click()
    evaluate.get_by_role("button", name="Wrong").click()
    expect(evaluate.get_by_text("Your hand: 1 of 2 read right, 50%")).to_be_visible()
    expect_reading(evaluate, "–")
    assert ink(evaluate) == 0
    draw(evaluate, "0-round")  # the next one is drawn alone
    expect_reading(evaluate, "0")


def test_the_pad_is_cleared_under_a_line_that_is_being_drawn(evaluate: Page) -> None:
    draw(evaluate, "7-crossed")
    expect_reading(evaluate, "7")
    both = ink(evaluate)
    paper = pad(evaluate).bounding_box()
    assert paper
    x, y, side = paper["x"], paper["y"], paper["width"]
    right = evaluate.get_by_role("button", name="Right")
    evaluate.mouse.move(x + 0.9 * side, y + 0.2 * side)
    evaluate.mouse.down()
    right.focus()
    evaluate.keyboard.press("Enter")
    expect(evaluate.get_by_text("Your hand: 1 of 1 read right, 100%")).to_be_visible()
    evaluate.mouse.move(x + 0.9 * side, y + 0.8 * side, steps=10)
    evaluate.mouse.up()
    expect_reading(evaluate, "1")
    assert 0 < ink(evaluate) < both


def test_drawings_are_downloaded_and_loaded_again(evaluate: Page) -> None:
    for name in ("7-crossed", "1-plain"):
        draw(evaluate, name)
        expect_reading(evaluate, name[0])
        evaluate.get_by_role("button", name="Right").click()
        expect_reading(evaluate, "–")
    evaluate.get_by_text("Keep and compare drawings").click()
    with evaluate.expect_download() as download:
        evaluate.get_by_role("button", name="Download drawings").click()
    content = Path(download.value.path()).read_bytes()
    assert [item["label"] for item in json.loads(content)] == [7, 1]
    evaluate.reload()
    evaluate.get_by_text("Keep and compare drawings").click()
    uploader = evaluate.get_by_test_id("stFileUploader").filter(has_text="Load drawings")
    file = {"name": "drawings.json", "mimeType": "application/json", "buffer": content}
    uploader.locator("input[type=file]").set_input_files(file)
    expect(evaluate.get_by_text("Loaded: 2 drawings: 2 read right, 100%")).to_be_visible()
    file["buffer"] = b"[" * 100_000
    uploader.locator("input[type=file]").set_input_files(file)
    expect(
        evaluate.get_by_text("These drawings cannot be loaded: this is not JSON")
    ).to_be_visible()


def test_a_clicked_cell_of_the_confusion_matrix_shows_its_images(evaluate: Page) -> None:
    cell = evaluate.get_by_label(re.compile(r"^True digit 0, read as 0: \d+ images$"))
    cell.click(position={"x": 4, "y": 4})  # beside its number
    expect(evaluate.get_by_text(re.compile(r"images of a 0 were read as a 0"))).to_be_visible()
    images = evaluate.get_by_alt_text(re.compile(r"^Test image [\d,]+: a 0, read as 0$"))
    expect(images.first).to_be_visible()
    assert images.count() > 10


def test_one_looks_inside_the_network(evaluate: Page) -> None:
    draw(evaluate, "7-crossed")
    expect_reading(evaluate, "7")
    evaluate.get_by_text(re.compile("^Look inside")).click()
    expect(evaluate.get_by_text("Why centring matters", exact=True)).to_be_visible()
    nearest = evaluate.get_by_alt_text(re.compile(r"^Test image .*, a \d, "))
    expect(nearest).to_have_count(10)


def test_a_photo_is_read_and_a_broken_one_refused(evaluate: Page) -> None:
    evaluate.get_by_text("Read a photo or a scan").click()
    upload = evaluate.get_by_label("Upload a picture of a digit").locator("input[type=file]")
    photo = Image.new("L", (300, 400), 200)
    ImageDraw.Draw(photo).line([(150, 60), (150, 340)], fill=30, width=28)
    png = io.BytesIO()
    photo.save(png, "PNG")
    upload.set_input_files({"name": "1.png", "mimeType": "image/png", "buffer": png.getvalue()})
    expect(metric(evaluate, "Prediction").last).to_have_text(re.compile(r"Prediction\s*1$"))
    broken = {"name": "1.png", "mimeType": "image/png", "buffer": png.getvalue()[:60]}
    upload.set_input_files(broken)
    expect(evaluate.get_by_text(re.compile("^This picture cannot be read: "))).to_be_visible()
