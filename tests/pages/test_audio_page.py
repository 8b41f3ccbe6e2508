"""The Audio page without a browser: what it shows of a song, and of what is none."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app.songs import clock
from tests.pages.listening import alternative_texts, demo, open_page, upload
from tests.sounds import FloatArray, encoded, film, tones, wav


@pytest.fixture
def page() -> AppTest:
    return open_page()


def test_without_a_song_the_page_says_what_to_do(page: AppTest) -> None:
    assert page.info[0].value.startswith("Upload a song, record something, or start")
    assert not page.image
    assert not page.error


def test_the_demo_clip_is_heard_and_seen(page: AppTest) -> None:
    demo(page)
    assert page.text[0].value == "Demo: Song · 9.0 s · 44.1 kHz · stereo · WAV · peak −1.9 dB"
    assert alternative_texts(page) == [
        "STFT spectrogram: levels from 0 to 22,050 Hz over 9.0 s",
        "Mel spectrogram: levels in 128 mel bands from 19 to 21,444 Hz over 9.0 s",
        "MFCC: coefficients 0 to 12 over 9.0 s; colours by square root",
    ]
    assert len(page.get("audio")) == 1
    assert not page.warning


def test_an_uploaded_song_is_heard_and_seen(page: AppTest) -> None:
    upload(page, encoded("m4a"), "my song.m4a")
    assert page.text[0].value.startswith("my song.m4a · 1.0 s · 44.1 kHz · stereo · M4A/MP4 · peak")
    assert [text[:4] for text in alternative_texts(page)] == ["STFT", "Mel ", "MFCC"]


def test_another_colour_map_gives_other_pictures(page: AppTest) -> None:
    demo(page)
    before = [image.proto.imgs[0].url for image in page.image]
    page.selectbox(key="colour_map").select("viridis").run()
    after = [image.proto.imgs[0].url for image in page.image]
    assert not set(before) & set(after)


def test_the_song_and_the_colours_outlive_a_visit_to_another_page(page: AppTest) -> None:
    upload(page, encoded("flac"), "kept.flac")
    page.selectbox(key="colour_map").select("hot").run()
    page.switch_page("streamlit_app.py").run()
    page.switch_page("pages/3_Audio.py").run()
    assert page.text[0].value.startswith("kept.flac · 1.0 s")
    assert page.selectbox(key="colour_map").value == "hot"
    assert len(page.image) == 3


def test_removing_the_upload_forgets_the_song(page: AppTest) -> None:
    upload(page, encoded("wav"))
    page.file_uploader[0].clear().run()
    assert not page.image
    assert page.info


def test_removing_an_upload_leaves_the_demo_clip_that_followed_it(page: AppTest) -> None:
    upload(page, encoded("wav"))
    demo(page)
    page.file_uploader[0].clear().run()
    assert page.text[0].value.startswith("Demo: Song")
    assert len(page.image) == 3


REFUSED = {
    "empty": (b"", "the file is empty"),
    "playlist": (b"#EXTM3U\nfile:///etc/passwd\n", "the file is not a sound that can be read"),
    "script": (b"ffconcat version 1.0\nfile x.wav\n", "the file is not a sound that can be read"),
    "text": (b"la la la\n" * 100, "the file is not a sound that can be read"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "the file is not a sound that can be read"),
    "film without sound": (film(), "file has no sound in it"),
    "truncated M4A": (encoded("m4a")[:9000], "damaged where it describes itself"),
    "no samples": (wav(np.zeros((1, 0), np.float32)), "holds no sound that can be decoded"),
    "65 channels": (wav(np.zeros((65, 9), np.float32)), "65 channels are too many"),
}


def test_a_bad_file_is_one_sentence_and_the_page_goes_on(page: AppTest) -> None:
    for name, (content, sentence) in REFUSED.items():
        upload(page, content, f"{name}.wav")
        assert len(page.error) == 1, name
        assert page.error[0].value.startswith("This cannot be opened: "), name
        assert sentence in page.error[0].value, name
        assert not page.get("audio"), name
    demo(page)
    assert not page.error
    assert len(page.image) == 3


def no_numbers() -> FloatArray:
    samples = tones()
    samples[0, 100], samples[1, 200] = np.nan, -np.inf
    return samples


# What is not as it should be, and can be heard: its facts, and what is said of it.
HEARD = {
    "cut": (
        encoded("mp3", tones(duration_s=3))[:24_000],
        "1.5 s · 44.1 kHz",
        "The file is cut sho",
    ),
    "no numbers": (wav(no_numbers()), "1.0 s · 44.1 kHz · stereo", "2 values were not a number"),
    "6 channels": (wav(tones([440.0] * 6)), "1.0 s · 44.1 kHz · 6 channels", ""),
    "16 channels": (wav(tones([440.0] * 16)), "1.0 s · 44.1 kHz · 16 channels", ""),
    "384 kHz": (wav(tones(sample_rate=384_000), 384_000), "1.0 s · 384 kHz", "Of 128 mel filters"),
    "24 bits": (encoded("wav-24-bit"), "1.0 s · 96 kHz", ""),
    "8 bits": (encoded("wav-8-bit"), "1.0 s · 22.05 kHz", ""),
    "film": (film(tones()), "1.0 s · 44.1 kHz · stereo · M4A/MP4", ""),
}


def test_an_odd_file_is_heard_and_seen(page: AppTest) -> None:
    for name, (content, facts, sentence) in HEARD.items():
        upload(page, content, name)
        assert page.text[0].value.startswith(f"{name} · {facts}")
        assert len(page.get("audio")) == 1, name
        assert len(page.image) == 3, name
        said = [one.value for one in page.warning]
        assert [one[: len(sentence)] for one in said] == ([sentence] if sentence else []), name


def test_what_is_shorter_than_a_window_can_be_heard_but_not_seen(page: AppTest) -> None:
    upload(page, wav(np.ones((1, 1), np.float32)))
    assert "n_fft=2048 is longer than the clip (1 sample)" in page.error[0].value
    assert len(page.get("audio")) == 1
    upload(page, wav(tones([0.1], sample_rate=1, duration_s=90), 1), "slow")
    assert page.text[0].value.startswith("slow · 1:30 · 1 Hz · mono · WAV")
    assert "(90 samples)" in page.error[0].value
    assert len(page.get("audio")) == 1


def test_silence_has_pictures(page: AppTest) -> None:
    upload(page, wav(np.zeros((2, 44_100), np.float32)))
    assert page.text[0].value.endswith("silence")
    assert len(page.image) == 3


def test_of_a_long_song_the_start_is_shown(page: AppTest) -> None:
    upload(page, wav(np.zeros((1, 1000 * 700), np.float32), 1000))
    assert "Heard and seen: 0.0 s to 10:00 of 11:40." in [one.value for one in page.caption]
    assert alternative_texts(page)[0].endswith("over 600.0 s")


def test_a_file_s_name_is_text_and_nothing_else(page: AppTest) -> None:
    name = "![x](https://example.org/x.png) **bold** <b>.wav"
    upload(page, encoded("wav"), name)
    assert page.text[0].value.startswith(name)
    assert all(name not in markdown.value for markdown in page.markdown)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.02, "0.0 s"), (9.0, "9.0 s"), (59.97, "1:00"), (245, "4:05"), (3723, "1:02:03")],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert clock(seconds) == words
