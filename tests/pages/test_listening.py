"""What can be chosen of a song on the Audio page, and what follows."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mlmusic.app import listening, song_pictures, songs
from mlmusic.audio import spectrum
from mlmusic.audio.demos import DEMOS
from mlmusic.audio.wav import wav_bytes
from tests.pages.listening import addresses, alternative_texts, demo, open_page, upload
from tests.sounds import encoded


@pytest.fixture
def page() -> AppTest:
    return demo(open_page())


def number(page: AppTest, key: str, value: float | None) -> AppTest:
    page.number_input(key=key).set_value(value).run()
    assert not page.exception
    return page


def captions(page: AppTest) -> str:
    return " ".join(str(one.value) for one in page.caption)


@pytest.mark.parametrize("name", [one.name for one in DEMOS])
def test_each_demo_has_pictures_and_says_what_they_teach(name: str) -> None:
    page = demo(open_page(), name)
    assert len(page.image) == 3
    teaches = next(one.teaches for one in DEMOS if one.name == name)
    assert teaches in [one.value for one in page.markdown]


def test_a_range_is_pictured_afresh(page: AppTest) -> None:
    before = addresses(page)
    number(page, "from_s", 2.0)
    number(page, "to_s", 4.5)
    assert alternative_texts(page)[0].endswith("over 2.5 s, from 2.0 s")
    assert "Heard and seen: 2.0 s to 4.5 s of 9.0 s." in captions(page)
    assert not set(before) & set(addresses(page))


def test_another_song_is_seen_from_its_begin(page: AppTest) -> None:
    number(page, "from_s", 2.0)
    upload(page, encoded("flac"))
    assert (page.number_input(key="from_s").value, page.number_input(key="to_s").value) == (0, 1)
    assert len(page.image) == 3


def test_a_range_that_ends_before_it_begins_is_refused_in_a_sentence(page: AppTest) -> None:
    number(page, "from_s", 5.0)
    number(page, "to_s", 3.0)
    assert page.error[0].value == (
        "This cannot be pictured: the range ends at 3 s, before it begins; choose a later end."
    )
    number(page, "to_s", 6.0)
    assert not page.error
    assert len(page.image) == 3


def test_a_range_shorter_than_a_window_is_heard_and_the_remedy_said(page: AppTest) -> None:
    number(page, "to_s", 0.02)
    assert "n_fft=2048 is longer than the clip (882 samples)" in page.error[0].value
    assert "n_fft=512" in page.error[0].value
    assert len(page.get("audio")) == 1
    assert not page.image


def test_too_many_frames_are_refused_and_the_sound_is_heard(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spectrum, "MAX_MEL_VALUES", 128 * 1000)
    number(page, "hop_length", 64)
    assert "6,202 frames of 128 mel filters are too many" in page.error[0].value
    assert len(page.get("audio")) == 1


class Counted:
    """A function, and how often it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.calls = function, 0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.calls += 1
        return self.function(*arguments, **named)


