"""What the tests of the Evaluate page do on the sketch pad, and how they read the answer.

Places and sizes are shares of the pad: (0, 0) is its upper left corner, (1, 1) the lower right.
"""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from scipy import ndimage

DRAWINGS = Path(__file__).parents[1] / "drawings"
SIDE = 140.0  # of our drawings, about


def open_evaluate(page: Page, url: str) -> Page:
    page.goto(f"{url}/Evaluate")
    expect(pad(page)).to_be_visible()
    expect(bars(page)).to_be_visible()
    return page


def empty_pad(page: Page) -> None:
    """Take away what is drawn, choose the usual pen, and close what was opened."""
    page.mouse.up()
    if page.get_by_text("Why centring matters", exact=True).is_visible():
        page.get_by_text(re.compile("^Look inside")).click()
    page.get_by_role("slider", name="Pen width").fill("5")
    if ink(page):
        page.get_by_role("button", name="Clear", exact=True).click()
    expect_reading(page, "–")
    expect_no_ink(page)


def pad(page: Page) -> Locator:
    return page.get_by_label("Sketch pad", exact=True)


def paper(page: Page) -> tuple[float, float, float]:
    """Return where the pad begins, x and y, and how long its side is, in pixels."""
    pad(page).scroll_into_view_if_needed()
    box = pad(page).bounding_box()
    assert box
    return box["x"], box["y"], box["width"]


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label)


def picture(page: Page) -> Locator:
    return page.get_by_alt_text(re.compile("^What the network sees"))


def bars(page: Page) -> Locator:
    return page.get_by_label("Probabilities", exact=True)


def spoken(page: Page) -> Locator:
    """Return what a screen reader says of the pad."""
    return page.get_by_role("status").and_(page.locator("[aria-live=polite]")).first


def strokes_of(name: str) -> list[list[list[float]]]:
    """Return one of our drawings."""
    strokes: list[list[list[float]]] = json.loads((DRAWINGS / f"{name}.json").read_text())
    return strokes


def draw(page: Page, name: str, *, size: float = 0.7, x: float = 0.15, y: float = 0.15) -> None:
    """Draw one of our drawings with the mouse."""
    scale = size / SIDE
    for stroke in strokes_of(name):
        sweep(page, *[(x + scale * px, y + scale * py) for px, py in stroke])


def sweep(page: Page, *places: tuple[float, float], lift: bool = True) -> None:
    """Draw a line with the mouse, in one move from each place to the next."""
    left, top, side = paper(page)
    first, *others = [(left + x * side, top + y * side) for x, y in places]
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place)
    if lift:
        page.mouse.up()


class Hand:
    """Fingers and a pen on the pad; Playwright itself has a mouse alone."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.paper = paper(page)

    def touch(self, kind: str, *places: tuple[float, float]) -> None:
        points = [self._at(place) | {"id": number} for number, place in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pen(self, kind: str, *place: float) -> None:
        event = {"type": kind, "button": "left", "buttons": 1, "pointerType": "pen"}
        self.session.send("Input.dispatchMouseEvent", event | self._at(place))

    def _at(self, place: tuple[float, ...]) -> dict[str, float]:
        x, y, side = self.paper
        return {"x": x + place[0] * side, "y": y + place[1] * side}


def expect_reading(page: Page, digit: str) -> None:
    expect(metric(page, "Prediction")).to_have_text(re.compile(rf"Prediction\s*{digit}$"))


def opacities(page: Page) -> NDArray[np.uint8]:
    """Return the pad's pixels, (rows, columns), 0 to 255, once the next frame is painted."""
    address = pad(page).evaluate(
        """async canvas => {
            await new Promise(requestAnimationFrame);
            return canvas.toDataURL();
        }"""
    )
    png = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(png)))[:, :, 3]


def inked(page: Page) -> NDArray[np.bool_]:
    """Return which pixels of the pad are inked, (rows, columns)."""
    return np.asarray(opacities(page) > 0)


def ink(page: Page) -> int:
    """Return how many pixels of the pad are inked."""
    return int(inked(page).sum())


def expect_no_ink(page: Page) -> None:
    """Wait until the pad is blank: what the server takes away may be there a moment longer."""
    page.wait_for_function(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            .data.every((value) => value === 0)""",
        arg=pad(page).element_handle(),
    )


def lines(marks: NDArray[np.bool_]) -> int:
    """Return how many connected lines there are."""
    return int(ndimage.label(marks)[1])


def at(marks: NDArray[np.bool_], x: float, y: float) -> bool:
    """Return whether a place is inked."""
    return bool(marks[int(y * len(marks)), int(x * len(marks))])
