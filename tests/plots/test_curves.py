from collections import Counter
from typing import Any

import pytest

from mlmusic.plots.curves import accuracy_chart, loss_chart

POINTS = [(1, 2.3), (2, 1.5), (3, 0.4)]


def loss(**options: Any) -> dict[str, Any]:
    chart = loss_chart(POINTS, POINTS, [(3, 0.5)], epoch_ends=[3], last_step=6, **options)
    specification: dict[str, Any] = chart.to_dict()
    return specification


def rows(specification: dict[str, Any]) -> list[dict[str, Any]]:
    (table,) = specification["datasets"].values()
    return list(table)


def test_the_names_that_people_and_tests_meet() -> None:
    assert loss()["description"] == "Loss curve"
    chart = accuracy_chart([(1, 0.5)], [(2, 0.9)], epoch_ends=[2], last_step=2)
    assert chart.to_dict()["description"] == "Accuracy curve"


def test_all_points_are_in_one_table_so_that_only_it_changes() -> None:
    table = rows(loss())
    counted = Counter(row["series"] for row in table)
    assert counted == {"each batch": 3, "smoothed": 3, "test images": 1, "epoch": 1}


def test_the_axis_ends_with_the_run() -> None:
    scales = [
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in loss()["layer"]
        if "scale" in layer["encoding"]["x"]
    ]
    assert scales
    assert all(domain == [0, 6] for domain in scales)


@pytest.mark.parametrize(("logarithmic", "kind"), [(True, "log"), (False, None)])
def test_the_loss_axis_is_linear_or_logarithmic(logarithmic: bool, kind: str | None) -> None:
    layer = loss(logarithmic=logarithmic)["layer"][0]
    assert layer["encoding"]["y"]["scale"].get("type") == kind


def test_an_empty_chart_has_its_axes_at_once() -> None:
    specification = loss_chart([], [], [], epoch_ends=[], last_step=1200).to_dict()
    scale = specification["layer"][0]["encoding"]["y"]["scale"]
    assert scale["domain"] == [0, 2.5]


def test_hovering_gives_step_and_value() -> None:
    (layer,) = [one for one in loss()["layer"] if "tooltip" in one["encoding"]]
    assert [tip["field"] for tip in layer["encoding"]["tooltip"]] == ["series", "step", "value"]


def test_series_differ_in_more_than_colour() -> None:
    marks = [layer["mark"] for layer in loss()["layer"] if layer["mark"]["type"] == "line"]
    looks = {(mark["strokeWidth"], tuple(mark["strokeDash"])) for mark in marks}
    assert len(looks) == len(marks) == 3
