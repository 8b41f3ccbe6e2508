"""Whatever a file says, decoding it opens no other file and no network address."""

import contextlib
import ctypes
import io
import os
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.request import pathname2url

import av
import pytest
import torchaudio

from mlmusic.audio.decode import decode
from mlmusic.errors import InputError
from tests.audio.references import FRAMES, SONGS, TEXTS, alias_reference, concat, encoded
from tests.sounds import tones, wav

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="watches files with inotify")

IN_OPEN = 0x20  # of <sys/inotify.h>
EVENT_BYTES = 16  # of an event on a file that is watched itself
TARGET_HZ = 12_345  # a rate that none of the songs has
NAMES = ("target.wav", "target.mp4")  # of one file: HLS reads a .wav, DASH an .mp4


class Watch:
    """How often a file was opened, and an address called, since the last look."""

    def __init__(self, path: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._events = self._libc.inotify_init1(os.O_NONBLOCK)
        assert self._events >= 0, os.strerror(ctypes.get_errno())
        assert self._libc.inotify_add_watch(self._events, os.fsencode(path), IN_OPEN) >= 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        self.port: int = self._server.getsockname()[1]

    def opened(self) -> int:
        try:
            return len(os.read(self._events, 1 << 16)) // EVENT_BYTES
        except BlockingIOError:
            return 0

    def called(self) -> int:
        try:
            self._server.accept()[0].close()
        except BlockingIOError:
            return 0
        return 1

    def close(self) -> None:
        os.close(self._events)
        self._server.close()


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Watch a sound in the working folder, which has two names."""
    first, second = (tmp_path / name for name in NAMES)
    first.write_bytes(wav(tones(sample_rate=TARGET_HZ, duration_s=0.1), TARGET_HZ))
    os.link(first, second)
    monkeypatch.chdir(tmp_path)
    watch = Watch(first)
    yield watch
    watch.close()


def places(watch: Watch) -> list[str]:
    """Return all ways to name the sound, and an address."""
    paths = [Path(name).absolute() for name in NAMES]
    files = [f"file:{path}" for path in paths] + [f"file://{pathname2url(str(paths[0]))}"]
    address = f"http://127.0.0.1:{watch.port}"
    return [*NAMES, *map(str, paths), *files, *(f"{address}/{name}" for name in NAMES)]


def guess(song: io.BytesIO) -> None:
    """Do as ``torchaudio.load`` with an FFmpeg that follows playlists without a name, too."""
    with contextlib.suppress(av.FFmpegError):
        av.open(song, timeout=0.2).close()
    raise RuntimeError


@pytest.fixture(params=["torchaudio", "an FFmpeg that guesses", "PyAV"])
def use_torchaudio(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Decode with each decoder; `load` of any version of FFmpeg."""
    if "guesses" in request.param:
        monkeypatch.setattr(torchaudio, "load", guess)
    return bool(request.param != "PyAV")


def rate_of(content: bytes, use_torchaudio: bool) -> int:
    """Return the sample rate of what is heard, 0 of what is refused."""
    try:
        return decode(io.BytesIO(content), use_torchaudio=use_torchaudio).sample_rate
    except InputError:
        return 0


@pytest.mark.parametrize("make", TEXTS, ids=lambda make: make.__name__)
def test_a_text_is_never_followed(
    make: Callable[[str], bytes], use_torchaudio: bool, watch: Watch
) -> None:
    for place in places(watch):
        text = make(place)
        assert rate_of(text, use_torchaudio) == 0
        for end in (b"\n", b"-->\n"):
            assert rate_of(text + FRAMES + end, use_torchaudio) == 0
        assert rate_of(text + FRAMES + encoded("mp3"), use_torchaudio) == 44_100
    assert (watch.opened(), watch.called()) == (0, 0)


@pytest.mark.parametrize("make", SONGS, ids=lambda make: make.__name__)
def test_a_song_that_names_others_opens_none(
    make: Callable[[str], bytes], use_torchaudio: bool, watch: Watch
) -> None:
    for place in places(watch):
        assert rate_of(make(place), use_torchaudio) in (0, 44_100)
    assert (watch.opened(), watch.called()) == (0, 0)


def test_the_watch_sees_what_is_opened_and_called(watch: Watch) -> None:
    Path(NAMES[1]).read_bytes()
    assert (watch.opened(), watch.called()) == (1, 0)
    socket.create_connection(("127.0.0.1", watch.port)).close()
    assert (watch.opened(), watch.called()) == (0, 1)
    assert (watch.opened(), watch.called()) == (0, 0)


@pytest.mark.parametrize("end", [b"", FRAMES], ids=["a text", "a song"])
def test_an_ffmpeg_that_guesses_is_caught(end: bytes, watch: Watch) -> None:
    content = concat(NAMES[0]) + end
    with pytest.raises(RuntimeError):
        guess(io.BytesIO(content))
    assert watch.opened() == 1
    assert rate_of(content, True) in (0, 44_100)
    assert watch.opened() == 0


def test_not_even_a_reader_that_follows_references_can_open_one(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = alias_reference(str(Path(NAMES[0]).absolute()))
    following = partial(av.open, options={"enable_drefs": "1", "use_absolute_path": "1"})
    with contextlib.suppress(av.FFmpegError):
        following(io.BytesIO(song), format="mov").close()
    assert watch.opened() == 1
    monkeypatch.setattr(av, "open", following)
    assert rate_of(song, False) == 0
    assert watch.opened() == 0
