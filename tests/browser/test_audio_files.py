"""Odd files and a bad one, given to one page, one after another: what the browser's player and the
page make of them. What is decoded, and what is said of it, the tests without a browser hold.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.listening import (
    alert,
    audio_tab,
    expect_no_pictures,
    expect_pictures,
    expect_player,
    facts,
    picture,
    place,
    readout,
    upload,
)
from tests.browser.tabs import Chromium
from tests.sounds import encoded, tones, wav

Make = Callable[[], bytes]
INVITATION = "Upload a song, record something, or start with a demo clip."


def _cut() -> bytes:
    whole = encoded("mp3", tones(duration_s=4))
    return whole[: len(whole) * 6 // 10]


def _hours() -> bytes:
    minute = tones([440.0], sample_rate=3000, duration_s=60)
    return wav(np.tile(minute, 180), 3000, subtype="PCM_U8")


# What is heard and seen: its facts, how long it is as pictures say it, and a sentence. The
# lengths of neighbours differ, so that none is taken for the one before.
SEEN: dict[str, tuple[Make, str, str, str]] = {
    "song.mp3": (lambda: encoded("mp3"), "1.0 s · 44.1 kHz · stereo · MP3", "1.0 s", ""),
    "sixteen.wav": (
        lambda: wav(tones([100.0 * (k + 1) for k in range(16)], duration_s=2)),
        *("2.0 s · 44.1 kHz · 16 channels · WAV", "2.0 s", ""),
    ),
    "quick.wav": (
        lambda: wav(tones(sample_rate=384_000), 384_000),
        *("1.0 s · 384 kHz · stereo · WAV", "1.0 s"),
        "Of 128 mel filters 11 are empty: too narrow for n_fft=2048 at 384,000 Hz.",
    ),
    "hours.wav": (_hours, "3:00:00 · 3 kHz · mono · WAV", "600.0 s", ""),
}


@pytest.fixture(scope="module")
def tab(chromium: Chromium, app_url: str) -> Iterator[Page]:
    """The page that gets all the files."""
    with audio_tab(chromium, app_url) as tab:
        yield tab


@pytest.fixture
def empty_tab(tab: Page) -> Page:
    """The page with no song: those that were given are taken away."""
    remove = tab.get_by_role("button", name=re.compile("^Remove "))
    for left in reversed(range(remove.count())):
        remove.first.click()
        expect(remove).to_have_count(left)
    expect(tab.get_by_text(INVITATION)).to_be_visible()
    return tab


def give(page: Page, name: str, content: bytes, folder: Path) -> None:
    (folder / name).write_bytes(content)
    upload(page, folder / name)


def test_what_is_no_sound_is_one_sentence(empty_tab: Page, tmp_path: Path) -> None:
    give(empty_tab, "playlist.wav", b"#EXTM3U\nfile:///etc/passwd\n", tmp_path)
    refusal = "This cannot be opened: the file is not a sound that can be read; choose WAV, MP3"
    expect(alert(empty_tab, refusal)).to_be_visible()
    expect(alert(empty_tab, "")).to_have_count(1)
    expect_no_pictures(empty_tab)


def test_what_is_too_short_for_a_picture_is_heard(tab: Page, tmp_path: Path) -> None:
    give(tab, "one-sample.wav", wav(np.ones((1, 1), np.float32)), tmp_path)
    known = "0.0 s · 44.1 kHz · mono · WAV · peak 0.0 dB"
    expect(facts(tab, "one-sample.wav")).to_contain_text(known)
    expect_player(tab, 0.0)
    refusal = "This cannot be pictured: n_fft=2048 is longer than the clip (1 sample); choose a"
    expect(alert(tab, refusal)).to_be_visible()
    expect(alert(tab, "")).to_have_count(1)
    expect_no_pictures(tab)


@pytest.mark.parametrize("name", SEEN)
def test_what_is_odd_is_heard_and_seen_all_the_same(name: str, tab: Page, tmp_path: Path) -> None:
    make, known, duration, sentence = SEEN[name]
    give(tab, name, make(), tmp_path)
    expect(facts(tab, name)).to_contain_text(known)
    expect_pictures(tab, duration)
    expect_player(tab, float(duration.removesuffix(" s")))
    expect(alert(tab, sentence)).to_have_count(1 if sentence else 0)


def test_a_cut_file_plays_up_to_the_break(tab: Page, tmp_path: Path) -> None:
    give(tab, "cut.mp3", _cut(), tmp_path)
    expect(facts(tab, "cut.mp3")).to_contain_text("2.4 s · 44.1 kHz · stereo · MP3")
    expect(alert(tab, "The file is cut short after 2.4 s: its end is missing.")).to_be_visible()
    expect_pictures(tab, "2.4 s")
    expect_player(tab, 2.4)
    tab.get_by_role("button", name="Play", exact=True).click()
    tab.wait_for_function("document.querySelector('audio').ended")


def test_silence_has_a_level(tab: Page, tmp_path: Path) -> None:
    give(tab, "silence.wav", wav(np.zeros((1, 44_100), np.float32)), tmp_path)
    expect(facts(tab, "silence.wav")).to_contain_text("1.0 s · 44.1 kHz · mono · WAV · silence")
    expect_pictures(tab, "1.0 s")
    for name in ("STFT spectrogram", "Mel spectrogram"):
        picture(tab, name).scroll_into_view_if_needed()
        tab.mouse.move(*place(tab, name, 0.5, 0.5))
        expect(readout(tab)).to_have_text(re.compile(r"^0:00\.\d\d · .* · −100\.0 dB$"))
