"""From sound to MFCC in five pictures: what is drawn is what was given."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mlmusic.plots.step_axes import DPI, POINTS, level_limits, line_points, triangle
from mlmusic.plots.steps import (
    coefficients_figure,
    energies_figure,
    filter_to_highlight,
    filters_figure,
    spectrum_figure,
    window_figure,
)
from mlmusic.plots.theme import THEMES, Brightness
from tests.plots.drawn import assert_readable, inside, labels, pixels, words

N_FFT, N_MELS, N_MFCC, SAMPLE_RATE = 2048, 128, 13, 44_100
LIGHT = THEMES["light"]

TIMES_MS = 1000 * (np.arange(N_FFT) - N_FFT // 2) / SAMPLE_RATE
WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)
SAMPLES = 0.25 * np.sin(2 * np.pi * 4306.640625 * TIMES_MS / 1000)  # bin 200
FREQUENCIES = np.arange(N_FFT // 2 + 1) * SAMPLE_RATE / N_FFT


def decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    levels = 10 * np.log10(np.maximum(power, 1e-10))
    return np.maximum(levels, levels.max() - 80)


def triangles(n_mels: int = N_MELS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mel filters and where they peak."""
    corners = 700 * (32.5 ** (np.arange(n_mels + 2) / (n_mels + 1)) - 1)[:, np.newaxis]
    rising = (FREQUENCIES - corners[:-2]) / np.diff(corners, axis=0)[:-1]
    falling = (corners[2:] - FREQUENCIES) / np.diff(corners, axis=0)[1:]
    return np.maximum(0, np.minimum(rising, falling)), corners[1:-1, 0]


POWER = np.abs(np.fft.rfft(SAMPLES * WINDOW)) ** 2
SPECTRUM_DB = decibels(POWER)
FILTERS, CENTRES_HZ = triangles()
MEL_DB = decibels(FILTERS @ POWER)
BASIS = np.sqrt(2 / N_MELS) * np.cos(
    np.pi / N_MELS * np.arange(N_MFCC)[:, np.newaxis] * (np.arange(N_MELS) + 0.5)
)
BASIS[0] /= np.sqrt(2)
LOUDEST = int(np.argmin(np.abs(CENTRES_HZ - 4306.64)))  # the filter of the tone


def five(brightness: Brightness = "light") -> list[Figure]:
    return [
        window_figure(SAMPLES, WINDOW, TIMES_MS, brightness=brightness),
        spectrum_figure(FREQUENCIES, SPECTRUM_DB, brightness=brightness),
        filters_figure(
            *(FREQUENCIES, SPECTRUM_DB, FILTERS, CENTRES_HZ),
            highlighted=LOUDEST,
            brightness=brightness,
        ),
        energies_figure(MEL_DB, CENTRES_HZ, highlighted=LOUDEST, brightness=brightness),
        coefficients_figure(BASIS, BASIS @ MEL_DB, brightness=brightness),
    ]


def lines(axes: Axes, colour: str) -> list[NDArray[np.float64]]:
    """Return the points of the lines of a colour that go along the data."""
    return [line.get_xydata() for line in axes.lines if to_hex(line.get_color()) == colour]


def test_the_five_are_of_one_size_on_one_line_and_say_what_they_are() -> None:
    figures = five()
    assert [words(figure)[0] for figure in figures] == [
        "1 · Windowed samples",
        "2 · Spectrum",
        "3 · Mel filters",
        "4 · Log energies",
        "5 · Cosine transform → MFCC",
    ]
    assert [words(figure)[1:] for figure in figures] == [
        ["Time (ms)", "Sample value"],
        ["Frequency (Hz)", "Level (dB)"],
        ["Frequency (Hz)", "Weight"],
        ["Frequency (Hz, mel scale)", "Level (dB)"],
        ["Coefficient", "Mel filter", "MFCC"],
    ]
    for number, figure in enumerate(figures, 1):
        assert pixels(figure).shape == (2 * DPI, 3 * DPI, 4)
        assert str(figure.get_label()).startswith(f"Step {number} of 5, ")
        box = figure.axes[0].get_position()
        assert (box.x0, box.y0, box.y1) == pytest.approx((0.18, 0.22, 0.85))
        assert figure.axes[-1].get_position().x1 == pytest.approx(0.95)


