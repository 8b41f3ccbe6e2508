import numpy as np
import pytest

from mlmusic.digits.curve import describe, smooth, thin
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult


def test_smoothing_keeps_a_constant() -> None:
    assert smooth([2.0] * 50, 0.9) == pytest.approx(np.full(50, 2.0))


def test_smoothing_is_a_weighted_mean_of_all_so_far() -> None:
    weights = np.array([0.25, 0.5, 1.0])
    expected = (weights * [4.0, 2.0, 1.0]).sum() / weights.sum()
    assert smooth([4.0, 2.0, 1.0], 0.5)[-1] == pytest.approx(expected)


def test_no_smoothing_changes_nothing() -> None:
    assert smooth([3.0, 1.0, 2.0], 0.0).tolist() == [3.0, 1.0, 2.0]


@pytest.mark.parametrize("weight", [-0.1, 1.0])
def test_an_impossible_weight_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="is not in"):
        smooth([1.0], weight)


def test_a_short_curve_is_kept_whole() -> None:
    steps, values = thin([5.0, 4.0, 3.0], 10)
    assert steps.tolist() == [0, 1, 2]
    assert values.tolist() == [5.0, 4.0, 3.0]


def test_peaks_survive_thinning_whatever_the_length() -> None:
    curve = np.ones(100_000)
    curve[[77, 50_001, 99_999]] = 9.0
    curve[31_337] = -3.0
    steps, values = thin(curve, 500)
    assert len(steps) <= 500
    assert {77, 50_001, 99_999, 31_337} <= set(steps.tolist())
    assert np.all(np.diff(steps) > 0)
    assert np.array_equal(values, curve[steps])


def history(losses: list[float]) -> History:
    return History(losses=losses, tests=[TestResult(len(losses), 1000, 0.5, 0.876)])


def test_a_falling_curve_is_called_falling() -> None:
    text = describe(history(np.linspace(2.3, 0.5, 100).tolist()))
    assert "falling" in text
    assert "On 1,000 test images the loss is 0.50 and 87.6% are read right." in text


def test_a_flat_curve_is_called_flat() -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, 100)
    assert "flat, at about 1.00" in describe(history((1 + noise).tolist()))


def test_a_rising_curve_is_called_diverging() -> None:
    text = describe(history([2.3, 1.5, 1.0, 0.8, 0.7, 0.9, 1.5, 3.0, 6.0, 20.0]))
    assert "diverging" in text
    assert "smaller learning rate" in text


def test_a_curve_far_above_guessing_is_diverging_even_where_it_falls() -> None:
    assert "diverging" in describe(history([2.3, 900.0, 700.0, 500.0, 300.0, 100.0, 50.0, 20.0]))


def test_a_curve_without_a_test_is_described_all_the_same() -> None:
    assert describe(History(losses=[2.0] * 10)) == "The training loss is flat, at about 2.00."


def test_the_beginning_explains_guessing() -> None:
    assert "random costs a loss of 2.30" in describe(History(losses=[2.3]))
