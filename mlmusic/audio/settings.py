"""The settings of spectra; apart from their computing, so that a form needs no PyTorch."""

from dataclasses import dataclass

from mlmusic.errors import InputError


@dataclass(frozen=True, kw_only=True)
class SpectrumSettings:
    """How a sound is cut into frames and bands."""

    n_fft: int = 2048  # samples in a window; 46 ms at 44.1 kHz
    hop_length: int = 512  # samples from one frame to the next; 12 ms at 44.1 kHz
    n_mels: int = 128  # mel filters
    n_mfcc: int = 13  # coefficients

    def __post_init__(self) -> None:
        for name, least, most in (("n_fft", 16, 65_536), ("n_mels", 1, 1024)):
            _require_within(name, getattr(self, name), least, most)
        _require_within("hop_length", self.hop_length, 1, self.n_fft)  # the window's length
        _require_within("n_mfcc", self.n_mfcc, 1, self.n_mels)


def _require_within(name: str, value: int, least: int, most: int) -> None:
    """Raise InputError where a setting is out of its range."""
    if not least <= value <= most:
        raise InputError(f"{name}={value} is out of range; choose {least} to {most}")
