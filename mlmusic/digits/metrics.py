"""An ``Evaluation`` → how good the network is, where it errs and how well it knows it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mlmusic.digits.evaluation import Evaluation

Z_95 = 1.959964  # standard normal quantile of 0.975
BINS = 10  # of confidence, each 0.1 wide


@dataclass(frozen=True)
class DigitScore:
    """How well one digit is read; None where there is nothing to divide by."""

    digit: int
    images: int  # that show it
    precision: float | None  # of the images read as it, the share that show it
    recall: float | None  # of the images that show it, the share read as it
    f1: float | None  # harmonic mean of the two


@dataclass(frozen=True)
class Guess:
    """What the network said about one image."""

    index: int  # in the test set, from 0
    label: int  # the true digit
    prediction: int
    probability: float  # of the prediction


@dataclass(frozen=True)
class Comparison:
    """Where two networks differ, as indices of images, in their order."""

    only_first: Tensor  # (n,), int64: images that only the first reads right
    only_second: Tensor
    both_wrong: Tensor
    both_right: int  # how many


@dataclass(frozen=True)
class CalibrationBin:
    """The guesses made with about the same confidence; None where there are none."""

    low: float  # confidence above which the bin begins
    high: float  # confidence with which it ends, itself included
    count: int
    confidence: float | None  # mean, 0 to 1
    accuracy: float | None  # share read right, 0 to 1


def wilson_interval(successes: int, total: int, *, z: float = Z_95) -> tuple[float, float]:
    """Return the bounds of a share, 0 to 1, by Wilson's score interval.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22, 1927.

    Raises
    ------
    ValueError
        If not 0 ≤ successes ≤ total, or total is 0.
    """
    if not 0 <= successes <= total or total == 0:
        raise ValueError(f"{successes=} of {total=} is no share; count at least one image")
    share = successes / total
    centre = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    # Rounding may go past the ends by 1e-17.
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def digit_scores(evaluation: Evaluation) -> list[DigitScore]:
    """Return the precision, recall and F1 of each of the ten digits."""
    confusion = evaluation.confusion
    right = confusion.diagonal().tolist()
    shown, guessed = confusion.sum(1).tolist(), confusion.sum(0).tolist()
    return [
        DigitScore(
            digit,
            images=shown[digit],
            precision=_share(right[digit], guessed[digit]),
            recall=_share(right[digit], shown[digit]),
            f1=_share(2 * right[digit], shown[digit] + guessed[digit]),
        )
        for digit in range(len(right))
    ]


def row_percentages(confusion: Tensor) -> Tensor:
    """Return a confusion matrix in percent of each row, (10, 10), float64; empty rows are 0."""
    return 100 * confusion.double() / confusion.sum(1, keepdim=True).clamp(min=1)


def guesses(evaluation: Evaluation, indices: Tensor) -> list[Guess]:
    """Return what the network said about these images, in this order."""
    predictions = evaluation.predictions[indices]
    probabilities = evaluation.probabilities[indices, predictions]
    rows = (indices, evaluation.labels[indices], predictions, probabilities)
    return [Guess(*row) for row in zip(*(column.tolist() for column in rows), strict=True)]


def mistakes(evaluation: Evaluation) -> Tensor:
    """Return the indices of the images read wrong, the most confident guess first."""
    wrong = (evaluation.predictions != evaluation.labels).nonzero()[:, 0]
    return wrong[_confidence(evaluation)[wrong].argsort(descending=True, stable=True)]


def confused(evaluation: Evaluation, *, label: int, prediction: int) -> Tensor:
    """Return the indices of the images in a cell of the confusion matrix.

    What is odd comes first: mistakes with the highest confidence, right guesses with the lowest.
    """
    inside = (evaluation.labels == label) & (evaluation.predictions == prediction)
    indices = inside.nonzero()[:, 0]
    confidence = _confidence(evaluation)[indices]
    return indices[confidence.argsort(descending=label != prediction, stable=True)]


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Return which images one network reads right and the other wrong.

    Raises
    ------
    ValueError
        If they were not evaluated on the same images.
    """
    if not torch.equal(first.labels, second.labels):
        raise ValueError(
            f"evaluations of {first.total} and {second.total} images with other labels; "
            "evaluate both networks on the same images"
        )
    right, also = (one.predictions == one.labels for one in (first, second))
    return Comparison(
        only_first=(right & ~also).nonzero()[:, 0],
        only_second=(also & ~right).nonzero()[:, 0],
        both_wrong=(~right & ~also).nonzero()[:, 0],
        both_right=int((right & also).sum()),
    )


def calibration(evaluation: Evaluation) -> list[CalibrationBin]:
    """Return, for ten ranges of confidence, how often the network was right."""
    confidence = _confidence(evaluation).double()
    bins = (confidence * BINS).ceil().long().clamp(1, BINS) - 1
    right = (evaluation.predictions == evaluation.labels).double()
    counts = torch.bincount(bins, minlength=BINS).tolist()
    sums = torch.bincount(bins, confidence, minlength=BINS).tolist()
    rights = torch.bincount(bins, right, minlength=BINS).tolist()
    return [
        CalibrationBin(
            low=index / BINS,
            high=(index + 1) / BINS,
            count=counts[index],
            confidence=_share(sums[index], counts[index]),
            accuracy=_share(rights[index], counts[index]),
        )
        for index in range(BINS)
    ]


def calibration_error(bins: list[CalibrationBin]) -> float:
    """Return the mean distance of confidence from the share right, 0 to 1, over all images.

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017.
    """
    gaps = [
        one.count * abs(one.confidence - one.accuracy)
        for one in bins
        if one.confidence is not None and one.accuracy is not None
    ]
    return sum(gaps) / max(1, sum(one.count for one in bins))


def _confidence(evaluation: Evaluation) -> Tensor:
    """Return the probability of each guess, (N,)."""
    return evaluation.probabilities.amax(1)


def _share(part: float, whole: int) -> float | None:
    """Return part / whole, or None where there is no whole."""
    return part / whole if whole else None