def test_windowed_samples_stay_within_the_outline_of_the_window() -> None:
    axes = five()[0].axes[0]
    assert axes.get_xlim() == (TIMES_MS[0], TIMES_MS[-1])
    (windowed,) = lines(axes, LIGHT.accent)
    below, above = lines(axes, LIGHT.second)
    peak = np.abs(SAMPLES).max()
    assert above[:, 1].max() == pytest.approx(peak, abs=1e-4)
    assert below[:, 1].min() == pytest.approx(-peak, abs=1e-4)
    outline = np.interp(windowed[:, 0], above[:, 0], above[:, 1])
    assert (np.abs(windowed[:, 1]) <= outline + 0.001).all()
    assert windowed[:, 1].max() == pytest.approx((SAMPLES * WINDOW).max())
    raw = max(lines(axes, LIGHT.muted), key=len)
    assert raw[:, 1].max() == pytest.approx(SAMPLES.max())
    assert labels(axes) == ["−0.2", "0", "0.2"]


def test_quiet_samples_have_their_power_of_ten_on_the_axis() -> None:
    figure = window_figure(SAMPLES / 1000, WINDOW, TIMES_MS)
    assert words(figure)[2] == "Sample value (×10⁻⁴)"
    assert labels(figure.axes[0]) == ["−2", "0", "2"]


def test_the_spectrum_of_a_tone_has_its_peak_at_the_tone() -> None:
    figure = five()[1]
    (spectrum,) = lines(figure.axes[0], LIGHT.accent)
    x, y = spectrum[np.argmax(spectrum[:, 1])]
    assert x == pytest.approx(4306.64, abs=FREQUENCIES[1])
    assert y == pytest.approx(SPECTRUM_DB.max())
    low, high = figure.axes[0].get_ylim()
    assert low == pytest.approx(SPECTRUM_DB.max() - 80)
    assert high > SPECTRUM_DB.max()
    assert "the loudest at 4,307 Hz" in str(figure.get_label())


def test_levels_far_under_the_loudest_are_left_out_and_level_ones_not_magnified() -> None:
    low, high = level_limits(np.array([-100.0, 0.0]))
    assert low == -80
    assert 0 < high < 5
    assert level_limits(np.array([3.0, 4.0])) == (3, 23)


def test_each_filter_is_drawn_and_one_of_them_filled() -> None:
    figure = five()[2]
    axes = figure.axes[0]
    (collection,) = (c for c in axes.collections if len(c.get_paths()) == N_MELS)
    tops = [path.vertices[:, 1].max() for path in collection.get_paths()]
    np.testing.assert_allclose(tops, FILTERS.max(axis=1))
    (filled,) = axes.patches
    assert to_hex(filled.get_facecolor()) == LIGHT.second
    top = filled.get_xy()[np.argmax(filled.get_xy()[:, 1])]
    assert top[0] == pytest.approx(CENTRES_HZ[LOUDEST], abs=FREQUENCIES[1])
    assert f"around {CENTRES_HZ[LOUDEST]:,.0f} Hz" in str(figure.get_label())


def test_a_filter_reaches_down_to_0_at_both_sides() -> None:
    corners = triangle(np.arange(5) * 10.0, np.array([0, 0.5, 1, 0, 0]))
    assert corners.tolist() == [[0, 0], [10, 0.5], [20, 1], [30, 0]]
    highest = triangle(np.arange(3) * 10.0, np.array([0, 0, 0.25]))
    assert highest.tolist() == [[10, 0], [20, 0.25], [30, 0]]
    assert len(triangle(np.arange(3) * 10.0, np.zeros(3))) == 0


def test_a_filter_that_hears_nothing_can_be_highlighted() -> None:
    filters = FILTERS.copy()
    filters[LOUDEST] = 0
    figure = filters_figure(FREQUENCIES, SPECTRUM_DB, filters, CENTRES_HZ, highlighted=LOUDEST)
    assert pixels(figure)[..., 3].any()


