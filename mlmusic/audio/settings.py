"""The settings of spectra; apart from their computing, so that a form needs no PyTorch."""

import math
from dataclasses import dataclass

from mlmusic.errors import InputError

WINDOWS = ("hann", "hamming", "blackman", "rectangular")
MIN_N_FFT, MAX_N_FFT = 16, 65_536
MAX_N_MELS = 1024


@dataclass(frozen=True, kw_only=True)
class SpectrumSettings:
    """How a sound is cut into frames and bands."""

    n_fft: int = 2048  # samples in a window; 46 ms at 44.1 kHz
    hop_length: int = 512  # samples from one frame to the next; 12 ms at 44.1 kHz
    window: str = "hann"  # its shape, one of WINDOWS; periodic
    n_mels: int = 128  # mel filters
    lowest_hz: float = 0.0  # where the first of them begins
    highest_hz: float | None = None  # where the last one ends; None: half the sample rate
    n_mfcc: int = 13  # coefficients

    def __post_init__(self) -> None:
        _require_within("n_fft", self.n_fft, MIN_N_FFT, MAX_N_FFT)
        _require_within("n_mels", self.n_mels, 1, MAX_N_MELS)
        too_far = self.hop_length > self.n_fft
        why = f": a hop longer than the window skips sound; usual is {self.n_fft // 4}"
        _require_within("hop_length", self.hop_length, 1, self.n_fft, why if too_far else "")
        _require_within("n_mfcc", self.n_mfcc, 1, self.n_mels)
        if self.window not in WINDOWS:
            names = f"{', '.join(WINDOWS[:-1])} or {WINDOWS[-1]}"
            raise InputError(f"window={self.window!r} is not known; choose {names}")
        for which, frequency in (("lowest", self.lowest_hz), ("highest", self.highest_hz)):
            if frequency is not None and not 0 <= frequency < math.inf:  # true for NaN as well
                raise InputError(
                    f"{frequency:g} Hz cannot be the {which} frequency; choose 0 Hz or more"
                )

    def count_frames(self, samples: int) -> int:
        """Return how many frames ``samples`` samples of sound have.

        Raises
        ------
        InputError
            If they are fewer than one window has.
        """
        n_fft = self.n_fft
        if samples >= n_fft:
            return 1 + (samples - n_fft % 2) // self.hop_length
        shorter = 1 << max(samples, 1).bit_length() - 1  # the largest power of two that fits
        remedy = "choose a longer part of the sound"
        if shorter >= MIN_N_FFT:
            hop = f" and hop_length={shorter // 4}" if self.hop_length > shorter else ""
            remedy += f", or n_fft={shorter}{hop}"
        plural = "" if samples == 1 else "s"
        raise InputError(
            f"n_fft={n_fft} is longer than the clip ({samples} sample{plural}); {remedy}"
        )

    def mel_range(self, sample_rate: int) -> tuple[float, float]:
        """Return where the mel filters begin and end, in Hz.

        Raises
        ------
        InputError
            If the range is empty, or goes beyond half the sample rate.
        """
        half = sample_rate / 2
        lowest, highest = self.lowest_hz, self.highest_hz
        if highest is None:
            highest, end = half, f"{half:,g} Hz, half the sample rate"
        else:
            end = f"the highest, {highest:,g} Hz"
        if highest > half:
            raise InputError(
                f"the highest frequency, {highest:,g} Hz, is above {half:,g} Hz, half the sample "
                f"rate, where this sound ends; choose {half:,g} Hz or less"
            )
        # Nearer than that, rounding would put the corners of 1024 filters on one another.
        if not highest - lowest > 1e-6 * half:
            less = f"less than {highest:,g} Hz" if highest else "a highest frequency above it"
            raise InputError(
                f"the lowest frequency, {lowest:,g} Hz, must be below {end}; choose {less}"
            )
        return lowest, highest


def _require_within(name: str, value: int, least: int, most: int, why: str = "") -> None:
    """Raise InputError where a setting is out of its range."""
    if not least <= value <= most:
        raise InputError(f"{name}={value} is out of range; choose {least} to {most}{why}")
