"""The heat map of the confusion matrix."""

import pytest

from mlmusic.plots.confusion import DESCRIPTION, SELECTION, confusion_chart, contrast
from mlmusic.plots.theme import Brightness

# 98 of each digit read right, two of each 4 read as 9 and one of each other as the next.
COUNTS = [[98 if one == other else 0 for other in range(10)] for one in range(10)]
COUNTS[4][9] = 2
COUNTS[3][5] = 1
PERCENTAGES = [[100 * count / sum(row) for count in row] for row in COUNTS]


def test_there_is_a_cell_for_each_true_digit_and_guess() -> None:
    cells = confusion_chart(COUNTS, PERCENTAGES).data
    assert len(cells) == 100
    (cell,) = cells[(cells.label == 4) & (cells.prediction == 9)].to_dict("records")
    assert (cell["count"], cell["text"]) == (2, "2")
    assert cell["percent"] == pytest.approx(2.0)
    assert cell["sentence"] == "True digit 4, read as 9: 2 images"


def test_the_cells_can_hold_percentages() -> None:
    cells = confusion_chart(COUNTS, PERCENTAGES, numbers="row percentages").data
    texts = cells.set_index(["label", "prediction"]).text
    assert (texts[4, 4], texts[4, 9], texts[9, 4]) == ("98.0", "2.0", "0")


def test_the_shown_cell_alone_is_framed() -> None:
    cells = confusion_chart(COUNTS, PERCENTAGES, shown=(4, 9)).data
    assert cells[cells.shown][["label", "prediction"]].to_numpy().tolist() == [[4, 9]]
    assert not confusion_chart(COUNTS, PERCENTAGES).data.shown.any()


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_every_number_can_be_read(brightness: Brightness) -> None:
    cells = confusion_chart(COUNTS, PERCENTAGES, brightness=brightness).data
    for cell in cells[cells["count"] > 0].itertuples():
        assert contrast(cell.ink, cell.fill) >= 4.5  # WCAG 2.2, level AA


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_a_frequent_mistake_stands_out_more_than_what_is_right(brightness: Brightness) -> None:
    cells = confusion_chart(COUNTS, PERCENTAGES, brightness=brightness).data
    fills = cells.set_index(["label", "prediction"]).fill
    nothing = fills[0, 1]
    assert contrast(fills[4, 9], nothing) > contrast(fills[4, 4], nothing) > 1
    assert contrast(fills[4, 9], nothing) > contrast(fills[3, 5], nothing) > 1


def test_a_network_without_mistakes_can_be_drawn() -> None:
    perfect = [[10 if one == other else 0 for other in range(10)] for one in range(10)]
    cells = confusion_chart(perfect, [[10.0 * count for count in row] for row in perfect]).data
    assert cells["count"].sum() == 100


def test_name_axes_and_selection_stay_while_the_data_change() -> None:
    before = confusion_chart(COUNTS, PERCENTAGES).specification
    after = confusion_chart(
        COUNTS, PERCENTAGES, numbers="row percentages", shown=(1, 2)
    ).specification
    assert before is after  # built and checked once
    for part in (after, *after["layer"]):
        assert not {"data", "datasets"} & set(part)
    assert after["description"] == DESCRIPTION == "Confusion matrix"
    assert [after["layer"][0]["encoding"][one]["title"] for one in "xy"] == [
        "Read as",
        "True digit",
    ]
    (selection,) = after["params"]
    assert selection["name"] == SELECTION
    assert selection["select"]["fields"] == ["label", "prediction"]


def test_the_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