def test_another_look_computes_no_spectra_and_other_spectra_decode_nothing(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed, decoded = Counted(song_pictures.compute_spectra), Counted(songs.decoder)
    drawn = Counted(song_pictures.png_bytes)
    monkeypatch.setattr(song_pictures, "compute_spectra", computed)
    monkeypatch.setattr(song_pictures, "png_bytes", drawn)
    monkeypatch.setattr(songs, "decoder", decoded)
    number(page, "n_mels", 77)
    assert (computed.calls, drawn.calls) == (1, 3)
    before = addresses(page)
    page.selectbox(key="colour_map").set_value("viridis").run()
    page.slider(key="range_db").set_value(40).run()
    page.button_group(key="frequency_axis").set_value("log").run()
    page.button_group(key="frequency_labels").set_value("notes").run()
    assert not page.exception
    assert not set(before) & set(addresses(page))
    assert (computed.calls, decoded.calls) == (1, 0)
    assert drawn.calls == 3 + 3 + 2 + 1 + 2  # those that the choice is for
    number(page, "n_mels", 78)
    assert (computed.calls, decoded.calls) == (2, 0)


def test_settings_that_are_refused_leave_the_player(page: AppTest) -> None:
    number(page, "hop_length", 4096)
    assert "a hop longer than the window" in page.error[0].value
    assert len(page.get("audio")) == 1


def test_a_range_within_one_sample_is_refused(page: AppTest) -> None:
    upload(page, wav_bytes(np.zeros(10, np.float32), 1))
    number(page, "to_s", 0.3)
    assert "shorter than one sample" in page.error[0].value


def test_one_channel_is_pictured(page: AppTest) -> None:
    before = addresses(page)
    page.button_group(key="channel").set_value("left").run()
    assert not page.exception
    assert not set(before) & set(addresses(page))


def test_a_mono_sound_offers_no_channels() -> None:
    page = demo(open_page(), "Clicks")
    assert "channel" not in [one.key for one in page.get("button_group")]


def test_the_axis_and_the_labels_change_the_pictures_they_belong_to(page: AppTest) -> None:
    stft, mel, mfcc = addresses(page)
    page.button_group(key="frequency_axis").set_value("log").run()
    assert addresses(page)[0] != stft
    assert addresses(page)[1:] == [mel, mfcc]
    page.button_group(key="frequency_labels").set_value("notes").run()
    assert addresses(page)[1] != mel
    assert addresses(page)[2] == mfcc


def test_the_range_of_levels_changes_the_pictures(page: AppTest) -> None:
    stft, mel, mfcc = addresses(page)
    page.slider(key="range_db").set_value(40).run()
    assert addresses(page)[0] != stft
    assert addresses(page)[1] != mel
    assert addresses(page)[2] == mfcc


def test_settings_that_give_no_sound_picture_are_named(page: AppTest) -> None:
    page.selectbox(key="n_fft").set_value(1024).run()
    assert "empty" in page.warning[0].value
    assert len(page.image) == 3
    page.selectbox(key="n_fft").set_value(256).run()
    assert "a hop longer than the window" in page.error[0].value


def test_a_filter_range_beyond_the_sound_is_refused(page: AppTest) -> None:
    number(page, "highest_hz", 30_000.0)
    assert "22,050 Hz" in page.error[0].value
    number(page, "highest_hz", None)
    assert not page.error


def test_the_five_steps_are_shown_of_the_moment_where_the_playhead_stops(page: AppTest) -> None:
    page.session_state["steps_open"] = True
    page.run()
    assert not page.exception
    assert [text[:11] for text in alternative_texts(page)[3:]] == [
        f"Step {step} of 5" for step in range(1, 6)
    ]
    assert "The moment at 4.5" in captions(page)
    page.session_state["moment_s"] = (page.session_state["song"].key, 1.0)
    page.run()
    assert "frame 86 of the pictures" in captions(page)  # 86 · 512 / 44,100 = 0.998


@pytest.mark.parametrize(
    "sent",
    [
        *({"range": wrong} for wrong in (7, "abc", [1], ["0", "1", 2], [math.nan, 1.0, 2])),
        *({"range": wrong} for wrong in ([-1.0, 1.0, 2], [2.0, 1.0, 2], [10.0, 11.0, 2], None)),
        *({"moment": wrong} for wrong in ("x", [1], None)),
    ],
    ids=str,
)
def test_what_is_no_range_and_no_moment_changes_nothing(
    sent: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"from_s": 1.0, "to_s": 2.0, "moment_s": ("song", 1.5)}
    state = before | {"transport": sent}
    monkeypatch.setattr(st, "session_state", state)
    listening._take_range(9.0)
    listening._take_moment("song")
    assert state == before | {"transport": sent}


def test_a_range_and_a_moment_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {"transport": {"range": [3, 8.999, 7], "moment": 4.5}}
    monkeypatch.setattr(st, "session_state", state)
    listening._take_range(8.9985)
    listening._take_moment("song")
    assert (state["from_s"], state["to_s"], state["moment_s"]) == (3.0, 9.0, ("song", 4.5))


def test_pictures_arrays_and_a_script_can_be_taken_home(page: AppTest) -> None:
    labels = [one.proto.label for one in page.get("download_button")]
    assert labels == [
        "Sound",
        "STFT picture",
        "Mel picture",
        "MFCC picture",
        "Arrays",
        "Python script",
    ]
