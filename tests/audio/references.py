"""Files that name others: playlists, and songs that have a playlist or an address within.

Each is made of a place: a path, or an address.
"""

import struct
from collections.abc import Callable
from functools import cache

from tests import sounds
from tests.sounds import tones, wav

# Three frames of MP3, as far as their headers go, without a byte that ends a line of text: in
# a comment they make a text a song.
FRAMES = 3 * (b"\xff\xfb\x90\x64" + 413 * b"U")

encoded = cache(sounds.encoded)


def hls(place: str) -> bytes:
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n"
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="{place}"\n'
    return f"{head}#EXTINF:10,\n{place}\n{key}#EXTINF:10,\n{place}\n#EXT-X-ENDLIST\n#".encode()


def hls_of_streams(place: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64000\n{place}\n#".encode()


def m3u(place: str) -> bytes:
    return f"#EXTM3U\n#EXTINF:1,A song\n{place}\n#".encode()


def pls(place: str) -> bytes:
    return f"[playlist]\nNumberOfEntries=1\nFile1={place}\nVersion=2\n;".encode()


def concat(place: str) -> bytes:
    return f"ffconcat version 1.0\nfile '{place}'\n#".encode()


def dash(place: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" '
        'mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="audio/mp4">'
        f'<Representation id="0" bandwidth="1"><BaseURL>{place}</BaseURL></Representation>'
        "</AdaptationSet></Period></MPD><!--"
    ).encode()


def imf(place: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?><CompositionPlaylist '
        'xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id>'
        f"<Annotation>{place}</Annotation></CompositionPlaylist><!--"
    ).encode()


def sdp(place: str) -> bytes:
    return (
        f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns={place}\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"a=control:{place}\r\nm=audio 5004 RTP/AVP 0\r\na="
    ).encode()


TEXTS = (hls, hls_of_streams, m3u, pls, concat, dash, imf, sdp)


def id3(frame: bytes, content: bytes) -> bytes:
    """Return an ID3v2.3 tag of one frame (short, so that its length is the same in 2.4)."""
    size = len(content) + 10
    length = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return b"ID3\x03\0\0" + length + frame + struct.pack(">IH", len(content), 0) + content


def within(boxes: list[bytes], content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return an MP4 file with the content of a box changed, and the lengths of those around it."""
    at, changed = 0, b""
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        inner = content[at + 8 : at + length]
        if kind == boxes[0]:
            inner = within(boxes[1:], inner, change) if boxes[1:] else change(inner)
        changed += struct.pack(">I4s", len(inner) + 8, kind) + inner
        at += length
    return changed


def with_reference(reference: bytes) -> bytes:
    """Return an M4A file whose samples lie in another one; the index is behind the sound."""
    boxes = [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"]
    entry = struct.pack(">I", len(reference) + 4) + reference
    return within(boxes, encoded("m4a"), lambda _: struct.pack(">II", 0, 1) + entry)


def url_reference(place: str) -> bytes:
    return with_reference(b"url \0\0\0\0" + place.encode() + b"\0")


def alias_reference(place: str) -> bytes:
    """Return an M4A file with a Macintosh alias, as FFmpeg reads it (``mov_read_dref``)."""
    path = place.encode()
    name = path.rpartition(b"/")[2]
    alias = (
        bytes(10) + b"\x01/" + bytes(26) + bytes(12) + bytes([len(name)]) + name.ljust(63, b"\0")
    )
    alias += bytes(16) + struct.pack(">HH", 1, 1) + bytes(16)
    for kind in (2, 18):  # a Macintosh path and a POSIX one
        alias += struct.pack(">HH", kind, len(path)) + path + bytes(len(path) % 2)
    return with_reference(b"alis\0\0\0\0" + alias + b"\xff\xff\0\0")


def reference_movie(place: str) -> bytes:
    data = b"\0\0\0\0url " + struct.pack(">I", len(place) + 1) + place.encode() + b"\0"
    boxes = (b"rdrf", b"rmda", b"rmra", b"moov")
    for kind in boxes:
        data = struct.pack(">I4s", len(data) + 8, kind) + data
    return b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + data


def in_wav(place: str) -> bytes:
    """Return a WAV with a playlist where its title is, and where its samples are."""
    title = hls(place) + bytes(len(hls(place)) % 2)
    chunk = b"INFOINAM" + struct.pack("<I", len(title)) + title
    song, text = wav(tones(duration_s=0.1), subtype="PCM_16"), concat(place)
    song = song[:44] + text + song[44 + len(text) :]
    song += b"LIST" + struct.pack("<I", len(chunk)) + chunk
    return song[:4] + struct.pack("<I", len(song) - 8) + song[8:]


def in_tag(place: str) -> bytes:
    return id3(b"TIT2", b"\0" + hls(place)) + encoded("mp3")


def behind_tag(place: str) -> bytes:
    return id3(b"TIT2", b"\0A song") + concat(place) + FRAMES


def behind_large_tag(place: str) -> bytes:
    return id3(b"APIC", bytes(1 << 20)) + concat(place) + FRAMES


def linked_picture(place: str) -> bytes:
    return id3(b"APIC", b"\0-->\0\3\0" + place.encode()) + encoded("mp3")


SONGS = (
    *(url_reference, alias_reference, reference_movie),
    *(in_wav, in_tag, behind_tag, behind_large_tag, linked_picture),
)
