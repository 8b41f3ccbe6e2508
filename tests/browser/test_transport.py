"""Sound and pictures move together: playhead, pointer, range and loop, in Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mlmusic.plots.picture import AXES_BOX
from tests.browser.listening import (
    PICTURES,
    audio,
    audio_tab,
    box_of,
    expect_pictures,
    expect_player,
    picture,
    place,
    readout,
    upload,
)
from tests.browser.tabs import Chromium
from tests.sounds import tones, wav

SONG_S = 9.004  # not of whole hundredths, which the inputs show
LAST_S = 9.01  # its end, as the inputs show it
# Where the playhead is on the waveform, in shares of it: what has the colour of text.
ON_THE_WAVEFORM = """canvas => {
    const ink = getComputedStyle(canvas.parentElement).color.match(/\\d+/g).map(Number);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, 1);
    const isInk = x => ink.every((part, i) => data[4 * x + i] === part) && data[4 * x + 3] === 255;
    const columns = [...Array(canvas.width).keys()].filter(isInk);
    return columns.reduce((sum, x) => sum + x + 0.5, 0) / columns.length / canvas.width;
}"""


@pytest.fixture(scope="module")
def tab(
    chromium: Chromium, app_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """The Audio page with a song."""
    path = tmp_path_factory.mktemp("song") / "song.wav"
    path.write_bytes(wav(tones(duration_s=SONG_S)))
    with audio_tab(chromium, app_url) as tab:
        upload(tab, path)
        expect_pictures(tab, "9.0 s")
        yield tab


@pytest.fixture
def song(tab: Page) -> Page:
    """The song as it is at first: whole, from its begin, and silent."""
    tab.mouse.move(5, 5)
    tab.get_by_label("Loop").uncheck()
    whole = tab.get_by_role("button", name="Whole song")
    # The inputs, which change before the player does; the button may change after it.
    if (seconds(tab, "From (s)"), seconds(tab, "To (s)")) != (0, LAST_S):
        whole.click()
    expect(whole).to_be_disabled()
    expect_player(tab, SONG_S)
    tab.evaluate("document.querySelector('audio').pause()")
    tab.get_by_label("Waveform").press("Home")
    return tab


def seconds(page: Page, label: str) -> float:
    """Return what an input of the range shows."""
    return float(page.get_by_label(label).input_value())


def lines(page: Page, kind: str) -> list[float]:
    """Return where the lines of a kind stand over the pictures, as shares of the axes."""
    shares = page.evaluate(
        "kind => [...document.querySelectorAll(`.mlmusic-overlay .${kind}`)]"
        ".filter(one => !one.hidden).map(one => parseFloat(one.style.left) / 100)",
        kind,
    )
    assert isinstance(shares, list)
    return shares


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
    song.get_by_label("Loop").check()  # it goes on, however slow the machine is
    x, y = place(song, "MFCC", 0.5, 0.5)
    song.mouse.move(x, y)
    song.mouse.down()
    song.mouse.move(x + 3, y)  # a hand is not quite still
    song.mouse.up()
    song.wait_for_function("!document.querySelector('audio').paused")
    expect(song.get_by_role("button", name="Pause")).to_be_visible()
    song.wait_for_function(  # over each picture, while it plays
        "[...document.querySelectorAll('.mlmusic-overlay .playhead')]"
        ".filter(one => parseFloat(one.style.left) > 52).length === 3"
    )
    played = song.evaluate(
        "[...Array(document.querySelector('audio').played.length).keys()]"
        ".map(i => document.querySelector('audio').played.start(i))"
    )
    assert played[-1] == pytest.approx(SONG_S / 2, abs=0.05)
    song.get_by_role("button", name="Pause").click()
    expect(song.get_by_role("button", name="Play", exact=True)).to_be_visible()
    now = audio(song, "currentTime") / SONG_S
    assert lines(song, "playhead") == pytest.approx([now] * 3, abs=0.002)


def test_the_playhead_on_the_waveform_moves_with_the_sound(song: Page) -> None:
    wave = song.get_by_label("Waveform")
    at_begin = f"canvas => ({ON_THE_WAVEFORM})(canvas) < 0.01"
    song.wait_for_function(at_begin, arg=wave.element_handle())  # once the player has gone there
    song.get_by_label("Loop").check()
    song.get_by_role("button", name="Play", exact=True).click()
    song.wait_for_function(
        f"canvas => ({ON_THE_WAVEFORM})(canvas) > 0.05", arg=wave.element_handle()
    )
    song.get_by_role("button", name="Pause").click()
    expect(song.get_by_role("button", name="Play", exact=True)).to_be_visible()
    now = audio(song, "currentTime")
    assert wave.evaluate(ON_THE_WAVEFORM) == pytest.approx(now / SONG_S, abs=0.002)
    said = float(wave.get_attribute("aria-valuenow") or "nan")
    assert said == pytest.approx(now, abs=0.06)


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
    song.mouse.click(
        box["x"] + box["width"] * 8 / 9, box["y"] + 30
    )  # a range as long, up to the end
    expect(song.get_by_text("Heard and seen: 6.0 s to 9.0 s of 9.0 s.")).to_be_visible()
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
    song.mouse.move(*place(song, "STFT spectrogram", 0.6, 0.5))
    song.mouse.down()
    song.mouse.move(*place(song, "STFT spectrogram", 0.2, 0.4), steps=5)  # backwards
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
    song.get_by_label("Loop").check()
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


def test_a_picture_that_fills_the_screen_keeps_its_playhead(song: Page) -> None:
    mel = picture(song, "Mel spectrogram")
    small = box_of(mel)["width"]
    mel.hover()
    song.get_by_role("button", name=re.compile("^Fullscreen: Mel")).click()
    expect_axes(song, "Mel spectrogram")
    assert box_of(mel)["width"] > 1.5 * small
    song.keyboard.press("Escape")
    expect_axes(song, "Mel spectrogram")
    assert box_of(mel)["width"] == small


def expect_axes(page: Page, name: str) -> None:
    """Wait until the overlay of a picture lies on its axes."""
    page.wait_for_function(
        """([image, [x, y, width, height]]) => {
            const edges = image.getBoundingClientRect();
            const axes = [x * edges.width + edges.left, (1 - y - height) * edges.height + edges.top,
                width * edges.width, height * edges.height];
            const overlay = image.parentElement.querySelector('.mlmusic-overlay');
            const { left, top, width: wide, height: high } = overlay.getBoundingClientRect();
            return [left, top, wide, high].every((part, i) => Math.abs(part - axes[i]) < 1);
        }""",
        arg=[picture(page, name).element_handle(), AXES_BOX],
    )


def test_the_steps_follow_the_playhead(song: Page) -> None:
    song.get_by_text("From sound to MFCC, step by step").click()
    expect(song.get_by_text(re.compile("^The moment at 0.000"))).to_be_visible()
    song.get_by_label("Waveform").focus()
    song.get_by_label("Waveform").press("ArrowRight")
    expect(song.get_by_text(re.compile(r"^The moment at (0\.99|1\.0)"))).to_be_visible()
    expect(song.locator('img[alt^="Step 5 of 5"]')).to_be_visible()
    assert all(picture(song, name).is_visible() for name in PICTURES)


def test_within_a_range_a_click_on_a_picture_plays_from_there(song: Page) -> None:
    song.get_by_label("From (s)").fill("5")
    song.get_by_label("From (s)").press("Enter")
    expect_player(song, SONG_S - 5)
    song.get_by_label("Loop").check()
    song.mouse.click(*place(song, "MFCC", 0.5, 0.5))
    song.wait_for_function("!document.querySelector('audio').paused")
    start = song.evaluate(
        "(({ played }) => played.start(played.length - 1))(document.querySelector('audio'))"
    )
    assert start == pytest.approx((SONG_S - 5) / 2, abs=0.1)