def test_the_energies_are_bars_and_the_highlighted_one_is_the_same_as_before() -> None:
    figure = five()[3]
    axes = figure.axes[0]
    everything, one = axes.patches
    np.testing.assert_allclose(everything.get_data().values, MEL_DB)
    np.testing.assert_allclose(one.get_data().values, [MEL_DB[LOUDEST]])
    np.testing.assert_allclose(one.get_data().edges, [LOUDEST - 0.5, LOUDEST + 0.5])
    assert labels(axes, "below") == ["100", "500", "1k", "2k", "4k", "8k", "16k"]
    place = next(text.get_position()[0] for text in axes.texts if text.get_text() == "4k")
    assert np.interp(place, np.arange(N_MELS), CENTRES_HZ) == pytest.approx(4000, abs=1)
    assert f"; {MEL_DB[LOUDEST]:.0f} dB in the highlighted one" in str(figure.get_label())


def test_the_filter_to_highlight_is_the_loudest_of_the_upper_half() -> None:
    assert filter_to_highlight(np.array([9, 8, 1, 2, 7, 3], np.float32)) == 4
    assert filter_to_highlight(np.array([5], np.float32)) == 0
    assert filter_to_highlight(MEL_DB.astype(np.float32)) == LOUDEST


def test_each_coefficient_is_a_bar_beside_its_cosine() -> None:
    mfcc = np.array([-300.0, 40, -20, *[5.0] * 10])
    figure = coefficients_figure(BASIS, mfcc)
    cosines, bars = figure.axes
    assert [bar.get_width() for bar in bars.patches] == mfcc.tolist()
    waves = lines(cosines, LIGHT.second)
    assert len(waves) == N_MFCC
    for order, (wave, bar) in enumerate(zip(waves, bars.patches, strict=True)):
        crossings = np.count_nonzero(np.diff(np.sign(wave[:, 1] - order)))
        assert crossings == order  # half waves of a cosine
        assert bar.get_y() < order < bar.get_y() + bar.get_height()
    assert cosines.get_ylim() == bars.get_ylim()
    # The loudness is beyond the axis; its value is beside its bar.
    assert bars.get_xlim() == pytest.approx((-44, 44))
    assert "−300" in labels(bars, "right")
    assert labels(bars, "below") == ["−20", "0", "20"]


def test_of_many_cosines_a_few_are_drawn_and_all_bars() -> None:
    basis = np.cos(np.pi / 128 * np.arange(100)[:, np.newaxis] * (np.arange(128) + 0.5))
    cosines, bars = coefficients_figure(basis, np.ones(100)).axes
    assert 10 <= len(lines(cosines, LIGHT.second)) <= 16
    assert len(bars.patches) == 100


def test_a_long_line_keeps_its_highest_and_lowest_points() -> None:
    y = np.zeros(65_536, np.float32)
    y[12_345], y[12_346] = 1, -1
    x = np.arange(65_536, dtype=np.float32)
    thin_x, thin_y = line_points(x, y)
    assert len(thin_x) == len(thin_y) == 2 * POINTS
    assert (thin_y.max(), thin_y.min()) == (1, -1)
    assert thin_x[np.argmax(thin_y)] == pytest.approx(12_345, abs=65_536 / POINTS)
    short_x, short_y = line_points(x[:500], y[:500])
    np.testing.assert_array_equal(short_x, x[:500])
    np.testing.assert_array_equal(short_y, y[:500])


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_nothing_is_cut_off_and_the_page_is_seen_through(brightness: Brightness) -> None:
    for figure in five(brightness):
        assert_readable(figure)
        texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
        assert {text.get_color() for text in texts} == {THEMES[brightness].text}
        assert (inside(figure, figure.axes[0])[..., 3] == 0).mean() > 0.05


def test_silence_is_drawn_without_levels() -> None:
    silent = np.full(N_FFT // 2 + 1, -100.0)
    figures = [
        window_figure(0 * SAMPLES, WINDOW, TIMES_MS),
        spectrum_figure(FREQUENCIES, silent),
        filters_figure(FREQUENCIES, silent, FILTERS, CENTRES_HZ, highlighted=64),
        energies_figure(silent[:N_MELS], CENTRES_HZ, highlighted=64),
        coefficients_figure(BASIS, BASIS @ silent[:N_MELS]),
    ]
    for figure in figures:
        assert_readable(figure)
    assert figures[0].axes[0].get_ylim() == pytest.approx((-1.08, 1.08))
    assert figures[1].axes[0].get_ylim() == (-100, -80)
