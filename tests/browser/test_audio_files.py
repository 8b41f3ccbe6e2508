"""Every format and every kind of bad file, given to one page, one after another."""

import io
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
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
from tests.sounds import ENCODINGS, encoded, film, tones, wav

Make = Callable[[], bytes]
INVITATION = "Upload a song, record something, or start with a demo clip."
NO_SOUND = "the file is not a sound that can be read; choose WAV, MP3"


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    return file.getvalue()


def _cut() -> bytes:
    whole = encoded("mp3", tones(duration_s=4))
    return whole[: len(whole) * 6 // 10]


def _lying() -> bytes:
    """A WAV of a second whose header promises ten minutes."""
    content = bytearray(wav(tones(), subtype="PCM_16"))
    size = content.index(b"data") + 4
    promised = 600 * 44_100 * 4
    content[4:8], content[size : size + 4] = (
        struct.pack("<I", promised + size - 4),
        struct.pack("<I", promised),
    )
    return bytes(content)


def _no_numbers() -> bytes:
    samples = tones(duration_s=2)
    samples[0, 100], samples[1, 200] = np.nan, np.inf
    return wav(samples)


def _many(channels: int, duration_s: float) -> bytes:
    return wav(tones([100.0 * (k + 1) for k in range(channels)], duration_s=duration_s))


def _hours() -> bytes:
    minute = tones([440.0], sample_rate=3000, duration_s=60)
    return wav(np.tile(minute, 180), 3000, subtype="PCM_U8")


REFUSED: dict[str, tuple[Make, str]] = {
    "empty.wav": (lambda: b"", "the file is empty; choose a sound file"),
    "text.mp3": (lambda: b"la la la\n" * 100, NO_SOUND),
    "picture.mp3": (_picture, NO_SOUND),
    "playlist.wav": (lambda: b"#EXTM3U\nfile:///etc/passwd\n", NO_SOUND),
    "script.wav": (lambda: b"ffconcat version 1.0\nfile '/etc/passwd'\n", NO_SOUND),
    "silent-film.mp4": (film, "the M4A/MP4 file has no sound in it"),
    "half.m4a": (lambda: encoded("m4a")[:9000], "the M4A/MP4 file is damaged where it describes"),
}
# What is heard, and too short for a picture: its facts, how long it is, and a sentence.
HEARD: dict[str, tuple[Make, str, float, str]] = {
    "one-sample.wav": (
        lambda: wav(np.ones((1, 1), np.float32)),
        *("0.0 s · 44.1 kHz · mono · WAV · peak 0.0 dB", 0.0),
        "(1 sample); choose a longer part of the sound.",
    ),
    "one-hertz.wav": (
        lambda: wav(tones([0.1], sample_rate=1, duration_s=600), 1),
        *("10:00 · 1 Hz · mono · WAV", 600.0),
        "(600 samples); choose a longer part of the sound, or n_fft=512.",
    ),
}
# What is heard and seen: its facts, how long it is as pictures say it, and a sentence. The
# lengths of neighbours differ, so that none is taken for the one before.
SEEN: dict[str, tuple[Make, str, str, str]] = {
    "lying.wav": (
        *(_lying, "1.0 s · 44.1 kHz · stereo · WAV", "1.0 s"),
        "The file is cut short after 1.0 s: its end is missing.",
    ),
    "no-numbers.wav": (
        *(_no_numbers, "2.0 s · 44.1 kHz · stereo · WAV", "2.0 s"),
        "2 values were not a number or far out of range: silence instead.",
    ),
    "six.wav": (lambda: _many(6, 1.0), "1.0 s · 44.1 kHz · 6 channels · WAV", "1.0 s", ""),
    "sixteen.wav": (lambda: _many(16, 2.0), "2.0 s · 44.1 kHz · 16 channels · WAV", "2.0 s", ""),
    "quick.wav": (
        lambda: wav(tones(sample_rate=384_000), 384_000),
        *("1.0 s · 384 kHz · stereo · WAV", "1.0 s"),
        "Of 128 mel filters 11 are empty: too narrow for n_fft=2048 at 384,000 Hz.",
    ),
    "film.mp4": (
        lambda: film(tones([440.0], duration_s=2)),
        *("2.0 s · 44.1 kHz · mono · M4A/MP4", "2.0 s", ""),
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


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_format_is_heard_and_seen(encoding: str, tab: Page, tmp_path: Path) -> None:
    container, _, sample_rate = ENCODINGS[encoding]
    seconds = 1 + list(ENCODINGS).index(encoding) % 2  # unlike the one before
    sound = tones(sample_rate=sample_rate, duration_s=seconds)
    name = f"{encoding}.{container}"  # it need not be the usual one
    give(tab, name, encoded(encoding, sound), tmp_path)
    expect(facts(tab, name)).to_have_text(re.compile(rf" · {seconds}\.0 s · .* · stereo · "))
    expect_pictures(tab, f"{seconds}.0 s")
    expect_player(tab, seconds)
    expect(alert(tab, "")).to_have_count(0)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sound_is_one_sentence(name: str, empty_tab: Page, tmp_path: Path) -> None:
    make, sentence = REFUSED[name]
    give(empty_tab, name, make(), tmp_path)
    expect(alert(empty_tab, f"This cannot be opened: {sentence}")).to_be_visible()
    expect(alert(empty_tab, "")).to_have_count(1)
    expect_no_pictures(empty_tab)


@pytest.mark.parametrize("name", HEARD)
def test_what_is_too_short_for_a_picture_is_heard(name: str, tab: Page, tmp_path: Path) -> None:
    make, known, seconds, sentence = HEARD[name]
    give(tab, name, make(), tmp_path)
    expect(facts(tab, name)).to_contain_text(known)
    expect_player(tab, seconds)
    refusal = f"This cannot be pictured: n_fft=2048 is longer than the clip {sentence}"
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
