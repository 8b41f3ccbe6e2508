import json
import signal
from itertools import count
from pathlib import Path

import pytest

from mlmusic.__main__ import main
from mlmusic.digits import checkpoints, files, runs, training
from mlmusic.digits.history import History
from mlmusic.digits.learning import DivergedError
from mlmusic.digits.progress import Progress
from mlmusic.digits.resume import resume
from mlmusic.digits.runs import list_runs
from mlmusic.digits.weights import load_weights

ADD = History.add
SHORT = [
    *("train", "--recipe", "fast", "--training-images", "400", "--precision", "float32"),
    *("--seed", "4", "--device", "cpu"),
]


def test_train_ends_with_one_json_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "w.safetensors"
    assert main([*SHORT, "--save", str(target), "--json"]) == 0
    output, progress = capsys.readouterr()
    result = json.loads(output.splitlines()[-1])
    assert set(result) == {
        *("recipe", "seed", "device", "precision", "memory_format", "epochs", "steps"),
        *("train_seconds", "images_per_second", "test_accuracy", "test_loss", "saved"),
    }
    assert (result["recipe"], result["seed"], result["epochs"]) == ("custom", 4, 1)
    assert (result["steps"], result["device"], result["precision"]) == (7, "cpu", "float32")
    assert 0 < result["test_accuracy"] < 1
    assert result["saved"] == str(target)
    assert "epoch 1/1" in progress
    load_weights(target)
    kept = list_runs()[0][0]
    assert kept.status == "finished"
    assert kept.test_accuracy == result["test_accuracy"]
    assert len(kept.load_history().losses) == 7


def test_train_reports_in_words_and_says_where_the_run_is(
    runs_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == 0
    output = capsys.readouterr().out
    assert "Test accuracy" in output
    assert str(runs_home) in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "train: epochs=0 cannot be used; choose a whole number"),
        (["--batch-size", "60001"], "train: batch_size=60001 cannot be used"),
        (["--learning-rate", "nan"], "train: learning_rate=nan cannot be used"),
        (["--save", "nowhere/w.safetensors"], "does not exist; make it first"),
        (["--save", "."], ". is a folder; give the path of a .safetensors file"),
    ],
)
def test_bad_input_ends_with_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == 2
    output, error = capsys.readouterr()
    assert output == ""
    assert message in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--seed", "one"], ["--recipe", "slow"], ["--nonsense"]])
def test_arguments_that_are_no_arguments_end_with_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["train", *arguments])
    assert "Traceback" not in capsys.readouterr().err


def test_a_run_that_cannot_be_kept_meanwhile_goes_on_and_says_so(
    runs_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.0)
    write, calls = files.write_file, count()

    def full_at_first(path: Path, content: bytes) -> None:
        if next(calls) < 2:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(files, "write_file", full_at_first)
    assert main(SHORT) == 0
    said = capsys.readouterr().err
    assert said.count("train: the run cannot be kept at the moment (No space left on device)") == 2
    assert [run.status for run in list_runs()[0]] == ["finished"]
    assert len(list(runs_home.iterdir())) == 1


def test_a_full_disk_does_not_cost_the_network_that_is_saved_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "w.safetensors"
    target.write_bytes(b"an older network")

    def full(folder: Path, files: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs, "write_folder", full)
    assert main([*SHORT, "--save", str(target), "--json"]) == 0
    output, error = capsys.readouterr()
    load_weights(target)
    assert json.loads(output)["saved"] == str(target)
    assert f"cannot be kept (No space left on device); its network is in {target}" in error
    assert main(SHORT) == 2
    assert "train: No space left on device; make room" in capsys.readouterr().err


def test_ctrl_c_keeps_a_run_that_can_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def press(*arguments: object, **options: object) -> object:
        signal.raise_signal(signal.SIGINT)  # amid the step's test
        return evaluate(*arguments, **options)  # type: ignore[arg-type]

    before = signal.getsignal(signal.SIGINT)
    evaluate = training.evaluate
    monkeypatch.setattr(training, "evaluate", press)
    monkeypatch.setattr(training, "TEST_EVERY", 2)
    assert main(SHORT) == 130
    assert "train: stopped" in capsys.readouterr().err
    (kept,), _ = list_runs()
    assert (kept.status, kept.steps) == ("stopped", 2)
    assert resume(kept).training.step == 2
    assert signal.getsignal(signal.SIGINT) is before


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


def test_a_run_whose_continuation_failed_can_be_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "EVERY_S", 0.0)
        patch.setattr(History, "add", die_at_step_4)
        with pytest.raises(SystemError):
            main(SHORT)
    (first,), _ = list_runs()
    with monkeypatch.context() as patch:
        patch.setattr(History, "add", diverge_at_step_6)
        assert main(["train", "--resume"]) == 2
    (failed, _), _ = list_runs()
    assert failed.status == "failed"
    assert main(["train", "--resume"]) == 0
    resumed = list_runs()[0][0]
    assert resumed.origin is not None
    assert (resumed.status, resumed.origin.folder) == ("finished", first.folder.name)


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
