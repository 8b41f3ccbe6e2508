"""The calibration curve."""

from mlmusic.plots.calibration import CalibrationPoint, calibration_chart

POINTS = [
    CalibrationPoint(0.55, 0.5, 0.2, 0.8, count=8),
    CalibrationPoint(0.99, 0.97, 0.96, 0.98, count=900),
]


def test_each_point_has_its_interval_and_its_count() -> None:
    rows = next(
        rows
        for rows in calibration_chart(POINTS).to_dict()["datasets"].values()
        if "count" in rows[0]
    )
    assert [(row["accuracy"], row["low"], row["high"]) for row in rows] == [
        (0.5, 0.2, 0.8),
        (0.97, 0.96, 0.98),
    ]
    assert [row["count"] for row in rows] == [8, 900]


def test_name_and_axes_stay_the_same_without_points() -> None:
    charts = [calibration_chart(points).to_dict() for points in (POINTS, [])]
    for chart in charts:
        assert chart["description"] == "Calibration curve"
        encoding = chart["layer"][3]["encoding"]
        assert encoding["x"]["title"] == "Confidence of the guess"
        assert encoding["y"]["scale"] == {"domain": [0, 1], "nice": False}
