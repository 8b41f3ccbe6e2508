"""Sounds so plain that each picture of them teaches something."""

import numpy as np

from mlmusic.audio.clip import FloatArray
from mlmusic.audio.demo import PEAK, SAMPLE_RATE, Sound

SWEEP_HZ = (50.0, 16_000.0)
SWEEP_S = 6.0

STRING_HZ = (110.0, 164.8, 220.0, 329.6)  # A2, E3, A3, E4
STRING_S = 1.5  # each note
STRING_DECAY_S = 1.0  # of the lowest harmonic, to 1/e
STRING_PLUCKED_AT = 5  # a fifth of its length

CLICKS = ((0.5, 0.8), (1.5, 0.08), (2.5, 0.008))  # (s, of full scale): 20 dB from each to the next
CLICKS_S = 3.0

NOISE_S = 4.0

VOWEL_PITCH = 120  # Hz, a whole number
VOWEL_S = 1.0  # each
# The means of 33 men: Peterson and Barney, "Control methods used in a study of the vowels",
# 1952, Table II; the vowels of "hod", "head", "heed", "hawed", "who'd".
VOWEL_FORMANTS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
}  # Hz
HIGH_FORMANTS = tuple(range(3500, 22_000, 1000))  # Hz, in all vowels: a tube's of 17 cm
FORMANT_WIDTH = 0.06  # of its frequency,
NARROWEST_FORMANT = 60.0  # Hz, or this


def sweep() -> tuple[FloatArray, int]:
    """Return a sine that rises from 50 Hz to 16 kHz in 6 s, each octave in the same time.

    Returns
    -------
    samples : ndarray, shape (1, samples), float32
    sample_rate : int
        44,100 Hz.
    """
    t = np.arange(round(SWEEP_S * SAMPLE_RATE)) / SAMPLE_RATE
    low, high = SWEEP_HZ
    growth = np.log(high / low) / SWEEP_S
    # The integral of low·e^(growth·t) is the number of cycles so far.
    return _clip(_faded(np.sin(2 * np.pi * low * np.expm1(growth * t) / growth), 0.01))


def plucked_string() -> tuple[FloatArray, int]:
    """Return four notes of a string, one after the other.

    Karplus and Strong's model (1983): what runs round the string comes back a period later,
    each time a little smoother. The frequency is the sample rate over a whole number of
    samples and a half, at most 4 cents beside the note.

    Returns
    -------
    samples : ndarray, shape (1, samples), float32
    sample_rate : int
        44,100 Hz.
    """
    return _clip(np.concatenate([_note(string_period(frequency)) for frequency in STRING_HZ]))


def string_period(frequency: float) -> int:
    """Return the whole samples of a string's period; the mean of two is half a sample more."""
    return round(SAMPLE_RATE / frequency - 0.5)


def clicks() -> tuple[FloatArray, int]:
    """Return silence with three clicks of one sample each, each 20 dB weaker than the last.

    Returns
    -------
    samples : ndarray, shape (1, samples), float32
    sample_rate : int
        44,100 Hz.
    """
    sound = np.zeros(round(CLICKS_S * SAMPLE_RATE))
    for time_s, height in CLICKS:
        sound[round(time_s * SAMPLE_RATE)] = height
    return _clip(sound)


def white_noise() -> tuple[FloatArray, int]:
    """Return noise that has all frequencies at one level.

    Returns
    -------
    samples : ndarray, shape (1, samples), float32
    sample_rate : int
        44,100 Hz.
    """
    noise = np.random.default_rng(1933).standard_normal(round(NOISE_S * SAMPLE_RATE))
    return _clip(_faded(noise, 0.01))


def vowels() -> tuple[FloatArray, int]:
    """Return a, e, i, o, u, said at one pitch.

    A source and a filter: the harmonics of a pulse of 120 Hz, 6 dB weaker at twice the
    frequency, and the resonances of throat and mouth, the formants.

    Returns
    -------
    samples : ndarray, shape (1, samples), float32
    sample_rate : int
        44,100 Hz.
    """
    return _clip(np.concatenate([_vowel(formants) for formants in VOWEL_FORMANTS.values()]))


def _note(period: int) -> Sound:
    """Return a plucked string that is silent again after ``STRING_S``."""
    samples = round(STRING_S * SAMPLE_RATE)
    loss = np.exp(-period / (STRING_DECAY_S * SAMPLE_RATE))  # in a period
    # One side of the finger's place moves up, the other down; the sample between them in part.
    once = np.clip((period + 0.5) / STRING_PLUCKED_AT - np.arange(period), 0.0, 1.0)
    rounds, before = [once - once.mean()], 0.0
    for _ in range(samples // period):
        last = rounds[-1]
        rounds.append(loss * (last + np.concatenate([[before], last[:-1]])) / 2)
        before = last[-1]
    note: Sound = np.concatenate(rounds)[:samples]
    return note * np.clip(np.arange(samples, 0, -1) / (0.03 * SAMPLE_RATE), 0, 1)


def _vowel(formants: tuple[int, ...]) -> Sound:
    """Return a vowel: what its spectrum, whose bins are 1 Hz apart, sounds like."""
    spectrum = np.zeros(SAMPLE_RATE // 2 + 1, np.complex128)
    harmonics = np.arange(VOWEL_PITCH, len(spectrum), VOWEL_PITCH)
    spectrum[harmonics] = VOWEL_PITCH / harmonics
    s = 2j * np.pi * harmonics
    for formant in (*formants, *HIGH_FORMANTS):
        pole = np.pi * (-max(NARROWEST_FORMANT, FORMANT_WIDTH * formant) + 2j * formant)
        spectrum[harmonics] *= abs(pole) ** 2 / ((s - pole) * (s - pole.conjugate()))
    second = np.fft.irfft(spectrum, SAMPLE_RATE)
    sound: Sound = _faded(second[: round(VOWEL_S * SAMPLE_RATE)], 0.05)
    return np.asarray(sound / np.abs(sound).max())


def _faded(sound: Sound, fade_s: float) -> Sound:
    """Return a sound that begins and ends softly."""
    to_an_end = np.minimum(np.arange(len(sound)), np.arange(len(sound))[::-1])
    return sound * np.clip(to_an_end / (fade_s * SAMPLE_RATE), 0, 1)


def _clip(sound: Sound) -> tuple[FloatArray, int]:
    """Return a sound as one channel whose peak is 0.8, and the sample rate."""
    return (sound * (PEAK / np.abs(sound).max())).astype(np.float32)[np.newaxis], SAMPLE_RATE
