"""A song on its way to the page: each session waits for its own, and gives it up alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from streamlit.runtime import caching
from streamlit.runtime.caching import cache_resource_api
from streamlit.testing.v1 import AppTest

from mlmusic.app import songs
from mlmusic.app.decoder import Decoder, Limits
from mlmusic.app.markdown import JOINER
from tests.app.faulty_decoding import FUNCTION
from tests.pages.listening import open_page
from tests.sounds import encoded

SECONDS = 60.0  # for anything here; machines may be busy
OPEN = "n_fft=2048 is longer than the clip (500 samples)"  # what decodes is short


@pytest.fixture(scope="module")
def faulty() -> Iterator[Decoder]:
    """A decoder that goes wrong as the song says."""
    decoder = Decoder(FUNCTION, limits=Limits(silence_s=600))
    yield decoder
    decoder.close()


@dataclass
class Sessions:
    """Opens pages, each with an id as Streamlit gives to a tab."""

    patch: Callable[[Callable[[], str]], None]

    def __call__(self, name: str) -> AppTest:
        """Return a new page; it and no other is used until the next one is."""
        self.use(name)
        return open_page()

    def use(self, name: str) -> None:
        """Let the pages that run be those of this session."""
        self.patch(lambda: name)

    def close(self, name: str) -> None:
        """Do what Streamlit does when a tab is closed."""
        caching.clear_session_resource_cache(name)


@pytest.fixture
def sessions(faulty: Decoder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    monkeypatch.setattr(songs, "decoder", lambda: faulty)
    monkeypatch.setattr(songs, "QUICK_S", 0.05)
    sessions = Sessions(
        lambda name: monkeypatch.setattr(cache_resource_api, "get_session_id_or_throw", name)
    )
    yield sessions
    for name in "ab":
        sessions.close(name)


def give(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader[0].set_value(("song.wav", content, "audio/wav")).run()
    assert not page.exception
    return page


def progress(page: AppTest) -> str:
    """Return what is said of the decoding; empty where there is none."""
    page.run()
    assert not page.exception
    shown = page.get("progress")
    return str(shown[0].proto.text) if shown else ""


def opened(page: AppTest) -> AppTest:
    """Wait until the song is decoded."""
    end = time.monotonic() + SECONDS
    while progress(page):
        assert time.monotonic() < end
    return page


def begun(page: AppTest) -> None:
    """Wait until some of the song is decoded."""
    end = time.monotonic() + SECONDS
    while not progress(page).endswith("s so far."):
        assert time.monotonic() < end


def cancel(page: AppTest) -> None:
    next(one for one in page.button if one.label == "Cancel").click().run()


def test_a_song_that_takes_long_shows_its_progress(sessions: Sessions) -> None:
    page = give(sessions("a"), b"never end")
    begun(page)
    assert progress(page).startswith("Decoding the song: ")
    assert page.get("progress")[0].proto.value == 50


@pytest.mark.parametrize(
    "give_up",
    [
        lambda page, _: cancel(page),
        lambda page, _: page.file_uploader[0].clear().run(),
        lambda page, _: give(page, b"another"),
        lambda page, sessions: sessions.close("a"),
    ],
    ids=["Cancel", "the upload is removed", "another song", "the tab is closed"],
)
def test_a_song_that_nobody_waits_for_any_more_makes_room(
    give_up: Callable[[AppTest, Sessions], object], sessions: Sessions
) -> None:
    page = give(sessions("a"), b"never end")
    other = give(sessions("b"), b"good")
    assert progress(other) == "Waiting: 1 other song is decoded first."
    sessions.use("a")
    give_up(page, sessions)
    sessions.use("b")
    assert OPEN in opened(other).error[0].value


def test_who_gives_up_gives_up_for_nobody_else(sessions: Sessions) -> None:
    page, other = give(sessions("a"), b"never end"), give(sessions("b"), b"never end")
    sessions.use("a")
    cancel(page)
    assert page.info[0].value.startswith("Upload a song")
    sessions.use("b")
    assert progress(other).startswith("Decoding the song")
    give(other, b"good")
    assert OPEN in opened(other).error[0].value


def test_after_a_lost_connection_the_song_is_opened_again(sessions: Sessions) -> None:
    page = opened(give(sessions("a"), b"good"))
    sessions.close("a")
    page.run()
    assert OPEN in opened(page).error[0].value


def test_a_song_that_stops_the_decoder_is_not_tried_again_until_it_is_given_again(
    sessions: Sessions, faulty: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, decode = [], faulty.decode
    monkeypatch.setattr(faulty, "decode", lambda song: given.append(song) or decode(song))
    page = opened(give(sessions("a"), b"crash"))
    page.run()
    assert page.error[0].value.startswith("This cannot be opened: the decoder stopped")
    assert given == [b"crash"]
    opened(give(page, b"crash"))
    assert given == [b"crash", b"crash"]


def test_a_song_that_is_given_twice_while_it_is_decoded_goes_on(
    sessions: Sessions, faulty: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, cancelled = [], []
    take, cancel = songs._take, faulty._cancel
    monkeypatch.setattr(songs, "_take", lambda *a, **k: taken.append(a) or take(*a, **k))
    monkeypatch.setattr(faulty, "_cancel", lambda job: cancelled.append(job) or cancel(job))
    page = give(sessions("a"), b"never end")
    begun(page)
    give(page, b"never end")
    assert len(taken) == 2
    assert not cancelled
    assert progress(page).endswith("s so far.")
    give(page, b"good")
    assert len(cancelled) == 1


def test_what_the_decoder_says_is_text_and_no_markdown(sessions: Sessions) -> None:
    page = opened(give(sessions("a"), b"refuse"))
    assert page.error[0].value == (
        rf"This cannot be opened: \*this\* is \[refused\]\(http\:{JOINER}//localhost\)."
    )
    opened(give(page, b"good"))
    assert page.warning[0].value == rf"A \[note\]\(http\:{JOINER}//localhost\)\."


def test_a_full_disk_is_one_sentence(
    sessions: Sessions, faulty: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sessions("a")
    with monkeypatch.context() as patch:
        patch.setattr("mlmusic.app.decoder.shared_file", fail)
        opened(give(page, encoded("wav")))
    assert page.error[0].value == "This cannot be opened: No space left on device."


def fail() -> None:
    raise OSError(28, "No space left on device")
