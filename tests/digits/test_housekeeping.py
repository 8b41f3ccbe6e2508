import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlmusic.digits import files as files_module
from mlmusic.digits.history import History
from mlmusic.digits.housekeeping import delete_run, rename_run, sweep
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import Run
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.training import Training
from mlmusic.errors import InputError


@pytest.fixture
def run() -> Run:
    training = Training(Recipe(precision="float32", device="cpu"))
    started = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return save_run(training, History(losses=[2.3]), status="stopped", started=started)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  my run ", "my run"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("größer 数字 \x00\u202e", "größer 数字 "),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_is_text_and_never_a_path(run: Run, typed: str, name: str, runs_home: Path) -> None:
    renamed = rename_run(run, typed)
    assert renamed.name == name.strip()
    assert renamed.folder == run.folder
    assert list_runs() == ([renamed], [])
    assert list(runs_home.iterdir()) == [run.folder]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "a run needs a name"),
        (" \n\x00", "a run needs a name"),
        ("x" * 81, "has 81 characters; 80 are"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(run: Run, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rename_run(run, name)
    assert list_runs()[0] == [run]


def test_renaming_keeps_what_else_the_file_says(run: Run) -> None:
    path = run.folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"later": "version"}))
    rename_run(run, "other")
    assert json.loads(path.read_text())["later"] == "version"


def test_a_full_disk_leaves_the_old_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(path: Path, content: bytes) -> None:
        path.write_bytes(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files_module, "write_file", full_disk)
    before = sorted(run.folder.iterdir())
    with pytest.raises(OSError, match="No space left"):
        rename_run(run, "other")
    assert list_runs() == ([run], [])
    assert sorted(run.folder.iterdir()) == before


def test_a_deleted_run_is_gone(run: Run, runs_home: Path) -> None:
    delete_run(run)
    assert list(runs_home.iterdir()) == []
    delete_run(run)  # by somebody else in the meantime
    with pytest.raises(InputError, match=r"run\.json is missing"):
        rename_run(run, "other")


def test_a_folder_of_any_name_is_deleted_alone(run: Run, runs_home: Path) -> None:
    names = ("*", "best", "best-at-home", "best-at-5", f"{run.identity}-at-5-copy")
    for name in names:
        shutil.copytree(run.folder, runs_home / name)
    assert len(list_runs()[0]) == 1 + len(names)
    for name in names:
        delete_run(replace(run, folder=runs_home / name))
        assert not (runs_home / name).exists()
    assert list(runs_home.iterdir()) == [run.folder]


def test_leftovers_of_killed_programs_are_swept_away_a_day_later(run: Run, runs_home: Path) -> None:
    old = [f".{run.identity}-ab12", f".deleted-{run.identity}-ab12", f".{run.identity}-at-7-0f3e"]
    kept = [f".{run.identity}-cd34", ".notes", ".git"]
    for name in (*old, *kept):
        (runs_home / name).mkdir()
        (runs_home / name / "half").touch()
    for name in (*old, *kept[1:]):
        os.utime(runs_home / name, (0, 0))
    half, new = (run.folder / f".run.json-0123cd{end}" for end in ("ab", "ef"))
    half.touch()
    new.touch()
    os.utime(half, (0, 0))
    sweep(runs_home)
    assert new.exists()
    assert not half.exists()
    assert sorted(path.name for path in runs_home.iterdir()) == sorted([*kept, run.folder.name])


def test_a_run_that_is_half_removed_is_not_shown(
    run: Run, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    delete_run(run)
    assert list_runs() == ([], [])
    assert [path.name.startswith(".deleted-") for path in runs_home.iterdir()] == [True]
