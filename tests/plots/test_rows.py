"""The rows of a picture: every bin is in one of them, and they say which frequency they are."""

import numpy as np
import pytest

from mlmusic.plots.rows import (
    COLUMNS,
    ROWS,
    mel_rows,
    mfcc_rows,
    stft_limits,
    stft_rows,
)
from mlmusic.plots.view import FrequencyAxis

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize("axis", ["linear", "log"])
@pytest.mark.parametrize("bins", [9, 257, 401, 1025, 8193])
def test_a_row_is_the_loudest_bin_in_it_and_else_the_nearest(
    axis: FrequencyAxis, bins: int
) -> None:
    levels = RANDOM.normal(size=(bins, 3)).astype(np.float32)
    rows = stft_rows(levels, sample_rate=48_000, frequency_axis=axis)
    low, high = stft_limits(bins, 48_000, axis)
    # Each bin to its row, and what is left empty to the bin that is nearest to its middle.
    frequencies = np.arange(bins) * 24_000 / (bins - 1)
    expected = np.full((ROWS, 3), -np.inf, np.float32)
    for level, frequency in zip(levels, frequencies, strict=True):
        if frequency >= low:
            part = (
                np.log(frequency / low) / np.log(high / low) if axis == "log" else frequency / high
            )
            row = min(int(ROWS * part + 1e-9), ROWS - 1)
            expected[row] = np.maximum(expected[row], level)
    for row in np.flatnonzero(np.isinf(expected[:, 0])):
        expected[row] = levels[np.argmin(np.abs(frequencies - rows.frequencies[row]))]
    np.testing.assert_array_equal(rows.values, expected)


@pytest.mark.parametrize("axis", ["linear", "log"])
@pytest.mark.parametrize("bins", [9, 401, 1025, 8193])
def test_no_thin_line_is_lost(axis: FrequencyAxis, bins: int) -> None:
    low, high = stft_limits(bins, 44_100, axis)
    first = round(np.ceil(low / high * (bins - 1) - 1e-9))
    alone = RANDOM.choice(np.arange(first, bins), min(bins - first, COLUMNS), replace=False)
    levels = np.full((bins, len(alone)), -80, np.float32)
    levels[alone, np.arange(len(alone))] = 0  # in each column, one bin is loud
    rows = stft_rows(levels, sample_rate=44_100, frequency_axis=axis)
    assert (rows.values.max(axis=0) == 0).all()


def test_the_frequencies_of_linear_rows_are_evenly_spread() -> None:
    rows = stft_rows(np.zeros((1025, 1), np.float32), sample_rate=44_100)
    step = 22_050 / ROWS
    np.testing.assert_allclose(rows.frequencies, (np.arange(ROWS) + 0.5) * step)


def test_the_frequencies_of_log_rows_rise_by_one_factor_from_the_first_bin() -> None:
    rows = stft_rows(
        np.zeros((1025, 1), np.float32), sample_rate=44_100, frequency_axis="log"
    ).frequencies
    factor = (22_050 / 21.533203125) ** (1 / ROWS)
    np.testing.assert_allclose(rows[1:] / rows[:-1], factor)
    assert rows[0] == pytest.approx(21.533203125 * factor**0.5)


@pytest.mark.parametrize(
    ("bins", "sample_rate", "lowest"),
    [
        (1025, 44_100, 21.533203125),  # the first bin above 0
        (32_769, 44_100, 20.0),  # the lowest that is heard
        (9, 8000, 500.0),
        (1025, 1, 0.005),  # nothing is heard: two decades
    ],
)
def test_a_log_axis_begins_where_hearing_does(bins: int, sample_rate: int, lowest: float) -> None:
    assert stft_limits(bins, sample_rate, "log") == pytest.approx((lowest, sample_rate / 2))
    assert stft_limits(bins, sample_rate, "linear") == (0, sample_rate / 2)


@pytest.mark.parametrize("axis", ["linear", "log"])
def test_a_tone_is_in_the_row_of_its_frequency(axis: FrequencyAxis) -> None:
    levels = np.full((1025, 4), -80, np.float32)
    levels[200] = 0  # 200 * 44100 / 2048 = 4306.6 Hz
    rows = stft_rows(levels, sample_rate=44_100, frequency_axis=axis)
    loud = np.flatnonzero(rows.values[:, 0] == 0)
    assert len(loud) == 1
    height = np.diff(rows.frequencies[loud[0] - 1 : loud[0] + 1])[0]
    assert rows.frequencies[loud[0]] == pytest.approx(4306.6, abs=height / 2 + 1)


def test_low_bins_are_broad_on_a_log_axis_without_holes_or_smearing() -> None:
    levels = np.repeat(np.arange(1025, dtype=np.float32)[:, np.newaxis], 2, axis=1)
    values = stft_rows(levels, sample_rate=44_100, frequency_axis="log").values[:, 0]
    assert (np.diff(values) >= 0).all()
    assert set(range(1, 60)) <= set(values.tolist())  # each in rows of its own
    # Of 10 octaves in 400 rows, from bin 1 to bin 1.5 there are 23.
    assert np.count_nonzero(values == 1) == pytest.approx(np.log2(1.5) / 10 * ROWS, abs=1)
    assert np.count_nonzero(values == 2) == pytest.approx(np.log2(2.5 / 1.5) / 10 * ROWS, abs=1)


def test_mel_rows_are_the_filters_and_have_their_frequencies() -> None:
    levels = RANDOM.normal(size=(128, 900)).astype(np.float32)
    frequencies = np.geomspace(50, 20_000, 128).astype(np.float32)
    rows = mel_rows(levels, frequencies=frequencies)
    assert rows.values.shape == (128, COLUMNS)
    np.testing.assert_array_equal(rows.values.max(axis=1), levels.max(axis=1))
    np.testing.assert_allclose(rows.frequencies, frequencies)


def test_more_filters_than_rows_are_folded_with_the_mean_frequency() -> None:
    levels = np.arange(800, dtype=np.float32)[:, np.newaxis]
    rows = mel_rows(levels, frequencies=np.arange(800, dtype=np.float32))
    np.testing.assert_array_equal(rows.values[:, 0], np.arange(1, 800, 2))
    np.testing.assert_allclose(rows.frequencies, np.arange(0.5, 800, 2))


def test_mfcc_columns_are_folded_to_their_mean_and_coefficients_stay_rows() -> None:
    values = np.zeros((800, 2 * COLUMNS), np.float32)
    values[1::2, 1::2] = 4
    folded = mfcc_rows(values)
    assert folded.shape == (800, COLUMNS)
    np.testing.assert_array_equal(folded[1::2], 2)
    np.testing.assert_array_equal(folded[::2], 0)
    few = RANDOM.normal(size=(13, 50)).astype(np.float32)
    np.testing.assert_allclose(mfcc_rows(few), few)
