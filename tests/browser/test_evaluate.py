"""The Evaluate page in Chromium: draw by mouse, and see the digit read."""

import io
import re

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.pad import bars, draw, expect_reading, metric, picture, spoken


def test_the_test_accuracy_is_measured(evaluate: Page) -> None:
    expect(metric(evaluate, "Test accuracy")).to_have_text(re.compile(r"9\d\.\d\d%"))
    expect(evaluate.get_by_text(re.compile("of 10,000 test digits read right"))).to_be_visible()


def test_digits_drawn_by_mouse_are_read(evaluate: Page) -> None:
    for name in ("0-round", "4-open", "7-crossed"):  # of one stroke, of two, and crossed
        draw(evaluate, name)
        expect_reading(evaluate, name[0])
        expect(picture(evaluate)).to_have_attribute("alt", re.compile("your drawing"))
        expect(bars(evaluate)).to_contain_text("%")
        evaluate.get_by_role("button", name="Clear").click()
        expect_reading(evaluate, "–")


def test_the_guess_is_announced_to_screen_readers_wherever_one_draws(evaluate: Page) -> None:
    expect(spoken(evaluate)).to_have_text("The pad is empty.")
    draw(evaluate, "7-crossed", size=0.25, x=0.02, y=0.7)
    expect(spoken(evaluate)).to_have_text(re.compile(r"^Read as 7, ((> )?\d+\.\d% sure|unsure: )"))


def test_a_clicked_cell_of_the_confusion_matrix_shows_its_images(evaluate: Page) -> None:
    cell = evaluate.get_by_label(re.compile(r"^True digit 0, read as 0: \d+ images$"))
    cell.click(position={"x": 4, "y": 4})  # beside its number
    expect(evaluate.get_by_text(re.compile(r"images of a 0 were read as a 0"))).to_be_visible()
    images = evaluate.get_by_alt_text(re.compile(r"^Test image [\d,]+: a 0, read as 0$"))
    expect(images.nth(10)).to_be_visible()  # more than ten


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
