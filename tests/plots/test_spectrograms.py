"""The pictures: their axes, their colours and their words."""

import io

import numpy as np
import pytest
from PIL import Image

from mlmusic.plots.spectrograms import (
    COLOUR_MAPS,
    COLUMNS,
    ROWS,
    View,
    mel_figure,
    mfcc_figure,
    png_bytes,
    stft_figure,
)
from mlmusic.plots.theme import THEMES

LEVELS = np.linspace(-40, 40, 1025 * 300, dtype=np.float32).reshape(1025, 300)
FREQUENCIES = np.linspace(20, 21_000, 128, dtype=np.float32)
NINE_SECONDS = View(duration_s=9.0)


def test_the_stft_picture_has_its_units_and_its_words() -> None:
    figure = stft_figure(LEVELS, NINE_SECONDS, sample_rate=44_100)
    axes, bar = figure.axes
    assert axes.get_xlabel() == "Time (s)"
    assert axes.get_ylabel() == "Frequency (Hz)"
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 9), (0, 22_050))
    assert bar.get_title() == "dB"
    assert figure.get_label() == "STFT spectrogram: levels from 0 to 22,050 Hz over 9.0 s"


def test_the_mel_picture_is_labelled_in_hertz() -> None:
    figure = mel_figure(LEVELS[:128], NINE_SECONDS, frequencies=FREQUENCIES)
    axes, bar = figure.axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["100", "500", "1k", "2k", "4k", "8k", "16k"]
    rows = np.interp([100, 500, 1000, 2000, 4000, 8000, 16_000], FREQUENCIES, np.arange(128))
    np.testing.assert_allclose(axes.get_yticks(), rows)
    assert bar.get_title() == "dB"
    assert str(figure.get_label()).startswith("Mel spectrogram: levels in 128 mel bands")


def test_the_mfcc_picture_counts_coefficients() -> None:
    values = np.random.default_rng(0).normal(size=(13, 300)).astype(np.float32)
    values[0] = -400  # the loudness must not take the colours of the others
    figure = mfcc_figure(values, NINE_SECONDS)
    axes = figure.axes[0]
    assert axes.get_ylabel() == "Coefficient"
    assert axes.get_ylim() == (-0.5, 12.5)
    low, high = axes.images[0].get_clim()
    assert -3 < low < high < 3
    assert figure.get_label() == "MFCC: coefficients 0 to 12 over 9.0 s"


def test_a_long_song_has_minutes_on_its_axis() -> None:
    figure = stft_figure(LEVELS, View(duration_s=245, start_s=60), sample_rate=44_100)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    assert axes.get_xlabel() == "Time (min:s)"
    assert axes.get_xlim() == (60, 305)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert {"2:00", "3:00", "5:00"} <= set(labels)


def test_all_three_have_one_time_axis_with_a_pixel_for_each_column() -> None:
    figures = (
        stft_figure(LEVELS, NINE_SECONDS, sample_rate=44_100),
        mel_figure(LEVELS[:128], NINE_SECONDS, frequencies=FREQUENCIES),
        mfcc_figure(LEVELS[:13], NINE_SECONDS),
    )
    boxes = [figure.axes[0].get_window_extent().bounds for figure in figures]
    assert boxes[0] == boxes[1] == boxes[2]
    assert boxes[0][2] >= COLUMNS
    assert boxes[0][3] >= ROWS


def test_a_single_loud_bin_is_drawn_however_large_the_matrix() -> None:
    levels = np.full((2049, 6000), -40, np.float32)
    levels[617, 1703] = 40
    figure = stft_figure(levels, NINE_SECONDS, sample_rate=44_100)
    assert figure.axes[0].images[0].get_array().shape == (ROWS, COLUMNS)
    picture = np.asarray(Image.open(io.BytesIO(png_bytes(figure))).convert("RGB")).astype(int)
    left, bottom, width, height = figure.axes[0].get_window_extent().bounds
    top = picture.shape[0] - round(bottom + height)
    inside = picture[top : top + round(height), round(left) : round(left + width)]
    bright = np.argwhere(inside.sum(axis=2) > 600)
    assert len(bright) > 0
    y, x = bright.mean(axis=0)
    assert x / width == pytest.approx(1703 / 6000, abs=0.01)
    assert 1 - y / height == pytest.approx(617 / 2049, abs=0.01)


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_text_has_the_page_s_colour_and_the_background_is_clear(brightness: str) -> None:
    view = View(duration_s=9.0, brightness=brightness)  # type: ignore[arg-type]
    figure = stft_figure(LEVELS, view, sample_rate=44_100)
    axes = figure.axes[0]
    text = THEMES[view.brightness].text
    assert axes.title.get_color() == axes.xaxis.label.get_color() == text
    picture = Image.open(io.BytesIO(png_bytes(figure)))
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.info["Description"].startswith("STFT spectrogram")


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_every_colour_map_draws_silence(colour_map: str) -> None:
    silence = np.full((64, 50), -100, np.float32)
    view = View(duration_s=0.5, colour_map=colour_map)
    for figure in (
        stft_figure(silence, view, sample_rate=8000),
        mel_figure(silence, view, frequencies=FREQUENCIES[:64]),
        mfcc_figure(silence[:13], view),
    ):
        assert png_bytes(figure).startswith(b"\x89PNG")
