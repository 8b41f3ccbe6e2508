import json
from collections import Counter
from typing import Any

import pytest

from mlmusic.plots.curves import Curves, accuracy_chart, loss_chart

POINTS = [(1, 2.3), (2, 1.5), (3, 0.4)]


def curves(**options: Any) -> Curves:
    return loss_chart(POINTS, POINTS, [(3, 0.5)], epoch_ends=[3], last_step=6, **options)


def loss(**options: Any) -> dict[str, Any]:
    return curves(**options).specification


def test_the_names_that_people_and_tests_meet() -> None:
    assert loss()["description"] == "Loss curve"
    chart = accuracy_chart([(1, 0.5)], [(2, 0.9)], epoch_ends=[2], last_step=2)
    assert chart.specification["description"] == "Accuracy curve"


def test_all_points_are_in_one_table_so_that_only_it_changes() -> None:
    counted = Counter(curves().data["series"])
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
    specification = loss_chart([], [], [], epoch_ends=[], last_step=1200).specification
    scale = specification["layer"][0]["encoding"]["y"]["scale"]
    assert scale["domain"] == [0, 2.5]


def test_hovering_gives_step_and_value() -> None:
    (layer,) = [one for one in loss()["layer"] if "tooltip" in one["encoding"]]
    assert [tip["field"] for tip in layer["encoding"]["tooltip"]] == ["series", "step", "value"]


def test_series_differ_in_more_than_colour() -> None:
    marks = [layer["mark"] for layer in loss()["layer"] if layer["mark"]["type"] == "line"]
    looks = {(mark["strokeWidth"], tuple(mark["strokeDash"])) for mark in marks}
    assert len(looks) == len(marks) == 3


def test_each_batch_is_faint_under_the_smoothed_line() -> None:
    lines = [layer for layer in loss()["layer"] if layer["mark"]["type"] == "line"]
    batches, smoothed = lines[:2]  # what comes first lies below
    assert "'each batch'" in batches["transform"][0]["filter"]
    assert "'smoothed'" in smoothed["transform"][0]["filter"]
    assert batches["mark"]["opacity"] < smoothed["mark"]["opacity"] == 1
    assert batches["mark"]["strokeWidth"] < smoothed["mark"]["strokeWidth"]


def test_the_ends_of_epochs_are_marked_by_rules() -> None:
    (rule,) = [layer for layer in loss()["layer"] if layer["mark"]["type"] == "rule"]
    assert "'epoch'" in rule["transform"][0]["filter"]
    assert rule["encoding"]["x"]["field"] == "step"
    data = curves().data
    assert data[data["series"] == "epoch"]["step"].tolist() == [3]


def test_the_specification_is_built_once_whatever_the_points() -> None:
    more = loss_chart([(1, 2.0)], [(1, 2.0)], [], epoch_ends=[], last_step=6)
    assert more.specification is loss()
    assert "data" not in more.specification


def test_a_loss_of_0_is_drawn_at_the_foot_of_a_logarithmic_axis() -> None:
    batches = [(1, 2.0), (2, 0.0), (3, 0.5)]
    options: dict[str, Any] = {"epoch_ends": [], "last_step": 3}
    chart = loss_chart(batches, [], [], logarithmic=True, **options)
    assert chart.points[0] == [(1, 2.0), (2, 0.5), (3, 0.5)]
    assert loss_chart(batches, [], [], **options).points[0] == batches


def test_the_plain_data_hold_all_that_is_drawn() -> None:
    fields = json.loads(json.dumps(curves().to_dict()))
    assert fields["description"] == "Loss curve"
    assert [series["name"] for series in fields["series"]] == [
        *("each batch", "smoothed", "test images")
    ]
    assert [series["opacity"] for series in fields["series"]] == [0.55, 1, 1]
    assert fields["points"][2] == [[3, 0.5]]
    assert fields["epoch_ends"] == [3]
