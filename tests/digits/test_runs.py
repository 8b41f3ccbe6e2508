import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import torch

from mlmusic.digits import files
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.runs import list_runs, newest_run, runs_folder, save_run
from mlmusic.digits.training import Training

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
    assert newest_run([]) is None


def test_a_run_that_grew_beyond_all_numbers_at_its_end_is_kept() -> None:
    training = Training(Recipe(precision="float32", device="cpu"))
    history = History([2.3], [TestResult(1, 10_000, math.nan, 0.1)], [1])
    kept = save_run(training, history, status="finished", started=NOON)
    assert list_runs() == ([kept], [])
    assert (kept.test_loss, kept.test_accuracy) == (None, 0.1)
    assert math.isnan(kept.load_history().tests[0].loss)


def test_a_failure_while_writing_leaves_nothing_behind(
    trained: Training, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = save_run(trained, History(), status="finished", started=NOON)
    written = files.write_file

    def full_disk(path: Path, content: bytes) -> None:
        if path.name == "run.json":
            raise OSError(28, "No space left on device")
        written(path, content)

    monkeypatch.setattr(files, "write_file", full_disk)
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


def test_the_newest_run_is_not_one_that_failed(trained: Training) -> None:
    whole = save_run(trained, History(), status="finished", started=NOON)
    late = NOON + timedelta(hours=1)
    failed = save_run(trained, History([2.3]), status="failed", started=late)
    runs, _ = list_runs()
    assert runs == [failed, whole]
    assert newest_run(runs) == whole
