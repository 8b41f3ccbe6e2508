"""Probabilities in percent."""

import pytest

from mlmusic.app.percentages import percentage


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0.0%"),
        (1e-9, "< 0.1%"),
        (0.0006, "0.1%"),
        (0.984, "98.4%"),
        (0.9994, "99.9%"),
        (0.9996, "> 99.9%"),
        (1.0, "> 99.9%"),
    ],
)
def test_nothing_is_rounded_to_certainty(probability: float, text: str) -> None:
    assert percentage(probability) == text
