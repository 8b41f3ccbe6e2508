"""A sound file → a Clip: ``torchaudio.load``, and PyAV where that cannot."""

from collections.abc import Callable
from functools import partial
from typing import IO, BinaryIO

import av
import torchaudio

from mlmusic.audio import container
from mlmusic.audio.clip import Clip
from mlmusic.audio.clip_writer import ClipWriter
from mlmusic.audio.ending import is_cut_short
from mlmusic.audio.formats import SoundFormat, sniff
from mlmusic.audio.handover import MAX_VALUES
from mlmusic.audio.watched import Report, watched
from mlmusic.errors import InputError

# torchaudio.load holds all of a song in memory, at its end twice. Above this (256 MiB then,
# 6 min 20 s of stereo at 44.1 kHz) PyAV decodes frame by frame.
MAX_VALUES_IN_MEMORY = 2**25

MAX_CHANNELS = 64
MAX_SAMPLE_RATE = 768_000  # Hz: what browsers play

# Marks of the texts by which FFmpeg knows playlists and descriptions of streams, which open
# other files and addresses. torchaudio.load lets FFmpeg guess, so content that has one of
# them where FFmpeg looks (its first MiB) goes to PyAV, which is told the format.
GUESSED_BYTES = 2**20
PLAYLIST_MARKS = (b"#extm3u", b"ffconcat", b"<mpd", b"c=in ip", b"<compositionplaylist")


def decode(
    song: BinaryIO,
    *,
    use_torchaudio: bool = True,
    max_values: int = MAX_VALUES,
    file: IO[bytes] | None = None,
    report: Report | None = None,
) -> Clip:
    """Decode a song, admitted by its content alone.

    Parameters
    ----------
    song : BinaryIO
        Open for reading, seekable. Nothing else is opened, whatever it names.
    use_torchaudio : bool
        Whether ``torchaudio.load`` decodes where it can: FFmpeg's libraries are there, the
        song is whole and fits in memory. PyAV gives the same samples.
    max_values : int > 0
        Where decoding ends: samples times channels.
    file : IO[bytes], optional
        Where the samples go, empty; it is closed in the end. By default a temporary one.
    report : callable, optional
        Is told the seconds that are decoded and the share of the whole, None while that is
        not known; often enough to show that decoding goes on.

    Returns
    -------
    Clip
        Its ``notes`` tell of damage, and of what was left out.

    Raises
    ------
    InputError
        If the file is not sound, or none of it can be decoded.
    """
    sound_format = sniff(song)
    looked_at = watched(song, report and (lambda _: report(0.0, None)))
    with container.opened(looked_at, sound_format) as (opened, stream):
        track = container.inspect(opened, stream, sound_format)
    _check_bounds(track.channels, track.sample_rate)
    values = track.samples * track.channels
    fits = track.is_sure and values <= min(MAX_VALUES_IN_MEMORY, max_values)
    new_writer = partial(ClipWriter, file=file)
    if use_torchaudio and fits and not _could_be_a_playlist(song):
        clip = _with_torchaudio(song, sound_format, track, new_writer, report)
        if clip is not None:
            return clip
    return _with_pyav(song, sound_format, track, new_writer, report, max_values)


def _check_bounds(channels: int, sample_rate: int) -> None:
    """Raise InputError if there are more channels or samples a second than can be played."""
    if channels > MAX_CHANNELS:
        raise InputError(
            f"{channels} channels are too many; choose a file with {MAX_CHANNELS} or fewer"
        )
    if sample_rate > MAX_SAMPLE_RATE:
        raise InputError(
            f"a sample rate of {sample_rate:,} Hz is too high; "
            f"choose a file with {MAX_SAMPLE_RATE:,} Hz or fewer"
        )


def _with_torchaudio(
    song: BinaryIO,
    sound_format: SoundFormat,
    track: container.Track,
    new_writer: Callable[[int, int], ClipWriter],
    report: Report | None,
) -> Clip | None:
    """Decode at once; None where FFmpeg is missing or the file is damaged."""
    song.seek(0)
    length_s = track.samples / track.sample_rate
    read = watched(song, report and (lambda share: report(share * length_s, share)))
    try:
        samples, sample_rate = torchaudio.load(read)
    except (ImportError, OSError, RuntimeError):
        return None
    writer = new_writer(samples.shape[0], int(sample_rate))
    writer.append(samples.numpy())
    return writer.close(format=sound_format.name, notes=_ending(song, sound_format, track, writer))


def _with_pyav(
    song: BinaryIO,
    sound_format: SoundFormat,
    track: container.Track,
    new_writer: Callable[[int, int], ClipWriter],
    report: Report | None,
    max_values: int,
) -> Clip:
    """Decode frame by frame, up to the end, the bound or the first damage."""
    writer, notes = new_writer(track.channels, track.sample_rate), []
    whole = min(track.samples, max_values // track.channels)
    with container.opened(song, sound_format) as (opened, stream):
        try:
            for frame in container.frames(opened, stream):
                if (frame.sample_rate, frame.layout.nb_channels) != (
                    writer.sample_rate,
                    writer.channels,
                ):
                    if writer.length:
                        notes.append(f"The sound changes its kind after {_seconds(writer)}.")
                        break
                    # Some codecs' headers are corrected by their first frame.
                    _check_bounds(frame.layout.nb_channels, frame.sample_rate)
                    writer = new_writer(frame.layout.nb_channels, frame.sample_rate)
                writer.append(container.as_floats(frame))
                if report:
                    share = min(1.0, writer.length / whole) if whole else None
                    report(writer.length / writer.sample_rate, share)
                if writer.length * writer.channels >= max_values:
                    notes.append(f"The song is long: only its first {_seconds(writer)} were read.")
                    break
        except av.FFmpegError as error:
            if writer.length:
                reason = container.reason(error)
                notes.append(f"The file is damaged after {_seconds(writer)} ({reason}).")
    notes = notes or _ending(song, sound_format, track, writer)
    return writer.close(format=sound_format.name, notes=notes)


def _ending(
    song: BinaryIO, sound_format: SoundFormat, track: container.Track, writer: ClipWriter
) -> list[str]:
    """Return a sentence where the end of a file is missing."""
    decoded_s = writer.length / writer.sample_rate
    if is_cut_short(song, sound_format, header_s=track.header_s, decoded_s=decoded_s):
        return [f"The file is cut short after {_seconds(writer)}: its end is missing."]
    return []


def _seconds(writer: ClipWriter) -> str:
    """Return the length so far, for people."""
    return f"{writer.length / writer.sample_rate:,.1f} s"


def _could_be_a_playlist(song: BinaryIO) -> bool:
    """Return whether FFmpeg, left to guess, might take a song for a text."""
    song.seek(0)
    head = song.read(GUESSED_BYTES).lower()
    return any(mark in head for mark in PLAYLIST_MARKS)
