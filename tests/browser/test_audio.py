"""A person uploads a song, hears it and sees its three pictures, in real Chromium."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sounds import ENCODINGS, encoded, tones

PICTURES = ("STFT spectrogram", "Mel spectrogram", "MFCC")
SUFFIXES = {"webm": ".webm", "m4a": ".m4a", "ogg": ".ogg", "aiff": ".aiff", "aac": ".aac"}


def picture(page: Page, name: str) -> Locator:
    return page.locator(f'img[alt^="{name}"]')


def expect_pictures(page: Page) -> None:
    """Wait for the three pictures; each must have arrived, not just its frame."""
    for name in PICTURES:
        expect(picture(page, name)).to_be_visible()
        page.wait_for_function(
            "name => document.querySelector(`img[alt^='${name}']`).naturalWidth > 500", arg=name
        )
    # The last of the page: from now on nothing moves, and an open menu stays open.
    expect(page.get_by_role("button", name="Python script")).to_be_visible()


def expect_player(page: Page, seconds: float) -> None:
    """Wait for the player to have read its sound, of about this length."""
    page.wait_for_function(
        "s => { const a = document.querySelector('audio');"
        " return a && Math.abs(a.duration - s) < 0.15; }",
        arg=seconds,
    )


def upload(page: Page, path: Path) -> None:
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(path)


@pytest.fixture
def audio_page(page: Page, app_url: str) -> Page:
    page.goto(f"{app_url}/Audio")
    expect(page.get_by_role("button", name="Use the demo clip")).to_be_visible()
    return page


def test_the_demo_clip_plays_and_shows_its_pictures_side_by_side(audio_page: Page) -> None:
    audio_page.get_by_role("button", name="Use the demo clip").click()
    expect_pictures(audio_page)
    expect_player(audio_page, 9.0)
    boxes = [picture(audio_page, name).bounding_box() for name in PICTURES]
    assert all(boxes)
    tops = {round(box["y"]) for box in boxes if box}
    lefts = [box["x"] for box in boxes if box]
    assert len(tops) == 1
    assert lefts == sorted(lefts)
    assert max(box["y"] + box["height"] for box in boxes if box) < 800  # no scrolling needed
    audio_page.evaluate("document.querySelector('audio').play()")
    audio_page.wait_for_function("document.querySelector('audio').currentTime > 0.2")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_format_is_heard_and_seen(encoding: str, audio_page: Page, tmp_path: Path) -> None:
    kind = encoding.split("-")[0]
    path = tmp_path / f"song{SUFFIXES.get(kind, '.' + kind)}"
    path.write_bytes(encoded(encoding, tones(sample_rate=ENCODINGS[encoding][2], duration_s=1)))
    upload(audio_page, path)
    expect(audio_page.get_by_text(re.compile(rf"^{re.escape(path.name)} · 1\.0 s"))).to_be_visible()
    expect_pictures(audio_page)
    expect_player(audio_page, 1.0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("playlist.wav", b"#EXTM3U\nfile:///etc/passwd\n", "not a sound that can be read"),
        ("text.mp3", b"la la la\n" * 100, "not a sound that can be read"),
        ("empty.wav", b"", "the file is empty"),
        ("half.m4a", encoded("m4a")[:9000], "damaged where it describes itself"),
    ],
)
def test_a_bad_file_is_one_sentence_and_a_good_one_still_works(
    name: str, content: bytes, sentence: str, audio_page: Page, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    upload(audio_page, tmp_path / name)
    expect(audio_page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    expect(picture(audio_page, "MFCC")).to_have_count(0)
    audio_page.get_by_role("button", name="Use the demo clip").click()
    expect_pictures(audio_page)
    expect(audio_page.get_by_role("alert")).to_have_count(0)


def test_the_song_and_the_colours_are_still_there_after_a_visit_elsewhere(
    audio_page: Page, tmp_path: Path
) -> None:
    # High enough that nothing scrolls: Streamlit closes a menu when the page does.
    audio_page.set_viewport_size({"width": 1280, "height": 1500})
    path = tmp_path / "kept.mp3"
    path.write_bytes(encoded("mp3"))
    upload(audio_page, path)
    expect_pictures(audio_page)
    before = picture(audio_page, "Mel spectrogram").get_attribute("src")
    audio_page.get_by_role("combobox", name="Colour map").click()
    audio_page.get_by_role("option", name="viridis").click()
    expect(picture(audio_page, "Mel spectrogram")).not_to_have_attribute("src", before or "")
    sidebar = audio_page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Home").click()
    expect(audio_page.get_by_role("button", name="Use the demo clip")).to_have_count(0)
    sidebar.get_by_role("link", name="Audio").click()
    expect(audio_page.get_by_text(re.compile(r"^kept\.mp3 · 1\.0 s"))).to_be_visible()
    expect_pictures(audio_page)
    expect(audio_page.get_by_role("combobox", name="Colour map")).to_have_value("viridis")


def test_on_a_phone_the_pictures_stand_one_below_the_other(audio_page: Page) -> None:
    audio_page.set_viewport_size({"width": 390, "height": 844})
    audio_page.get_by_role("button", name="Use the demo clip").click()
    expect_pictures(audio_page)
    boxes = [picture(audio_page, name).bounding_box() for name in PICTURES]
    assert all(boxes)
    for above, below in pairwise(boxes):
        assert above
        assert below
        assert above["y"] + above["height"] < below["y"]
        assert above["width"] > 300
    width = audio_page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
