"""The pictures: their colours, and words that can be read."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.figure import Figure

from mlmusic.plots.theme import THEMES, Brightness
from mlmusic.plots.view import COLOUR_MAPS, FrequencyAxis, View
from tests.plots.drawn import assert_readable, inside, pixels
from tests.plots.figures import (
    FREQUENCIES,
    LEVELS,
    NINE_SECONDS,
    mel_figure,
    mfcc_figure,
    stft_figure,
)


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_text_has_the_page_s_colour_and_the_background_is_clear(brightness: Brightness) -> None:
    view = replace(NINE_SECONDS, brightness=brightness)
    figure = stft_figure(LEVELS, view, sample_rate=44_100)
    texts = [*figure.texts, *figure.axes[0].texts, *figure.axes[1].texts]
    assert {text.get_color() for text in texts} == {THEMES[brightness].text}
    picture = pixels(figure)
    assert (picture[:3, :, 3] == 0).all()
    title = picture[20:70, 300:600]
    ink = title[title[..., 3] > 250][:, :3]
    assert len(ink) > 100
    expected = [int(THEMES[brightness].text[n : n + 2], 16) for n in (1, 3, 5)]
    assert np.abs(ink.mean(axis=0) - expected).max() < 5


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_every_colour_map_draws_silence_as_its_first_colour(colour_map: str) -> None:
    view = View(duration_s=0.5, colour_map=colour_map)
    figure = stft_figure(np.full((64, 50), -100, np.float32), view, sample_rate=8000)
    assert_one_colour(figure, colormaps[colour_map](0.0))


def test_silence_has_the_first_colour_in_every_picture() -> None:
    silence = np.full((64, 50), -100, np.float32)
    for figure in (
        mel_figure(silence, NINE_SECONDS, frequencies=FREQUENCIES[:64]),
        mfcc_figure(np.zeros((13, 50), np.float32), NINE_SECONDS),
    ):
        assert_one_colour(figure, colormaps["magma"](0.0))


def assert_one_colour(figure: Figure, colour: tuple[float, ...]) -> None:
    shown = inside(figure, figure.axes[0])
    assert np.abs(shown - 255 * np.array(colour)).max() <= 1


@pytest.mark.parametrize(
    ("start_s", "duration_s", "sample_rate", "axis", "note_names"),
    [
        (0, 9, 44_100, "linear", False),
        (0, 9, 44_100, "log", True),
        (75.2, 0.3, 8000, "linear", True),
        (75.2, 0.3, 8000, "log", False),
        (0, 600, 384_000, "log", True),
        (0, 600, 384_000, "linear", True),
        (4000.1, 0.8, 96_000, "log", False),
    ],
)
def test_no_text_is_cut_off_nor_written_over_another(
    start_s: float, duration_s: float, sample_rate: int, axis: FrequencyAxis, note_names: bool
) -> None:
    view = View(duration_s=duration_s, start_s=start_s, frequency_axis=axis, note_names=note_names)
    assert_readable(stft_figure(LEVELS[:, :20], view, sample_rate=sample_rate))
    frequencies = FREQUENCIES * np.float32(sample_rate / 44_100)
    assert_readable(mel_figure(LEVELS[:128, :20], view, frequencies=frequencies))
    assert_readable(mel_figure(LEVELS[:20, :20], view, frequencies=frequencies[30:50]))


@pytest.mark.parametrize("n_mfcc", [1, 13, 40])
def test_the_large_numbers_of_mfcc_are_not_cut_off(n_mfcc: int) -> None:
    mfcc = np.random.default_rng(0).normal(-300, 200, (n_mfcc, 20)).astype(np.float32)
    assert_readable(mfcc_figure(mfcc, NINE_SECONDS))
