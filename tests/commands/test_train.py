"""``train``: what it prints, keeps and refuses."""

import json
import shutil
import signal
import tempfile
from itertools import count
from pathlib import Path

import pytest

from mlmusic.__main__ import main
from mlmusic.commands import train as train_module
from mlmusic.digits import checkpoints, files, runs, training
from mlmusic.digits.history import History
from mlmusic.digits.learning import DivergedError
from mlmusic.digits.progress import Progress
from mlmusic.digits.resume import resume
from mlmusic.digits.runs import list_runs
from mlmusic.digits.weights import load_weights
from tests.commands.short import SHORT

pytestmark = pytest.mark.usefixtures("short_tests")


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
    assert main([*SHORT, "--json"]) == 0
    output, error = capsys.readouterr()
    elsewhere = Path(json.loads(output)["saved"])
    load_weights(elsewhere)
    assert f"cannot be kept (No space left on device); its network is in {elsewhere}" in error
    shutil.rmtree(elsewhere.parent)


@pytest.mark.parametrize(("cause", "status"), [(DivergedError, 2), (KeyboardInterrupt, 130)])
def test_a_full_disk_does_not_hide_why_a_run_ended(
    cause: type[BaseException],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def full(folder: Path, files: object) -> None:
        raise OSError(28, "No space left on device")

    def end(history: History, progress: Progress) -> None:
        if progress.step == 3:
            raise cause("it ended")

    monkeypatch.setattr(runs, "write_folder", full)
    monkeypatch.setattr(History, "add", end)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(SHORT) == status
    said = capsys.readouterr().err
    assert "the run cannot be kept (No space left on device); its network is in" in said
    assert ("it ended" in said) == (status == 2)
    (network,) = tmp_path.glob("mlmusic-*/*.safetensors")
    load_weights(network)


def test_a_path_that_is_full_does_not_cost_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(train_module, "replace_file", full)
    assert main([*SHORT, "--save", str(tmp_path / "w.safetensors")]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert [run.status for run in list_runs()[0]] == ["finished"]


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
