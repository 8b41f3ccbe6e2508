"""Settings that give no picture are refused with one sentence and values that work."""

from typing import Any

import pytest

from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.errors import InputError


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_fft": 8}, "n_fft=8 is out of range; choose 16 to 65536"),
        ({"n_fft": 1 << 20}, "n_fft=1048576 is out of range"),
        ({"hop_length": 0}, "hop_length=0 is out of range; choose 1 to 2048$"),
        (
            {"hop_length": 4096},
            "hop_length=4096 is out of range; choose 1 to 2048: a hop longer than the window "
            "skips sound; usual is 512$",
        ),
        ({"n_mels": 0}, "n_mels=0 is out of range; choose 1 to 1024"),
        ({"n_mfcc": 129}, "n_mfcc=129 is out of range; choose 1 to 128"),
        (
            {"window": "kaiser"},
            "window='kaiser' is not known; choose hann, hamming, blackman or rectangular",
        ),
        ({"lowest_hz": -1.0}, "-1 Hz cannot be the lowest frequency; choose 0 Hz or more"),
        ({"lowest_hz": float("nan")}, "nan Hz cannot be the lowest frequency"),
        ({"highest_hz": float("inf")}, "inf Hz cannot be the highest frequency"),
        ({"highest_hz": -20.0}, "-20 Hz cannot be the highest frequency"),
    ],
)
def test_settings_that_give_no_picture_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SpectrumSettings(**settings)


@pytest.mark.parametrize("window", WINDOWS)
def test_each_window_can_be_chosen(window: str) -> None:
    assert SpectrumSettings(window=window).window == window


@pytest.mark.parametrize(
    ("lowest_hz", "highest_hz", "expected"),
    [(0.0, None, (0.0, 4000.0)), (300, 3400, (300, 3400)), (3999, 4000, (3999, 4000))],
)
def test_the_range_ends_at_half_the_sample_rate_unless_it_is_chosen(
    lowest_hz: float, highest_hz: float | None, expected: tuple[float, float]
) -> None:
    settings = SpectrumSettings(lowest_hz=lowest_hz, highest_hz=highest_hz)
    assert settings.mel_range(8000) == expected


@pytest.mark.parametrize(
    ("lowest_hz", "highest_hz", "message"),
    [
        (
            0.0,
            16_000,
            "the highest frequency, 16,000 Hz, is above 4,000 Hz, half the sample rate, where "
            "this sound ends; choose 4,000 Hz or less",
        ),
        (
            4000,
            None,
            "the lowest frequency, 4,000 Hz, must be below 4,000 Hz, half the sample rate; "
            "choose less than 4,000 Hz",
        ),
        (
            500,
            400,
            "the lowest frequency, 500 Hz, must be below the highest, 400 Hz; "
            "choose less than 400 Hz",
        ),
        (500, 500 + 1e-9, "the lowest frequency, 500 Hz, must be below the highest, 500 Hz"),
        (0.0, 0.0, "must be below the highest, 0 Hz; choose a highest frequency above it"),
    ],
)
def test_a_range_that_the_sound_does_not_have_is_refused(
    lowest_hz: float, highest_hz: float | None, message: str
) -> None:
    settings = SpectrumSettings(lowest_hz=lowest_hz, highest_hz=highest_hz)
    with pytest.raises(InputError, match=message):
        settings.mel_range(8000)


def test_frames_are_counted_as_they_are_centred() -> None:
    settings = SpectrumSettings(n_fft=1024, hop_length=256)
    assert [settings.count_frames(samples) for samples in (1024, 1279, 1280)] == [5, 5, 6]


@pytest.mark.parametrize(
    ("samples", "n_fft", "hop_length", "remedy"),
    [
        (1200, 4096, 512, "choose a longer part of the sound, or n_fft=1024$"),
        (1024, 4096, 512, "choose a longer part of the sound, or n_fft=1024$"),
        (300, 2048, 512, "choose a longer part of the sound, or n_fft=256 and hop_length=64$"),
        (16, 2048, 512, "or n_fft=16 and hop_length=4$"),
        (15, 2048, 512, r"\(15 samples\); choose a longer part of the sound$"),
        (1, 2048, 512, r"\(1 sample\); choose a longer part of the sound$"),
        (0, 2048, 512, r"\(0 samples\); choose a longer part of the sound$"),
    ],
)
def test_a_sound_shorter_than_a_window_is_refused_with_one_that_fits(
    samples: int, n_fft: int, hop_length: int, remedy: str
) -> None:
    with pytest.raises(InputError, match=f"n_fft={n_fft} is longer than the clip .*{remedy}"):
        SpectrumSettings(n_fft=n_fft, hop_length=hop_length).count_frames(samples)
