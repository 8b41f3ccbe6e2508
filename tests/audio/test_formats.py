"""What a file is, its content decides."""

import io

import pytest

from mlmusic.audio.formats import sniff
from mlmusic.errors import InputError
from tests.sounds import ENCODINGS, encoded

NAMES = {
    "wav": "WAV",
    "aiff": "AIFF",
    "flac": "FLAC",
    "mp3": "MP3",
    "ogg": "OGG",
    "m4a": "M4A/MP4",
    "aac": "AAC",
    "webm": "WebM/Matroska",
}

NOT_SOUND = {
    "an HLS playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "a concat script": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "an SDP text": b"v=0\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "a DASH description": b'<?xml version="1.0"?><MPD profiles="urn:mpeg:dash"/>',
    "a text": b"This is a song, is it not?\n" * 200,
    "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(2000),
    "a UTF-16 text": "Not a song".encode("utf-16"),
    "a RIFF that is a film": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(2000),
    "an ID3 tag with a playlist after it": b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
    + b"#EXTM3U\nfile:///etc/passwd\n",
    "zeros": bytes(5000),
    "one byte": b"R",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_format_is_known_by_its_content(encoding: str) -> None:
    expected = NAMES[encoding.split("-")[0]]
    assert sniff(io.BytesIO(encoded(encoding))).name == expected


@pytest.mark.parametrize("content", NOT_SOUND.values(), ids=NOT_SOUND.keys())
def test_what_is_not_sound_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="not a sound that can be read; choose WAV"):
        sniff(io.BytesIO(content))


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(InputError, match="the file is empty"):
        sniff(io.BytesIO())


def test_an_mp3_is_known_without_its_tag_and_behind_a_large_one() -> None:
    tagged = encoded("mp3")
    bare = tagged[45:]  # PyAV writes a tag of 45 bytes
    large = b"ID3\x04\x00\x00\x00\x01\x00\x00" + bytes(1 << 14)  # 16 KiB: a picture
    for content in (bare, large + bare, large + bytes(100) + bare):
        assert sniff(io.BytesIO(content)).name == "MP3"


def test_a_file_of_nothing_but_tags_is_refused_at_once() -> None:
    class Counted(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            return super().read(size)

    song = Counted((b"ID3\x04" + bytes(6)) * 10_000)
    with pytest.raises(InputError, match="not a sound that can be read"):
        sniff(song)
    assert song.reads < 50


def test_a_radio_stream_cut_within_a_frame_is_known() -> None:
    for encoding, name in (("mp3", "MP3"), ("aac", "AAC")):
        assert sniff(io.BytesIO(encoded(encoding)[1000:])).name == name


def test_flac_behind_an_id3_tag_is_flac() -> None:
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
    assert sniff(io.BytesIO(tag + encoded("flac"))).name == "FLAC"
