"""Runs that are damaged, odd or out of reach: skipped and named, never a traceback."""

import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlmusic.digits.checkpoints import Checkpoints
from mlmusic.digits.history import History
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.training import Training

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHOLE = {
    "name": "one",
    "status": "finished",
    "recipe": {},
    "started": "2026-03-01T12:00:00+00:00",
    "device": "cpu",
    "precision": "float32",
    "steps": 1200,
    "train_seconds": 60.5,
    "test_accuracy": 0.9,
    "test_loss": 0.3,
    "first_step": 0,
    "origin": {"folder": "zero", "name": "first", "steps": 600, "seam": ""},
}


def write(folder: Path, **changes: object) -> None:
    """Write a run as a person may have edited it; its weights are not looked at."""
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").touch()
    (folder / "run.json").write_text(json.dumps(WHOLE | changes))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "run.json").unlink(), "run.json is missing or damaged"),
        (lambda folder: (folder / "run.json").write_text("{"), "run.json is missing or damaged"),
        (lambda folder: (folder / "run.json").write_text("[]"), "run.json is damaged"),
        (lambda folder: (folder / "run.json").write_text("{}"), "run.json cannot be read"),
        (
            lambda folder: (folder / "weights.safetensors").unlink(),
            "weights.safetensors is missing",
        ),
    ],
)
def test_a_damaged_run_is_skipped_and_named(
    damage: object, message: str, trained: Training
) -> None:
    whole = save_run(trained, History(), status="finished", started=NOON)
    broken = save_run(trained, History(), status="finished", started=NOON)
    damage(broken.folder)  # type: ignore[operator]
    runs, problems = list_runs()
    assert runs == [whole]
    assert len(problems) == 1
    assert broken.folder.name in problems[0]
    assert message in problems[0]


@pytest.mark.parametrize(
    ("steps", "first_step"),
    [(1201, 0), (599, 600), (1801, 600), (10**9, 0)],
)
def test_steps_beyond_the_recipe_are_damage(steps: int, first_step: int, runs_home: Path) -> None:
    write(runs_home / "odd", steps=steps, first_step=first_step, status="stopped")
    assert list_runs()[0] == []
    assert f"steps={steps} is not within the recipe's" in list_runs()[1][0]


def test_an_unknown_status_or_recipe_is_damage(trained: Training) -> None:
    for change in ({"status": "asleep"}, {"recipe": {"epochs": -1}}, {"started": "yesterday"}):
        run = save_run(trained, History(), status="finished", started=NOON)
        path = run.folder / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
    runs, problems = list_runs()
    assert runs == []
    assert len(problems) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("name", "half of \ud83d"),
        ("status", ["finished"]),
        ("started", 5),
        ("started", "0001-01-01T00:00:00+14:00"),
        ("device", "abc"),
        ("device", "auto"),
        ("precision", "float16"),
        ("steps", -5),
        ("steps", 10**30),
        ("steps", math.inf),
        ("steps", "7"),
        pytest.param("train_seconds", 10**400, id="train_seconds-huge"),
        ("train_seconds", -1),
        ("train_seconds", True),
        ("test_accuracy", 55),
        ("test_accuracy", "0.9"),
        ("test_loss", math.nan),
        ("first_step", 1.5),
        ("origin.steps", "x"),
        ("origin.steps", 10**30),
        ("origin.name", 5),
        ("origin.folder", None),
        ("origin.seam", ["a"]),
        ("origin.later", 1),
        ("recipe.name", "half of \ud83d"),
    ],
)
def test_a_run_with_an_odd_value_is_skipped_and_both_are_named(
    field: str, value: object, runs_home: Path
) -> None:
    outer, _, inner = field.partition(".")
    whole: dict[str, object] = WHOLE[outer]  # type: ignore[assignment]
    write(runs_home / "whole")
    write(runs_home / "odd", **{outer: whole | {inner: value} if inner else value})
    runs, (problem,) = list_runs()
    assert [run.folder.name for run in runs] == ["whole"]
    assert problem.startswith("The run in odd was skipped: run.json cannot be read (")
    assert f"{field}=" in problem or f"'{inner}'" in problem


@pytest.mark.parametrize("origin", [0, "zero", [], {}, {"folder": "zero"}])
def test_an_origin_without_its_fields_is_damage(origin: object, runs_home: Path) -> None:
    write(runs_home / "odd", origin=origin)
    runs, problems = list_runs()
    assert (runs, len(problems)) == ([], 1)


def test_a_run_without_an_offset_began_in_local_time(runs_home: Path) -> None:
    write(runs_home / "local", started="2026-03-01T12:00:00")
    write(runs_home / "elsewhere", started="2026-03-03T12:00:00+02:00")
    runs, problems = list_runs()
    assert problems == []
    assert [run.folder.name for run in runs] == ["elsewhere", "local"]
    assert runs[1].started == datetime(2026, 3, 1, 12).astimezone()


def test_a_folder_whose_name_cannot_be_shown_is_named_as_far_as_it_can(runs_home: Path) -> None:
    write(runs_home / "odd\udcff")
    runs, (problem,) = list_runs()
    assert runs == []
    assert problem.startswith("The run in odd? was skipped")


def test_a_working_folder_that_was_deleted_has_no_runs_and_takes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLMUSIC_HOME")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert list_runs() == ([], [])
    training = Training(Recipe(precision="float32", device="cpu"))
    checkpoints = Checkpoints(started=NOON)
    checkpoints.hold()
    with pytest.raises(FileNotFoundError):
        checkpoints.finish(training, History(), "stopped")
    checkpoints.release()


def test_runs_that_cannot_be_reached_are_skipped_and_named(
    runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(runs_home / "whole")
    write(runs_home / "locked")
    stat = Path.stat

    def guarded(path: Path, **options: bool) -> os.stat_result:  # which may not be searched
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", guarded)
    runs, problems = list_runs()
    assert [run.folder.name for run in runs] == ["whole"]
    assert problems == ["The run in locked was skipped: Permission denied."]
