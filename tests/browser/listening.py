"""What the tests of the Audio page do there, and how they read it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

from mlmusic.plots.picture import AXES_BOX
from tests.browser.tabs import Chromium

PICTURES = ("STFT spectrogram", "Mel spectrogram", "MFCC")


@contextmanager
def audio_tab(chromium: Chromium, url: str, **options: Any) -> Iterator[Page]:
    """A tab with the Audio page, ready to be used."""
    with chromium.tab(**options) as tab:
        tab.goto(f"{url}/Audio")
        expect(tab.get_by_role("button", name="Use the demo clip")).to_be_visible()
        yield tab


def upload(page: Page, path: Path) -> None:
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(path)


def use_demo(page: Page) -> None:
    """Use the demo clip that is offered first, of 9 seconds, and wait for it."""
    page.get_by_role("button", name="Use the demo clip").click()
    expect_pictures(page, "9.0 s")
    expect_player(page, 9.0)


def facts(page: Page, name: str) -> Locator:
    """Return the line that tells what a song is."""
    return page.get_by_text(re.compile(f"^{re.escape(name)} · "))


def alert(page: Page, sentence: str) -> Locator:
    return page.get_by_role("alert").filter(has_text=sentence)


def picture(page: Page, name: str) -> Locator:
    return page.locator(f'img[alt^="{name}"]')


def expect_pictures(page: Page, duration: str) -> None:
    """Wait for the three pictures of so long a sound; each must have arrived whole."""
    for name in PICTURES:
        expect(page.locator(f'img[alt^="{name}"][alt*=" over {duration}"]').first).to_be_visible()
        expect(picture(page, name)).to_have_count(1)  # those before are gone
        page.wait_for_function(
            """name => {
                const image = document.querySelector(`img[alt^='${name}']`);
                return image && image.complete && image.naturalWidth > 500;
            }""",
            arg=name,
        )
    # The last of the page: from now on nothing moves, and an open menu stays open.
    expect(page.get_by_role("button", name="Python script").first).to_be_visible()


def expect_no_pictures(page: Page) -> None:
    for name in PICTURES:
        expect(picture(page, name)).to_have_count(0)


def expect_player(page: Page, seconds: float) -> None:
    """Wait for the player to have read its sound, of about this length."""
    page.wait_for_function(
        "s => { const a = document.querySelector('audio');"
        " return a && Math.abs(a.duration - s) < 0.15; }",
        arg=seconds,
    )


def audio(page: Page, what: str) -> float:
    """Return a number, or a truth, that the player knows."""
    value = page.evaluate(f"document.querySelector('audio').{what}")
    assert isinstance(value, int | float)
    return value


def box_of(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box
    return box


def place(page: Page, name: str, x: float, y: float) -> tuple[float, float]:
    """Return where a part of a picture's axes is on the screen."""
    box = box_of(picture(page, name))
    left, bottom, width, height = AXES_BOX
    return (
        box["x"] + box["width"] * (left + x * width),
        box["y"] + box["height"] * (1 - bottom - y * height),
    )


def readout(page: Page) -> Locator:
    return page.get_by_label("Readout")
