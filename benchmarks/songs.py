"""From the bytes of a song to three pictures: how long it takes, and how much memory.

The songs are MP3 (44.1 kHz, stereo, 192 kbit/s) that this program makes of the demo clip.
"""

import argparse
import tempfile
from pathlib import Path

import av
import numpy as np

from benchmarks.timing import Contender, Result, run_in_turn, table
from benchmarks.turns import machine, spread
from mlmusic.audio.demo import demo_song

NAMES = {
    "decoding": "decoding alone",
    "mlmusic": "mlmusic",
    "look": "mlmusic, in other colours",
    "torchaudio": "torchaudio and imshow",
    "librosa": "librosa and specshow",
}
# Minutes, and the rounds of each contender. Three hours are for mlmusic alone.
SONGS = ((4, 5, tuple(NAMES)), (30, 3, tuple(NAMES)), (180, 1, ("decoding", "mlmusic")))
QUICK_SONGS = ((1, 2, tuple(NAMES)), (4, 1, tuple(NAMES)))
LIMIT_S = 1200.0  # of a run

# What mlmusic is to reach: times decoding, and seconds beside; how many times as fast as others.
DECODING_TIMES, BESIDE_S = 1.6, 0.6
LOOK_S, MEMORY_MB = 0.3, 300.0
AS_FAST = {4: {"torchaudio": 2, "librosa": 5}, 30: {"torchaudio": 3, "librosa": 10}}


def measure(*, quick: bool) -> str:
    """Return the tables: what each contender took, and what mlmusic was to reach."""
    rows, goals = [], []
    with tempfile.TemporaryDirectory() as folder:
        minute, short = minute_of_song(), Path(folder, "short.mp3")
        short.write_bytes(minute[: len(minute) // 6])  # long enough for all columns
        for minutes, rounds, names in QUICK_SONGS if quick else SONGS:
            song = Path(folder, f"{minutes}.mp3")
            song.write_bytes(minute * minutes)
            contenders = [
                Contender(name, ("-m", "benchmarks.song_contenders", name, str(song), str(short)))
                for name in names
            ]
            results = run_in_turn(contenders, rounds=rounds, limit_s=LIMIT_S)
            rows += [_row(minutes, name, result, results) for name, result in results.items()]
            goals += _goals(minutes, results)
    head = ["song", "contender", "s, median (lowest to highest)", "times mlmusic's", "MB at most"]
    return (
        f"{table(head, rows)}\n\n"
        f"{table(['song', 'what mlmusic is to reach', 'reached'], goals)}\n\n"
        f"Memory is beside the memory-mapped samples. {machine()}."
    )


def minute_of_song() -> bytes:
    """Return a minute of music as MP3 frames alone: longer songs are repetitions."""
    samples, sample_rate = demo_song()
    whole = np.tile(samples, 7)[:, : 60 * sample_rate]
    with tempfile.TemporaryFile() as file:
        options = {"write_xing": "0", "id3v2_version": "0"}
        with av.open(file, "w", format="mp3", options=options) as output:
            stream = output.add_stream("libmp3lame", rate=sample_rate, layout="stereo")
            stream.bit_rate = 192_000
            stream.codec_context.open()
            size = stream.codec_context.frame_size
            for begin in range(0, whole.shape[1], size):
                block = np.ascontiguousarray(whole[:, begin : begin + size])
                frame = av.AudioFrame.from_ndarray(block, "fltp", "stereo")
                frame.sample_rate, frame.pts = sample_rate, begin
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        file.seek(0)
        return file.read()


def _row(minutes: int, name: str, result: Result, results: dict[str, Result]) -> list[str]:
    """Return a contender's line."""
    song = f"{minutes} min"
    if not result.seconds:
        return [song, NAMES[name], result.failure, "–", "–"]
    times = f"{_median(result) / _median(results['mlmusic']):.2f}"
    memory = f"{max(result.memory_mb):,.0f}" if result.memory_mb else "–"
    return [song, NAMES[name], spread(result.seconds, ",.2f"), times, memory]


def _goals(minutes: int, results: dict[str, Result]) -> list[list[str]]:
    """Return a line for each thing that mlmusic is to reach with a song."""
    song, ours = f"{minutes} min", _median(results["mlmusic"])
    most_s = DECODING_TIMES * _median(results["decoding"]) + BESIDE_S
    goals = [
        [
            song,
            f"{DECODING_TIMES} times decoding and {BESIDE_S} s: {most_s:.2f} s at most",
            f"{ours:.2f} s",
        ]
    ]
    if "look" in results:
        goals.append(
            [song, f"other colours in under {LOOK_S} s", f"{_median(results['look']):.2f} s"]
        )
    if results["mlmusic"].memory_mb:
        memory = max(results["mlmusic"].memory_mb)
        goals.append([song, f"under {MEMORY_MB:.0f} MB", f"{memory:.0f} MB"])
    for name, times in AS_FAST.get(minutes, {}).items():
        reached = results[name].failure or f"{_median(results[name]) / ours:.1f} times"
        goals.append([song, f"{times} times as fast as {NAMES[name]}", reached])
    return goals


def _median(result: Result) -> float:
    """Return the median of the seconds."""
    return float(np.median(result.seconds))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.songs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter songs and fewer rounds")
    print(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
