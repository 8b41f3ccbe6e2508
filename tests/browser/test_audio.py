"""A person hears a song and sees its three pictures, on a wide screen and on a phone."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.browser.listening import (
    PICTURES,
    alert,
    audio_tab,
    box_of,
    expect_pictures,
    facts,
    picture,
    place,
    use_demo,
)
from tests.browser.tabs import PHONE, Chromium
from tests.sounds import tones, wav


@pytest.fixture(scope="module")
def wide(chromium: Chromium, app_url: str) -> Iterator[Page]:
    """The demo clip on a laptop with two pixels for each of CSS."""
    with audio_tab(chromium, app_url, device_scale_factor=2) as tab:
        use_demo(tab)
        yield tab


@pytest.fixture(scope="module")
def phone(chromium: Chromium, app_url: str) -> Iterator[Page]:
    """The demo clip on a phone with three pixels for each of CSS."""
    with audio_tab(chromium, app_url, **PHONE) as tab:
        use_demo(tab)
        yield tab


def test_the_demo_clip_plays_and_shows_its_pictures_side_by_side(wide: Page) -> None:
    boxes = [box_of(picture(wide, name)) for name in PICTURES]
    assert len({round(box["y"]) for box in boxes}) == 1
    lefts = [box["x"] for box in boxes]
    assert lefts == sorted(lefts)
    assert max(box["y"] + box["height"] for box in boxes) < 800  # no scrolling needed
    wide.evaluate("document.querySelector('audio').play()")
    wide.wait_for_function("document.querySelector('audio').currentTime > 0.2")


def test_on_a_phone_the_pictures_stand_one_below_the_other(phone: Page) -> None:
    boxes = [box_of(picture(phone, name)) for name in PICTURES]
    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] < below["y"]
        assert above["width"] > 300
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_finger_on_a_picture_hears_it_and_reads_it_there(phone: Page) -> None:
    picture(phone, "MFCC").scroll_into_view_if_needed()
    phone.touchscreen.tap(*place(phone, "MFCC", 0.5, 2.5 / 13))
    words = phone.locator(".mlmusic-overlay .words:visible")
    expect(words).to_have_text(re.compile(r"^0:04\.[45]\d · coefficient 2: −?\d+\.\d$"))
    phone.wait_for_function("document.querySelector('audio').currentTime >= 4.4")
    phone.evaluate("scrollTo(0, 0)")
    phone.touchscreen.tap(5, 5)
    expect(words).to_have_count(0)


@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_the_pictures_are_as_sharp_as_the_screen(
    screen: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(screen)
    for name in PICTURES:
        shares = picture(page, name).evaluate(
            "image => [image.naturalWidth / image.clientWidth, devicePixelRatio]"
        )
        assert shares[0] >= shares[1], name


def test_the_song_and_the_colours_are_still_there_after_a_visit_elsewhere(wide: Page) -> None:
    # High enough that nothing scrolls: Streamlit closes a menu when the page does.
    wide.set_viewport_size({"width": 1280, "height": 1500})
    before = picture(wide, "Mel spectrogram").get_attribute("src")
    wide.get_by_role("combobox", name="Colour map").click()
    wide.get_by_role("option", name="viridis").click()
    expect(picture(wide, "Mel spectrogram")).not_to_have_attribute("src", before or "")
    sidebar = wide.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Home").click()
    expect(wide.get_by_role("button", name="Use the demo clip")).to_have_count(0)
    sidebar.get_by_role("link", name="Audio").click()
    expect_pictures(wide, "9.0 s")
    expect(wide.get_by_role("combobox", name="Colour map")).to_have_value("viridis")


def test_a_recording_is_heard_and_seen(chromium: Chromium, app_url: str, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    heard.write_bytes(wav(tones([440.0], sample_rate=48_000), 48_000, subtype="PCM_16"))
    microphone = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",  # again and again
    ]
    with (
        chromium.another(*microphone) as other,
        audio_tab(other, app_url, permissions=["microphone"]) as page,
    ):
        recorder = page.get_by_test_id("stAudioInput")
        recorder.get_by_role("button", name="Record", exact=True).click()
        expect(recorder.get_by_text("00:01")).to_be_visible()
        recorder.get_by_role("button", name="Stop recording").click()
        expect(facts(page, "Recording")).to_have_text(re.compile(r" · \d+\.\d s · 48 kHz · mono "))
        expect_pictures(page, "")
        expect(alert(page, "")).to_have_count(0)
        with page.expect_download() as download:
            page.get_by_role("button", name="Sound").click()
        sound, sample_rate = soundfile.read(io.BytesIO(download.value.path().read_bytes()))
    loudest = np.abs(np.fft.rfft(sound)).argmax() * sample_rate / len(sound)
    assert loudest == pytest.approx(440, abs=2)
