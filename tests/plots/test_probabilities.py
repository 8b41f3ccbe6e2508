"""The chart of the ten probabilities."""

import pytest

from mlmusic.plots.probabilities import probabilities_chart
from mlmusic.plots.theme import THEMES, Brightness

SEVEN = [0.0, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.98, 0.0, 0.01]


def test_there_is_a_bar_for_each_digit_and_one_winner() -> None:
    rows = probabilities_chart(SEVEN).data
    assert rows.digit.tolist() == list(range(10))
    assert rows.probability.tolist() == SEVEN
    assert rows.digit[rows.winner].tolist() == [7]
    assert rows.percent[7] == "98.0%"
    assert rows.percent[0] == ""


def test_an_empty_pad_has_axes_and_no_winner() -> None:
    chart = probabilities_chart(None)
    assert chart.data.probability.tolist() == [0.0] * 10
    assert not chart.data.winner.any()


def test_only_the_data_change_from_drawing_to_drawing() -> None:
    before, after = probabilities_chart(None), probabilities_chart(SEVEN)
    assert before.specification is after.specification
    assert not before.data.equals(after.data)


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_the_chart_has_its_name_and_its_colours(brightness: Brightness) -> None:
    chart = probabilities_chart(SEVEN, brightness=brightness).specification
    assert chart["description"] == "Probabilities"
    assert chart["layer"][0]["encoding"]["x"]["axis"]["format"] == ".0%"
    assert THEMES[brightness].accent in str(chart)
    assert "data" not in chart
