"""``train --resume``: a run that did not reach its end goes on."""

import json
from pathlib import Path

import pytest

from mlmusic.__main__ import main
from mlmusic.digits import checkpoints
from mlmusic.digits.history import History
from mlmusic.digits.learning import DivergedError
from mlmusic.digits.progress import Progress
from mlmusic.digits.run import Run
from mlmusic.digits.run_lock import RunLock
from mlmusic.digits.runs import list_runs
from tests.commands.short import SHORT

pytestmark = pytest.mark.usefixtures("short_tests")

ADD = History.add


@pytest.mark.slow
def test_a_run_that_was_stopped_is_finished_from_where_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == 0
    (whole,), _ = list_runs()
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "EVERY_S", 0.0)
        patch.setattr(History, "add", die_at_step_4)
        with pytest.raises(SystemError):
            main([*SHORT, "--json"])
    (interrupted, _), _ = list_runs()
    assert (interrupted.status, interrupted.steps) == ("interrupted", 3)
    capsys.readouterr()
    assert main(["train", "--resume", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (resumed, _, _), _ = list_runs()
    assert (resumed.status, resumed.steps, result["steps"]) == ("finished", 7, 7)
    assert resumed.origin is not None
    assert resumed.origin.folder == interrupted.folder.name
    assert resumed.load_history().losses == pytest.approx(whole.load_history().losses, rel=1e-4)
    assert result["test_accuracy"] == pytest.approx(whole.test_accuracy, abs=0.005)
    assert main(["train", "--resume"]) == 2  # it is continued already
    assert "there is no run to go on with" in capsys.readouterr().err


def test_a_run_that_lacks_nothing_but_its_end_is_finished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "EVERY_S", 0.0)
        patch.setattr(checkpoints.Checkpoints, "finish", die)
        with pytest.raises(SystemError):
            main(SHORT)
    (interrupted,), _ = list_runs()
    assert (interrupted.status, interrupted.steps) == ("interrupted", 7)
    assert interrupted.test_accuracy is None
    capsys.readouterr()
    assert main(["train", "--resume", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (finished, _), _ = list_runs()
    assert finished.status == "finished"
    assert (result["steps"], result["test_accuracy"]) == (7, finished.test_accuracy)


def test_a_run_that_was_stopped_after_its_last_test_is_finished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finish = checkpoints.Checkpoints.finish
    with monkeypatch.context() as patch:
        patch.setattr(
            checkpoints.Checkpoints,
            "finish",
            lambda self, training, history, _: finish(self, training, history, "stopped"),
        )
        assert main(SHORT) == 0
    (stopped,), _ = list_runs()
    assert (stopped.status, stopped.steps) == ("stopped", 7)
    capsys.readouterr()
    assert main(["train", "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test_accuracy"] == stopped.test_accuracy
    assert list_runs()[0][0].status == "finished"


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that was interrupted after its third step."""
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "EVERY_S", 0.0)
        patch.setattr(History, "add", die_at_step_4)
        with pytest.raises(SystemError):
            main(SHORT)
    (run,), _ = list_runs()
    return run


def test_a_run_whose_continuation_failed_can_be_gone_on_with(
    first: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(History, "add", diverge_at_step_6)
        assert main(["train", "--resume"]) == 2
    (failed, _), _ = list_runs()
    assert failed.status == "failed"
    assert main(["train", "--resume"]) == 0
    resumed = list_runs()[0][0]
    assert resumed.origin is not None
    assert (resumed.status, resumed.origin.folder) == ("finished", first.folder.name)


def test_a_run_that_took_no_time_is_finished_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(SHORT) == 0
    path = list_runs()[0][0].folder / "run.json"
    path.write_text(
        json.dumps(json.loads(path.read_text()) | {"train_seconds": 0, "status": "stopped"})
    )
    assert main(["train", "--resume"]) == 0
    assert "(0 s, 0 images/s," in capsys.readouterr().out


def test_a_run_that_goes_on_is_not_gone_on_with_once_more(
    first: Run, runs_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first.status == "interrupted"
    elsewhere = RunLock(runs_home, first.folder.name)
    elsewhere.acquire()
    assert main(["train", "--resume"]) == 2
    assert "there is no run to go on with" in capsys.readouterr().err
    elsewhere.release()
    assert main(["train", "--resume"]) == 0


def test_others_see_that_it_goes_on(monkeypatch: pytest.MonkeyPatch, runs_home: Path) -> None:
    seen = []

    def look(history: History, progress: Progress) -> None:
        seen.append([run.status for run in list_runs()[0]])
        ADD(history, progress)

    monkeypatch.setattr(checkpoints, "EVERY_S", 0.0)
    monkeypatch.setattr(History, "add", look)
    assert main(SHORT) == 0
    assert seen[:3] == [[], ["going on"], ["going on"]]
    assert [run.status for run in list_runs()[0]] == ["finished"]
    assert not list(runs_home.glob(".*"))


def test_a_damaged_run_is_named_where_none_can_be_gone_on_with(
    runs_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs_home / "20260301-120000-abcd").mkdir(parents=True)
    assert main(["train", "--resume"]) == 2
    said = capsys.readouterr().err
    assert "The run in 20260301-120000-abcd was skipped" in said
    assert "there is no run to go on with" in said


def die(*_: object) -> None:
    raise SystemError("the computer is switched off")


def die_at_step_4(history: History, progress: Progress) -> None:
    if progress.step == 4:
        die()
    ADD(history, progress)


def diverge_at_step_6(history: History, progress: Progress) -> None:
    if progress.step == 6:
        raise DivergedError("the loss is no longer a number")
    ADD(history, progress)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there is no run to go on with; start a new one without --resume"),
        (["--learning-rate", "1"], "the run's own recipe; leave --learning-rate out"),
        (["--recipe", "fast"], "the run's own recipe; leave --recipe out"),
    ],
)
def test_what_cannot_be_resumed_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--resume", *arguments]) == 2
    assert message in capsys.readouterr().err
