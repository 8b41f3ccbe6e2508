"""The demo song: eight seconds of chords, a melody and a beat, made of sines and noise."""

import numpy as np
from numpy.typing import NDArray

from mlmusic.audio.clip import FloatArray

SAMPLE_RATE = 44_100  # Hz
BEAT_S = 0.5  # 120 beats a minute
PEAK = 0.8  # of full scale

Sound = NDArray[np.float64]

# MIDI note numbers (60 is middle C): C, G, A minor, F; four beats each.
CHORDS = ((48, 55, 60, 64), (43, 55, 59, 62), (45, 52, 60, 64), (41, 53, 57, 60))

# (beat, beats, note): each bar leans on its chord.
MELODY = (
    (0, 1, 76), (1, 0.5, 79), (1.5, 0.5, 76), (2, 1, 72), (3, 1, 74),
    (4, 1.5, 74), (5.5, 0.5, 71), (6, 1, 67), (7, 1, 71),
    (8, 1, 72), (9, 0.5, 76), (9.5, 0.5, 72), (10, 1, 69), (11, 1, 72),
    (12, 1, 77), (13, 0.5, 76), (13.5, 0.5, 74), (14, 2, 72),
)  # fmt: skip


def demo_song() -> tuple[FloatArray, int]:
    """Return the demo song, the same at each call.

    Returns
    -------
    samples : ndarray, shape (2, samples), float32
        Left and right; the peak is 0.8 of full scale.
    sample_rate : int
        44,100 Hz.
    """
    beats = 4 * len(CHORDS)
    song = np.zeros((2, round((beats * BEAT_S + 1.0) * SAMPLE_RATE)))  # a second to fade
    for bar, chord in enumerate(CHORDS):
        length_s = 4.2 * BEAT_S if bar < len(CHORDS) - 1 else 5.8 * BEAT_S
        for place, note in enumerate(chord):
            tone = 0.16 * _tone(note, length_s, harmonics=5, decay_s=1.6, attack_s=0.04)
            _mix(song, tone, 4 * bar, pan=0.2 + 0.2 * place)
    for beat, length, note in MELODY:
        tone = 0.30 * _tone(note, length * BEAT_S + 0.4, harmonics=8, decay_s=0.35, attack_s=0.004)
        _mix(song, tone, beat, pan=0.6)
    noise = np.random.default_rng(1812).standard_normal(SAMPLE_RATE)
    for beat in range(beats):
        _mix(song, 0.55 * _kick() if beat % 2 == 0 else 0.16 * _snare(noise), beat, pan=0.5)
        _mix(song, 0.06 * _hi_hat(noise), beat + 0.5, pan=0.35)
    song *= PEAK / np.abs(song).max()
    return song.astype(np.float32), SAMPLE_RATE


def _mix(song: Sound, sound: Sound, beat: float, *, pan: float) -> None:
    """Add a sound at a beat; ``pan`` is 0 at the left, 1 at the right, of equal power."""
    begin = round(beat * BEAT_S * SAMPLE_RATE)
    gains = np.array([[np.cos(pan * np.pi / 2)], [np.sin(pan * np.pi / 2)]])
    part = song[:, begin : begin + len(sound)]
    part += gains * sound[: part.shape[1]]


def _tone(
    note: float, duration_s: float, *, harmonics: int, decay_s: float, attack_s: float
) -> Sound:
    """Return a plucked note whose higher harmonics are weaker and fade sooner."""
    t = _times(duration_s)
    frequency = 440.0 * 2 ** ((note - 69) / 12)
    tone = np.zeros_like(t)
    for k in range(1, harmonics + 1):
        tone += np.exp(-t * k**0.7 / decay_s) * np.sin(2 * np.pi * k * frequency * t) / k**1.3
    release = np.clip((duration_s - t) / 0.05, 0, 1)
    return tone * np.clip(t / attack_s, 0, 1) * release


def _kick() -> Sound:
    """Return a drum whose pitch falls from 150 to 50 Hz."""
    t = _times(0.3)
    phase = 2 * np.pi * (50 * t + 100 * 0.03 * (1 - np.exp(-t / 0.03)))
    return np.sin(phase) * np.exp(-t / 0.09)


def _snare(noise: Sound) -> Sound:
    """Return a burst of noise with a short low tone in it."""
    t = _times(0.4)
    return np.exp(-t / 0.05) * (noise[: len(t)] + 1.5 * np.sin(2 * np.pi * 190 * t))


def _hi_hat(noise: Sound) -> Sound:
    """Return a short hiss: noise, differentiated twice, has its power at the top."""
    t = _times(0.16)
    return np.diff(noise[: len(t) + 2], n=2) * np.exp(-t / 0.015)


def _times(duration_s: float) -> Sound:
    """Return the time of each sample, in seconds."""
    return np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
