"""The Audio page without a browser: what it shows of a song, and of what is none."""

import io

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from mlmusic.app.songs import clock
from tests.pages.listening import alternative_texts, demo, open_page, upload
from tests.sounds import FloatArray, encoded, tones


@pytest.fixture
def page() -> AppTest:
    return open_page()


def float_wav(samples: FloatArray, sample_rate: int = 44_100) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples.T, sample_rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


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
        "MFCC: coefficients 0 to 12 over 9.0 s",
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


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "the file is not a sound that can be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "the file is not a sound that can be read"),
        (encoded("m4a")[:9000], "damaged where it describes itself"),
        (float_wav(np.zeros((1, 0), np.float32)), "holds no sound that can be decoded"),
    ],
    ids=["empty", "playlist", "picture", "truncated M4A", "no samples"],
)
def test_a_bad_file_is_one_sentence_and_the_page_goes_on(
    page: AppTest, content: bytes, sentence: str
) -> None:
    upload(page, content)
    assert len(page.error) == 1
    assert sentence in page.error[0].value
    assert not page.image
    demo(page)
    assert not page.error
    assert len(page.image) == 3


def test_one_sample_can_be_heard_but_not_seen(page: AppTest) -> None:
    upload(page, float_wav(np.ones((1, 1), np.float32)))
    assert "n_fft=2048 is longer than the clip (1 sample)" in page.error[0].value
    assert len(page.get("audio")) == 1


def test_silence_has_pictures(page: AppTest) -> None:
    upload(page, float_wav(np.zeros((2, 44_100), np.float32)))
    assert page.text[0].value.endswith("silence")
    assert len(page.image) == 3


def test_a_truncated_song_is_shown_and_named_so(page: AppTest) -> None:
    whole = encoded("mp3", tones(duration_s=3))
    upload(page, whole[: len(whole) // 2])
    assert page.warning[0].value.startswith("The file is cut short after 1.5 s")
    assert len(page.image) == 3


def test_of_a_long_song_the_start_is_shown(page: AppTest) -> None:
    upload(page, float_wav(np.zeros((1, 1000 * 700), np.float32), 1000))
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
