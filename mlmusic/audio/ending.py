"""Whether the end of a file is missing, as after a broken download.

Decoders say nothing of it: most formats can be cut anywhere. A header's word on the length
is believed for this one purpose only.
"""

from typing import BinaryIO

from mlmusic.audio.formats import AIFF, FLAC, MATROSKA, MP3, MP4, OGG, WAV, SoundFormat

# Written by programs that do not know the length yet: this and above is no length.
UNKNOWN_BYTES = 0x7FFF_0000

OGG_PAGE_BYTES = 65_307  # the longest


def is_cut_short(
    song: BinaryIO, sound_format: SoundFormat, *, header_s: float | None, decoded_s: float
) -> bool:
    """Return whether a song ends well before its file says.

    Parameters
    ----------
    song : BinaryIO
        Open for reading, seekable.
    header_s : float, optional
        The length by FFmpeg's reading of the header, or its guess, in seconds.
    decoded_s : float
        What was decoded, in seconds.
    """
    song.seek(0)
    head = song.read(1 << 16)
    length = song.seek(0, 2)
    if sound_format == OGG:
        return _ends_within_a_page(song, length)
    if sound_format == WAV and head[:4] == b"RIFF":  # whose length FFmpeg trims to the file
        claimed = int.from_bytes(head[4:8], "little") + 8
        return claimed < UNKNOWN_BYTES and claimed > 1.01 * length
    # Only a table of contents counts the frames of an MP3; without one it is a guess.
    counts = sound_format in (AIFF, FLAC, MP4, MATROSKA) or (
        sound_format == MP3 and (b"Xing" in head or b"Info" in head)
    )
    # Encoders round a little.
    return counts and header_s is not None and header_s > 1.01 * decoded_s + 0.1


def _ends_within_a_page(song: BinaryIO, length: int) -> bool:
    """Return whether the last page of an Ogg file is incomplete (RFC 3533, section 6)."""
    begin = max(0, length - OGG_PAGE_BYTES)
    song.seek(begin)
    tail = song.read()
    page = tail.rfind(b"OggS")
    segments = tail[page + 27 : page + 27 + tail[page + 26]] if len(tail) > page + 26 else b""
    return page < 0 or page + 27 + len(segments) + sum(segments) > len(tail) or not segments
