import pytest

from mlmusic.plots.overlay import COLORS, DASHES, MAX_RUNS, RunCurve, overlay_chart


@pytest.mark.parametrize("brightness", ["light", "dark"])
def test_every_run_has_a_colour_and_a_dash_of_its_own(brightness: str) -> None:
    assert len(set(COLORS[brightness])) == MAX_RUNS  # type: ignore[index]
    assert len({tuple(dash) for dash in DASHES}) == MAX_RUNS
    curves = [RunCurve(f"run {index}", [(1, 2.3), (2, 2.0)]) for index in range(MAX_RUNS)]
    spec = overlay_chart(
        curves,
        description="Loss curves of the chosen runs",
        title="Loss",
        brightness=brightness,  # type: ignore[arg-type]
    ).to_dict()
    encoding = spec["layer"][0]["encoding"]
    for channel, values in (("color", COLORS[brightness]), ("strokeDash", DASHES)):  # type: ignore[index]
        scale = encoding[channel]["scale"]
        assert scale["domain"] == [curve.name for curve in curves]
        assert scale["range"] == values
        assert encoding[channel]["legend"]["orient"] == "top"


def test_the_points_and_the_description_are_those_given() -> None:
    curves = [RunCurve("a", [(1, 2.3), (2, 2.0)]), RunCurve("b", [(1, 2.2)])]
    spec = overlay_chart(curves, description="what it is", title="Loss").to_dict()
    assert spec["description"] == "what it is"
    (rows,) = spec["datasets"].values()
    assert [(row["run"], row["step"], row["value"]) for row in rows] == [
        *(("a", 1, 2.3), ("a", 2, 2.0), ("b", 1, 2.2))
    ]
