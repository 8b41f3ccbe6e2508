import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import torch

from mlmusic.digits import runs as runs_module
from mlmusic.digits.history import History
from mlmusic.digits.runs import list_runs, newest_network, runs_folder, save_run
from mlmusic.digits.training import Training
from mlmusic.errors import InputError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_kept_run_comes_back_whole(trained: Training, runs_home: Path) -> None:
    history = History(losses=[2.5, 2.0], epoch_ends=[2])
    kept = save_run(trained, history, status="finished", started=NOON)
    runs, problems = list_runs()
    assert problems == []
    assert runs == [kept]
    assert kept.folder.parent == runs_home
    assert kept.recipe == trained.recipe
    assert kept.test_accuracy == trained.evaluation.accuracy  # type: ignore[union-attr]
    assert runs[0].load_history() == history
    weights = runs[0].load_network().fc1.weight
    assert torch.equal(weights, trained.network.fc1.weight.detach().cpu())


def test_the_newest_run_comes_first(trained: Training) -> None:
    for hours in (0, 2, 1):
        started = NOON + timedelta(hours=hours)
        save_run(trained, History(), status="stopped", started=started)
    assert [run.started.hour for run in list_runs()[0]] == [14, 13, 12]


def test_a_run_that_never_reached_a_test_has_no_accuracy(trained: Training) -> None:
    fresh = Training(trained.recipe)
    save_run(fresh, History(losses=[2.3]), status="stopped", started=NOON)
    assert list_runs()[0][0].test_accuracy is None


def test_no_runs_are_no_problem() -> None:
    assert list_runs() == ([], [])
    with pytest.raises(InputError, match="no trained network yet; run `python -m mlmusic train`"):
        newest_network()


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


def test_an_unknown_status_or_recipe_is_damage(trained: Training) -> None:
    for change in ({"status": "asleep"}, {"recipe": {"epochs": -1}}, {"started": "yesterday"}):
        run = save_run(trained, History(), status="finished", started=NOON)
        path = run.folder / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
    runs, problems = list_runs()
    assert runs == []
    assert len(problems) == 3


def test_a_failure_while_writing_leaves_nothing_behind(
    trained: Training, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = save_run(trained, History(), status="finished", started=NOON)
    written = runs_module.write_file

    def full_disk(path: Path, content: bytes) -> None:
        if path.name == "run.json":
            raise OSError(28, "No space left on device")
        written(path, content)

    monkeypatch.setattr(runs_module, "write_file", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save_run(trained, History(), status="finished", started=NOON)
    assert list(runs_home.iterdir()) == [earlier.folder]


def test_half_a_run_is_not_shown(trained: Training, runs_home: Path) -> None:
    save_run(trained, History(), status="finished", started=NOON)
    unfinished = runs_home / ".20260301-120000-abcd"
    unfinished.mkdir()
    (unfinished / "weights.safetensors").write_bytes(b"half")
    runs, problems = list_runs()
    assert len(runs) == 1
    assert problems == []


def test_runs_lie_where_the_app_was_started_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLMUSIC_HOME")
    assert runs_folder() == tmp_path / "runs"
    monkeypatch.setenv("MLMUSIC_HOME", str(tmp_path / "elsewhere"))
    assert runs_folder() == tmp_path / "elsewhere"
