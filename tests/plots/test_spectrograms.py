"""The pictures: their axes, their units and what is where."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import colormaps
from numpy.typing import NDArray

from mlmusic.errors import InputError
from mlmusic.plots import spectrograms
from mlmusic.plots.picture import AXES_BOX, HEIGHT, WIDTH
from mlmusic.plots.rows import COLUMNS, ROWS, Rows
from mlmusic.plots.view import View
from tests.plots.drawn import inside, labels, pixels, words
from tests.plots.figures import (
    FREQUENCIES,
    LEVELS,
    NINE_SECONDS,
    mel_figure,
    mfcc_figure,
    stft_figure,
)


def loud_bin(number: int, column: int) -> NDArray[np.float32]:
    """Return an STFT of 2049 bins and 6000 columns, silent but for one point."""
    levels = np.full((2049, 6000), -40, np.float32)
    levels[number, column] = 40
    return levels


def bright(figure_pixels: NDArray[np.int_]) -> tuple[float, float]:
    """Return where a picture is bright: parts of its width, and of its height from below."""
    places = np.argwhere(figure_pixels[..., :3].sum(axis=2) > 600)
    assert len(places) > 0
    y, x = places.mean(axis=0)
    height, width = figure_pixels.shape[:2]
    return x / width, 1 - y / height


def test_the_stft_picture_has_its_units_and_its_words() -> None:
    figure = stft_figure(LEVELS, NINE_SECONDS, sample_rate=44_100)
    axes, bar = figure.axes
    assert words(figure) == ["STFT spectrogram", "Time (s)", "Frequency (Hz)", "dB"]
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 9), (0, 22_050))
    assert labels(axes) == ["0", "5k", "10k", "15k", "20k"]
    assert labels(axes, "below") == ["0", "2", "4", "6", "8"]
    assert labels(bar, "right") == ["−40", "−20", "0", "20", "40"]
    assert figure.get_label() == "STFT spectrogram: levels from 0 to 22,050 Hz over 9.0 s"


def test_the_mel_picture_is_labelled_in_hertz() -> None:
    figure = mel_figure(LEVELS[:128], NINE_SECONDS, frequencies=FREQUENCIES)
    axes, _ = figure.axes
    assert words(figure) == ["Mel spectrogram", "Time (s)", "Frequency (Hz, mel scale)", "dB"]
    assert labels(axes) == ["100", "500", "1k", "2k", "4k", "8k", "16k"]
    places = [text.get_position()[1] for text in axes.texts if text.get_text() in labels(axes)]
    mel = np.log1p(np.array([100, 500, 1000, 2000, 4000, 8000, 16_000]) / 700) / np.log(32.5)
    np.testing.assert_allclose(places[-7:], mel * 129 - 1, atol=0.02)
    assert str(figure.get_label()).startswith("Mel spectrogram: levels in 128 mel bands")


def test_the_mfcc_picture_counts_coefficients() -> None:
    values = np.random.default_rng(0).normal(size=(13, 300)).astype(np.float32)
    values[0] = -400  # the loudness must not take the colours of the others
    figure = mfcc_figure(values, NINE_SECONDS)
    axes = figure.axes[0]
    assert words(figure)[:3] == ["MFCC", "Time (s)", "Coefficient"]
    assert labels(axes) == ["0", "2", "4", "6", "8", "10", "12"]
    assert axes.get_ylim() == (-0.5, 12.5)
    assert figure.get_label() == ("MFCC: coefficients 0 to 12 over 9.0 s; colours by square root")


def test_the_colours_of_mfcc_span_all_but_the_loudness() -> None:
    values = np.random.default_rng(0).uniform(-30, 30, (13, 300)).astype(np.float32)
    values[0], values[1, 7], values[5, 3] = -900, 225, -64
    figure = mfcc_figure(values, NINE_SECONDS)
    axes, bar = figure.axes
    assert axes.images[0].get_clim() == (-8, 15)
    assert bar.get_ylim() == (-8, 15)
    places = {text.get_text(): text.get_position()[1] for text in bar.texts}
    assert places == pytest.approx(
        {"200": 200**0.5, "100": 10, "50": 50**0.5, "20": 20**0.5, "5": 5**0.5, "0": 0}
        | {"−50": -(50**0.5), "−20": -(20**0.5), "−5": -(5**0.5)}
    )
    # The loudness is beyond the first colour, the largest is the last.
    colours = inside(figure, axes)[..., :3]
    height, width = colours.shape[:2]
    for row, column, part in ((0, 100, 0.0), (1, 7, 1.0), (5, 3, 0.0)):
        pixel = colours[round(height * (1 - (row + 0.5) / 13)), round(width * (column + 0.5) / 300)]
        assert np.abs(pixel - 255 * np.array(colormaps["magma"](part)[:3])).max() <= 1


@pytest.mark.parametrize("sign", [1, -1])
def test_mfcc_of_one_sign_have_0_in_the_middle_third_of_the_colours(sign: int) -> None:
    values = np.zeros((13, 50), np.float32)
    values[3, 20] = sign * 100
    low, high = mfcc_figure(values, NINE_SECONDS).axes[0].images[0].get_clim()
    assert (low, high) == ((-5, 10) if sign > 0 else (-10, 5))


def test_the_loudness_alone_has_all_the_colours() -> None:
    loudness = np.linspace(-900, -400, 50, dtype=np.float32)[np.newaxis]
    figure = mfcc_figure(loudness, NINE_SECONDS)
    assert figure.axes[0].images[0].get_clim() == (-30, -20)
    assert labels(figure.axes[1], "right") == [f"−{n}00" for n in (9, 8, 7, 6, 5, 4)]


def test_a_long_song_has_minutes_on_its_axis() -> None:
    figure = stft_figure(LEVELS, View(duration_s=245, start_s=60), sample_rate=44_100)
    axes = figure.axes[0]
    assert "Time (min:s)" in words(figure)
    assert axes.get_xlim() == (60, 305)
    assert labels(axes, "below") == ["1:00", "2:00", "3:00", "4:00", "5:00"]
    assert str(figure.get_label()).endswith("over 245.0 s, from 60.0 s")


def test_all_three_have_one_time_axis_with_a_pixel_for_each_column() -> None:
    figures = (
        stft_figure(LEVELS, NINE_SECONDS, sample_rate=44_100),
        mel_figure(LEVELS[:128], NINE_SECONDS, frequencies=FREQUENCIES),
        mfcc_figure(LEVELS[:13], NINE_SECONDS),
    )
    boxes = [figure.axes[0].get_window_extent().bounds for figure in figures]
    assert boxes[0] == boxes[1] == boxes[2]
    assert boxes[0] == pytest.approx((192, 176, COLUMNS, 2 * ROWS))


def test_there_are_pixels_enough_for_a_phone_and_for_a_wide_screen() -> None:
    figure = stft_figure(LEVELS, NINE_SECONDS, sample_rate=44_100)
    height, width, _ = pixels(figure).shape
    assert (width, height) == (WIDTH, HEIGHT)
    assert width >= 3 * 358  # CSS pixels of a picture on a phone 390 wide, at density 3
    assert width >= 2 * 576  # and of one of three on a screen 1920 wide, at density 2


def test_each_column_is_one_column_of_pixels_and_each_row_two() -> None:
    places = np.random.default_rng(3)
    for row, column in zip(
        places.integers(0, ROWS, 8), places.integers(0, COLUMNS, 8), strict=True
    ):
        levels = np.full((ROWS, COLUMNS), -40, np.float32)
        levels[row, column] = 40
        rows = Rows(levels, np.arange(ROWS), 0, 22_050, ROWS)
        figure = spectrograms.stft_figure(rows, NINE_SECONDS)
        colours = inside(figure, figure.axes[0])[..., :3]
        bright = np.argwhere(colours.sum(axis=2) > 300)
        top = 2 * (ROWS - row)
        assert bright.tolist() == [[top - 2, column], [top - 1, column]]


def test_the_image_is_where_a_pointer_looks_for_it() -> None:
    opaque = pixels(stft_figure(LEVELS, NINE_SECONDS, sample_rate=44_100))[..., 3] == 255
    height, width = opaque.shape
    left, bottom, across, up = AXES_BOX
    columns = np.flatnonzero(opaque[: height // 2, : round(0.825 * width)].mean(axis=0) > 0.7)
    rows = np.flatnonzero(opaque[:, width // 3 : width // 2].mean(axis=1) > 0.9)
    assert columns[0] / width == pytest.approx(left, abs=2 / width)
    assert (columns[-1] + 1) / width == pytest.approx(left + across, abs=2 / width)
    assert rows[0] / height == pytest.approx(1 - bottom - up, abs=2 / height)
    assert (rows[-1] + 1) / height == pytest.approx(1 - bottom, abs=2 / height)


def test_a_single_loud_bin_is_drawn_however_large_the_matrix() -> None:
    figure = stft_figure(loud_bin(617, 1703), NINE_SECONDS, sample_rate=44_100)
    assert figure.axes[0].images[0].get_array().shape == (ROWS, COLUMNS)
    x, y = bright(inside(figure, figure.axes[0]))
    assert x == pytest.approx(1703 / 6000, abs=0.003)
    assert y == pytest.approx(617 / 2048, abs=0.003)


@pytest.mark.parametrize("number", [3, 40, 617, 1900])
def test_on_a_log_axis_it_is_at_the_logarithm_of_its_frequency(number: int) -> None:
    view = replace(NINE_SECONDS, frequency_axis="log")
    figure = stft_figure(loud_bin(number, 1703), view, sample_rate=44_100)
    axes = figure.axes[0]
    lowest = 20.0
    assert axes.get_ylim() == pytest.approx((lowest, 22_050))
    x, y = bright(inside(figure, axes))
    frequency = number * 44_100 / 4096
    assert x == pytest.approx(1703 / 6000, abs=0.003)
    # Bin 3 reaches from 2.5 to 3.5: its middle is a little lower on a log axis.
    assert y == pytest.approx(np.log(frequency / lowest) / np.log(22_050 / lowest), abs=0.006)
    # Where the axis says that it is.
    pixel = axes.transData.transform((0, frequency))[1]
    box = axes.get_window_extent()
    assert y == pytest.approx((pixel - box.y0) / box.height, abs=0.006)


def test_a_log_axis_says_so() -> None:
    figure = stft_figure(LEVELS, replace(NINE_SECONDS, frequency_axis="log"), sample_rate=44_100)
    assert "Frequency (Hz, log scale)" in words(figure)
    assert labels(figure.axes[0]) == ["50", "100", "200", "500", "1k", "2k", "5k", "10k", "20k"]
    assert str(figure.get_label()).endswith("from 21.5 to 22,050 Hz over 9.0 s; logarithmic axis")


def test_note_names_are_at_their_frequencies() -> None:
    view = replace(NINE_SECONDS, frequency_axis="log", note_names=True)
    stft = stft_figure(LEVELS, view, sample_rate=44_100)
    assert "Note" in words(stft)
    places = {text.get_text(): text.get_position()[1] for text in stft.axes[0].texts}
    assert [name for name in places if name.startswith("C")] == [f"C{n}" for n in range(1, 11)]
    assert places["C4"] == pytest.approx(261.6256, abs=1e-3)
    assert "note names" in str(stft.get_label())
    mel = mel_figure(LEVELS[:128], view, frequencies=FREQUENCIES)
    assert "Note (mel scale)" in words(mel)
    places = {text.get_text(): text.get_position()[1] for text in mel.axes[0].texts}
    assert np.interp(places["C8"], np.arange(128), FREQUENCIES) == pytest.approx(4186, abs=1)
    assert "note names" in str(mel.get_label())


def test_the_range_of_levels_is_what_the_colours_span() -> None:
    view = replace(NINE_SECONDS, range_db=30)
    figure = mel_figure(LEVELS[:128], view, frequencies=FREQUENCIES)
    loudest = LEVELS[:128].max()
    assert figure.axes[0].images[0].get_clim() == pytest.approx((loudest - 30, loudest))
    assert figure.axes[1].get_ylim() == pytest.approx((loudest - 30, loudest))
    assert str(figure.get_label()).endswith("; the loudest 30 dB")
    quiet = stft_figure(np.where(LEVELS > 0, LEVELS, -40), view, sample_rate=44_100)
    colours = inside(quiet, quiet.axes[0])[-20:-10, 20:-20, :3]  # far under the loudest
    assert np.abs(colours - 255 * np.array(colormaps["magma"](0.0)[:3])).max() <= 1


@pytest.mark.parametrize("range_db", [19.9, 80.1, float("nan")])
def test_a_range_of_levels_that_cannot_be_shown_is_an_error(range_db: float) -> None:
    with pytest.raises(InputError, match=r"range_db=.* is out of range; choose 20 to 80"):
        View(duration_s=1, range_db=range_db)
