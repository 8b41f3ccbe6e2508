"""Measures of an evaluation, against counts by hand and published values."""

import pytest
import torch

from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.metrics import (
    calibration,
    calibration_error,
    compare,
    confused,
    digit_scores,
    guesses,
    mistakes,
    row_percentages,
    wilson_interval,
)


def evaluation_of(*said: tuple[int, int, float]) -> Evaluation:
    """Return an evaluation made of (true digit, guess, probability of the guess)."""
    probabilities = torch.zeros(len(said), 10)
    for index, (_, guess, probability) in enumerate(said):
        probabilities[index] = (1 - probability) / 9
        probabilities[index, guess] = probability
    return Evaluation(probabilities, torch.tensor([one[0] for one in said]), 0.5, 1.0)


@pytest.fixture
def hand_counted() -> Evaluation:
    """4 is read right three times and once as 9; 9 once right and once as 4; 7 as 9."""
    return evaluation_of(
        *((4, 4, 0.88), (4, 4, 0.58), (4, 4, 0.78), (4, 9, 0.68)),
        *((9, 9, 0.95), (9, 4, 0.48), (7, 9, 0.85)),
    )


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [  # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(
    successes: int, total: int, low: float, high: float
) -> None:
    assert wilson_interval(successes, total) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_is_the_same_from_the_other_side_and_stays_within_0_and_1() -> None:
    low, high = wilson_interval(9949, 10_000)
    other_low, other_high = wilson_interval(51, 10_000)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low))
    assert low < 0.9949 < high
    assert wilson_interval(7, 7)[1] == 1.0
    assert wilson_interval(0, 7)[0] == 0.0


@pytest.mark.parametrize(("successes", "total"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(successes: int, total: int) -> None:
    with pytest.raises(ValueError, match=f"successes={successes} of total={total} is no share"):
        wilson_interval(successes, total)


def test_precision_recall_and_f1_are_those_counted_by_hand(hand_counted: Evaluation) -> None:
    four, nine = digit_scores(hand_counted)[4], digit_scores(hand_counted)[9]
    assert (four.digit, four.images) == (4, 4)
    assert (four.precision, four.recall, four.f1) == (3 / 4, 3 / 4, 3 / 4)
    assert (nine.digit, nine.images) == (9, 2)
    assert (nine.precision, nine.recall, nine.f1) == (1 / 3, 1 / 2, 2 / 5)


def test_nothing_is_divided_by_zero(hand_counted: Evaluation) -> None:
    seven, zero = digit_scores(hand_counted)[7], digit_scores(hand_counted)[0]
    assert (seven.images, seven.precision, seven.recall, seven.f1) == (1, None, 0, 0)
    assert (zero.images, zero.precision, zero.recall, zero.f1) == (0, None, None, None)


def test_rows_are_in_percent_and_an_empty_row_is_0(hand_counted: Evaluation) -> None:
    percentages = row_percentages(hand_counted.confusion)
    assert (percentages[4, 4], percentages[4, 9]) == (75, 25)
    assert percentages[7, 9] == 100
    assert percentages.sum(1).tolist() == [0, 0, 0, 0, 100, 0, 0, 100, 0, 100]


def test_mistakes_come_with_the_most_confident_first(hand_counted: Evaluation) -> None:
    indices = mistakes(hand_counted)
    assert indices.tolist() == [6, 3, 5]
    first = guesses(hand_counted, indices)[0]
    assert (first.index, first.label, first.prediction) == (6, 7, 9)
    assert first.probability == pytest.approx(0.85)


def test_without_mistakes_there_is_nothing_to_show() -> None:
    evaluation = evaluation_of((3, 3, 0.9))
    assert guesses(evaluation, mistakes(evaluation)) == []


def test_a_cell_holds_its_images_and_the_odd_ones_come_first(hand_counted: Evaluation) -> None:
    assert confused(hand_counted, label=4, prediction=4).tolist() == [1, 2, 0]
    assert confused(hand_counted, label=4, prediction=9).tolist() == [3]
    assert confused(hand_counted, label=0, prediction=1).tolist() == []
    twice = evaluation_of((5, 6, 0.4), (5, 6, 0.8))
    assert confused(twice, label=5, prediction=6).tolist() == [1, 0]


def test_all_cells_together_hold_every_image_once(hand_counted: Evaluation) -> None:
    cells = [(label, prediction) for label in range(10) for prediction in range(10)]
    held = [confused(hand_counted, label=one, prediction=other) for one, other in cells]
    assert torch.tensor([len(cell) for cell in held]).equal(hand_counted.confusion.flatten())
    assert sorted(torch.cat(held).tolist()) == list(range(hand_counted.total))


def test_two_networks_are_compared_image_by_image() -> None:
    first = evaluation_of((1, 1, 0.9), (2, 2, 0.9), (3, 8, 0.9), (4, 9, 0.9), (5, 5, 0.9))
    second = evaluation_of((1, 1, 0.9), (2, 7, 0.9), (3, 3, 0.9), (4, 4, 0.9), (5, 6, 0.9))
    comparison = compare(first, second)
    assert comparison.only_first.tolist() == [1, 4]
    assert comparison.only_second.tolist() == [2, 3]
    assert comparison.both_wrong.tolist() == []
    assert comparison.both_right == 1
    assert compare(first, first).both_wrong.tolist() == [2, 3]


def test_evaluations_on_other_images_are_not_compared(hand_counted: Evaluation) -> None:
    with pytest.raises(ValueError, match="evaluations of 7 and 1 images with other labels"):
        compare(hand_counted, evaluation_of((1, 1, 0.9)))


def test_guesses_are_put_into_ten_bins_of_confidence(hand_counted: Evaluation) -> None:
    bins = calibration(hand_counted)
    assert [one.count for one in bins] == [0, 0, 0, 0, 1, 1, 1, 1, 2, 1]
    assert (bins[0].confidence, bins[0].accuracy) == (None, None)
    assert (bins[8].low, bins[8].high) == (0.8, 0.9)
    assert bins[8].confidence == pytest.approx((0.88 + 0.85) / 2)
    assert bins[8].accuracy == 1 / 2
    gaps = [0.48, 0.42, 0.68, 0.22, 0.73, 0.05]  # |confidences less right guesses| of each bin
    assert calibration_error(bins) == pytest.approx(sum(gaps) / 7, abs=1e-6)


def test_full_confidence_falls_into_the_last_bin() -> None:
    assert calibration(evaluation_of((3, 3, 1.0)))[9].count == 1
    assert calibration(evaluation_of((3, 3, 0.5)))[4].count == 1  # the end belongs to a bin
