"""The demo clips, and what to look for in their pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from mlmusic.audio.clip import FloatArray
from mlmusic.audio.demo import demo_song
from mlmusic.audio.sounds import clicks, plucked_string, sweep, vowels, white_noise


@dataclass(frozen=True)
class Demo:
    """A sound that the code makes, the same at each call."""

    name: str  # for people
    make: Callable[[], tuple[FloatArray, int]]  # → samples (channels, samples), sample rate in Hz
    teaches: str  # a sentence or two


DEMOS = (
    Demo(
        "Song",
        demo_song,
        "Chords are stacks of lines, the melody moves above them, and snare and hi-hat are "
        "columns: many frequencies at once. In Mel the low notes get more room.",
    ),
    Demo(
        "Sine sweep",
        sweep,
        "One tone rises by as many octaves in each second: a curve in STFT, nearly a straight "
        "line in the upper part of Mel. MFCC shows the cosines that it is made of: the higher "
        "the coefficient, the more often it swings while the tone rises.",
    ),
    Demo(
        "Plucked string",
        plucked_string,
        "Each note is a ladder of harmonics, the whole multiples of its lowest frequency, and "
        "the higher ones fade sooner. Every fifth is missing, because the string is plucked at "
        "a fifth of its length.",
    ),
    Demo(
        "Clicks",
        clicks,
        "A click of one sample holds all frequencies at one level: a column, as wide as the "
        "window is long, so a smaller n_fft makes it narrower. Each click is 20 dB weaker than "
        "the one before.",
    ),
    Demo(
        "White noise",
        white_noise,
        "All frequencies are equally strong, so STFT has an even grain. Mel grows brighter "
        "towards the top, where the filters are wider and gather more of it.",
    ),
    Demo(
        "Vowels",
        vowels,
        "The pitch stays, and so do the lines; which of them are strong, the formants, changes "
        "from a to e, i, o and u. MFCC describes just that: each vowel has a pattern of its own.",
    ),
)
