"""Sound and pictures move together: playhead, pointer, range and loop, in real Chromium."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.test_audio import PICTURES, expect_pictures, expect_player, picture

AXES = (0.17, 0.16, 0.66, 0.735)  # left, bottom, width, height, as parts of a picture
SONG_S = 9.0


@pytest.fixture
def song(page: Page, app_url: str) -> Page:
    """The Audio page with the demo song."""
    page.goto(f"{app_url}/Audio")
    page.get_by_role("button", name="Use the demo clip").click()
    expect_pictures(page)
    expect_player(page, SONG_S)
    return page


def box_of(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box
    return box


def place(page: Page, name: str, x: float, y: float) -> tuple[float, float]:
    """Return where a part of a picture's axes is on the screen."""
    box = box_of(picture(page, name))
    left, bottom, width, height = AXES
    return (
        box["x"] + box["width"] * (left + x * width),
        box["y"] + box["height"] * (1 - bottom - y * height),
    )


def readout(page: Page) -> Locator:
    return page.get_by_label("Readout")


def lines(page: Page, kind: str) -> list[float]:
    """Return where the lines of a kind stand over the pictures, as shares of the axes."""
    shares = page.evaluate(
        "kind => [...document.querySelectorAll(`.mlmusic-overlay .${kind}`)]"
        ".filter(one => !one.hidden).map(one => parseFloat(one.style.left) / 100)",
        kind,
    )
    assert isinstance(shares, list)
    return shares


def audio(page: Page, what: str) -> float:
    value = page.evaluate(f"document.querySelector('audio').{what}")
    assert isinstance(value, int | float)
    return value


def test_the_pointer_reads_out_time_frequency_note_and_level(song: Page) -> None:
    song.mouse.move(*place(song, "STFT spectrogram", 0.5, 0.5))
    words = r"^0:04\.\d\d · 1[01],\d{3} Hz · [A-G]♯?9 · −?\d+\.\d dB$"
    expect(readout(song)).to_have_text(re.compile(words))
    song.mouse.move(*place(song, "Mel spectrogram", 0.25, 0.1))
    expect(readout(song)).to_have_text(re.compile(r"^0:02\.\d\d · \d+ Hz · [A-G]♯?\d · −?\d+"))
    song.mouse.move(*place(song, "MFCC", 0.75, 0.02))
    expect(readout(song)).to_have_text(re.compile(r"^0:06\.\d\d · coefficient 0: −?\d+\.\d$"))
    song.mouse.move(5, 5)
    expect(readout(song)).to_have_text("Point at a picture to read it, click to hear it.")


def test_one_line_runs_through_all_three_pictures(song: Page) -> None:
    song.mouse.move(*place(song, "Mel spectrogram", 0.4, 0.5))
    song.wait_for_function(
        "[...document.querySelectorAll('.mlmusic-overlay .pointer')]"
        ".filter(one => !one.hidden).length === 3"
    )
    assert lines(song, "pointer") == pytest.approx([0.4] * 3, abs=0.02)


def test_a_click_on_a_picture_plays_from_there(song: Page) -> None:
    song.mouse.click(*place(song, "MFCC", 0.5, 0.5))
    song.wait_for_function("document.querySelector('audio').currentTime > 4.6")
    assert not audio(song, "paused")
    song.wait_for_function(  # over each picture, while it plays
        "[...document.querySelectorAll('.mlmusic-overlay .playhead')]"
        ".filter(one => parseFloat(one.style.left) > 52).length === 3"
    )
    expect(song.get_by_role("button", name="Pause")).to_be_visible()
    song.get_by_role("button", name="Pause").click()
    expect(song.get_by_role("button", name="Play", exact=True)).to_be_visible()
    at = audio(song, "currentTime") / SONG_S
    song.wait_for_function(
        "at => { const one = document.querySelector('.mlmusic-overlay .playhead');"
        " return Math.abs(parseFloat(one.style.left) / 100 - at) < 0.01; }",
        arg=at,
    )
    assert lines(song, "playhead") == pytest.approx([at] * 3, abs=0.01)


def test_a_range_is_dragged_on_the_waveform_and_given_up(song: Page) -> None:
    box = box_of(song.get_by_label("Waveform"))
    before = picture(song, "MFCC").get_attribute("src") or ""
    song.mouse.move(box["x"] + box["width"] / 3, box["y"] + 30)
    song.mouse.down()
    song.mouse.move(box["x"] + box["width"] * 2 / 3, box["y"] + 30, steps=5)
    song.mouse.up()
    expect_player(song, 3.0)
    expect(picture(song, "MFCC")).not_to_have_attribute("src", before)
    expect(song.get_by_text("Heard and seen: 3.0 s to 6.0 s of 9.0 s.")).to_be_visible()
    song.mouse.move(*place(song, "STFT spectrogram", 0.5, 0.5))
    expect(readout(song)).to_have_text(re.compile(r"^0:04\.[45]\d "))
    whole = song.get_by_role("button", name="Whole song")
    whole.click()
    expect_player(song, SONG_S)
    expect(whole).to_be_disabled()
    song.get_by_label("From (s)").fill("1")
    song.get_by_label("From (s)").press("Enter")
    expect_player(song, SONG_S - 1)
    whole.click()  # the same choice as before, made again
    expect_player(song, SONG_S)


def test_a_range_is_dragged_on_a_picture(song: Page) -> None:
    song.mouse.move(*place(song, "STFT spectrogram", 0.2, 0.5))
    song.mouse.down()
    song.mouse.move(*place(song, "STFT spectrogram", 0.6, 0.4), steps=5)
    song.mouse.up()
    expect_player(song, 0.4 * SONG_S)
    assert audio(song, "paused")  # it was no click


def test_the_range_loops(song: Page) -> None:
    song.get_by_label("To (s)").fill("0.6")
    song.get_by_label("To (s)").press("Enter")
    expect_player(song, 0.6)
    song.get_by_label("Loop").check()
    song.get_by_role("button", name="Play", exact=True).click()
    song.wait_for_function("document.querySelector('audio').currentTime > 0.4")
    song.wait_for_function("document.querySelector('audio').currentTime < 0.3")
    assert not audio(song, "paused")


def test_the_keyboard_plays_and_moves_the_playhead(song: Page) -> None:
    wave = song.get_by_label("Waveform")
    wave.focus()
    wave.press("ArrowRight")
    wave.press("ArrowRight")
    assert audio(song, "currentTime") == pytest.approx(2.0, abs=0.01)
    wave.press(" ")
    song.wait_for_function("document.querySelector('audio').currentTime > 2.1")
    wave.press(" ")
    assert audio(song, "paused")
    wave.press("Home")
    assert audio(song, "currentTime") == 0


def test_the_steps_follow_the_playhead(song: Page) -> None:
    song.get_by_text("From sound to MFCC, step by step").click()
    expect(song.get_by_text(re.compile("^The moment at 0.000"))).to_be_visible()
    song.get_by_label("Waveform").focus()
    song.get_by_label("Waveform").press("ArrowRight")
    expect(song.get_by_text(re.compile(r"^The moment at (0\.99|1\.0)"))).to_be_visible()
    expect(song.locator('img[alt^="Step 5 of 5"]')).to_be_visible()
    assert all(picture(song, name).is_visible() for name in PICTURES)
