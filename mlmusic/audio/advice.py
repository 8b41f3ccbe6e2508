"""What a person is told whose settings cannot give a sound picture, with some that can."""

import math

from mlmusic.audio.mel import empty_filters, enough_filters, mel_frequencies
from mlmusic.audio.settings import MAX_N_FFT, SpectrumSettings
from mlmusic.errors import InputError


def advice(settings: SpectrumSettings, sample_rate: int, samples: int) -> list[str]:
    """Return a sentence for each thing that keeps a picture from being sound.

    A hop longer than the window is not among them: no ``SpectrumSettings`` has one.

    Parameters
    ----------
    settings : SpectrumSettings
    sample_rate : int > 0
        Hz.
    samples : int >= 0
        How long the chosen part of the sound is.

    Returns
    -------
    list of str
        First what ``compute_spectra`` refuses, in the words of its InputError; then what it
        draws all the same. Empty where all is well.
    """
    sentences = []
    for check, value in ((settings.count_frames, samples), (settings.mel_range, sample_rate)):
        try:
            check(value)
        except InputError as error:
            sentences.append(_sentence(str(error)))
    if not sentences and (empty := mel_advice(settings, sample_rate, samples=samples)):
        sentences.append(empty)
    return sentences


def mel_advice(
    settings: SpectrumSettings, sample_rate: int, *, samples: int | None = None
) -> str | None:
    """Return a sentence where there are more mel filters than the FFT can resolve.

    Parameters
    ----------
    settings : SpectrumSettings
    sample_rate : int > 0
        Hz.
    samples : int > 0, optional
        How long the sound is: no window longer than that is proposed.

    Raises
    ------
    InputError
        If the filters' range is empty or goes beyond half the sample rate.
    """
    n_mels, n_fft = settings.n_mels, settings.n_fft
    lowest, highest = settings.mel_range(sample_rate)

    def empty(n_mels: int, n_fft: int) -> int:
        return empty_filters(mel_frequencies(n_mels, lowest, highest), n_fft, sample_rate)

    if not (count := empty(n_mels, n_fft)):
        return None
    remedies = []
    if fewer := enough_filters(n_fft, sample_rate, lowest, highest):
        remedies.append(_counted(fewer, "filter"))
        if settings.n_mfcc > fewer:
            remedies[0] += f" and {_counted(fewer, 'coefficient')}"
    longest = min(MAX_N_FFT, samples or MAX_N_FFT)
    longer = 1 << n_fft.bit_length()  # a power of two, the fastest
    while longer <= longest and empty(n_mels, longer):
        longer *= 2
    if longer <= longest:
        remedies.append(f"n_fft={longer}")
    if not remedies:
        width = math.ceil(2 * sample_rate / n_fft)  # twice what bins are apart: one is within
        remedies.append(f"1 filter, 1 coefficient and a range at least {width:,} Hz wide")
    are = "1 is" if count == 1 else f"{count} are"
    return (
        f"Of {_counted(n_mels, 'mel filter')} {are} empty: too narrow for n_fft={n_fft} at "
        f"{sample_rate:,} Hz. Choose {', or '.join(remedies)}."
    )


def _counted(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _sentence(error: str) -> str:
    """Return an error's text as a sentence; a setting's name stays as it is written."""
    return f"{error if '=' in error.split()[0] else error[0].upper() + error[1:]}."
