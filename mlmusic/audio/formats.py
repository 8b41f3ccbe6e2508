"""What a sound file is, told by its first bytes; its name is never asked.

A decoder that guesses may take a text for a playlist and open what it names: another file,
a network address. Here nothing is guessed: a song is one of the formats below or refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from mlmusic.errors import InputError


@dataclass(frozen=True)
class SoundFormat:
    """A container of sound."""

    name: str  # for people
    demuxer: str  # FFmpeg's name of what reads it


WAV = SoundFormat("WAV", "wav")
AIFF = SoundFormat("AIFF", "aiff")
FLAC = SoundFormat("FLAC", "flac")
OGG = SoundFormat("OGG", "ogg")
MP4 = SoundFormat("M4A/MP4", "mov")
MATROSKA = SoundFormat("WebM/Matroska", "matroska")
MP3 = SoundFormat("MP3", "mp3")
AAC = SoundFormat("AAC", "aac")

FORMATS_IN_WORDS = "WAV, MP3, FLAC, OGG (Vorbis, Opus), M4A/AAC, AIFF, or the sound of MP4 or WebM"

HEAD_BYTES = 16_384  # enough for four of the longest AAC frames
MAX_TAGS = 16  # ID3v2 tags before the sound; a file of nothing else would take minutes

# ISO/IEC 11172-3 and 13818-3, layer III: kbit/s by index, and Hz by index for MPEG 1.
MPEG1_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG2_BIT_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG1_SAMPLE_RATES = (44_100, 48_000, 32_000)


def sniff(song: BinaryIO) -> SoundFormat:
    """Return the format of a song by its content.

    Parameters
    ----------
    song : BinaryIO
        Open for reading, seekable.

    Raises
    ------
    InputError
        If the file is empty or none of the formats.
    """
    song.seek(0)
    head = song.read(HEAD_BYTES)
    if not head:
        raise InputError(f"the file is empty; choose a sound file: {FORMATS_IN_WORDS}")
    if head[:3] == b"ID3":
        head = _after_id3(song, head)
    found = _by_magic(head) or _by_frames(head)
    if found is None:
        raise InputError(f"the file is not a sound that can be read; choose {FORMATS_IN_WORDS}")
    return found


def _by_magic(head: bytes) -> SoundFormat | None:
    """Return the format that the first twelve bytes name."""
    start, kind = head[:4], head[8:12]
    if start in (b"RIFF", b"RF64", b"BW64") and kind == b"WAVE":
        return WAV
    if start == b"FORM" and kind in (b"AIFF", b"AIFC"):
        return AIFF
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide"):
        return MP4
    return {b"fLaC": FLAC, b"OggS": OGG, b"\x1a\x45\xdf\xa3": MATROSKA}.get(start)


def _by_frames(head: bytes) -> SoundFormat | None:
    """Return MP3 or AAC where a chain of frames begins: they have no other mark.

    The chain may begin late, since a recorded radio stream is cut anywhere.
    """
    at = head.find(b"\xff")
    while 0 <= at < 4096:
        for sound_format, length in ((MP3, _mp3_frame_length), (AAC, _aac_frame_length)):
            if _is_chain(head, at, length):
                return sound_format
        at = head.find(b"\xff", at + 1)
    return None


def _is_chain(head: bytes, at: int, frame_length: Callable[[bytes], int]) -> bool:
    """Return whether three frames follow each other; fewer do where the whole file ends."""
    begin, frames = at, 0
    while frames < 3 and (length := frame_length(head[at : at + 7])):
        at, frames = at + length, frames + 1
    return frames == 3 or (begin == 0 and frames > 0 and len(head) <= at)


def _mp3_frame_length(header: bytes) -> int:
    """Return the bytes of the MPEG layer III frame with this header, 0 where it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version = header[1] >> 3 & 3  # 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    bit_rate_index, rate_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or bit_rate_index in (0, 15) or rate_index == 3:
        return 0
    if version == 3:
        return 144_000 * MPEG1_BIT_RATES[bit_rate_index] // MPEG1_SAMPLE_RATES[rate_index] + padding
    sample_rate = MPEG1_SAMPLE_RATES[rate_index] // (2 if version == 2 else 4)
    return 72_000 * MPEG2_BIT_RATES[bit_rate_index] // sample_rate + padding


def _aac_frame_length(header: bytes) -> int:
    """Return the bytes of the ADTS frame with this header, 0 where it is none."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length > 7 else 0


def _after_id3(song: BinaryIO, head: bytes) -> bytes:
    """Return the first bytes after the ID3v2 tags (with their pictures) and zero padding."""
    begin, tags = 0, 0
    while head[:3] == b"ID3" and len(head) >= 10 and tags < MAX_TAGS:
        tags += 1
        size = int.from_bytes(head[6:10], "big")
        # Four bytes of seven bits each (ID3v2.4, 6.2); a footer takes ten more bytes.
        size = size & 0x7F | (size & 0x7F00) >> 1 | (size & 0x7F0000) >> 2 | (size >> 24) << 21
        begin += 10 + size + (10 if head[5] & 0x10 else 0)
        song.seek(begin)
        head = song.read(HEAD_BYTES)
    return head.lstrip(b"\0") if head[:1] == b"\0" and head[4:8] != b"ftyp" else head
