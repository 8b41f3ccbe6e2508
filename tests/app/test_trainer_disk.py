"""A run on a disk that is full, read-only or gone: training goes on, and nothing is lost."""

import shutil
import threading
from pathlib import Path

import pytest

from mlmusic.app import kept_runs as kept_runs_module
from mlmusic.app.kept_runs import kept_runs
from mlmusic.app.trainer import Trainer
from mlmusic.digits import checkpoints
from mlmusic.digits.runs import list_runs
from mlmusic.digits.weights import unpack_weights
from tests.app.training import LONG, SECONDS, SHORT, wait_for_phase, wait_for_step

pytestmark = pytest.mark.usefixtures("short_tests")


def test_a_run_that_cannot_be_saved_stays_in_memory(trainer: Trainer, runs_home: Path) -> None:
    runs_home.write_text("a file where the folder should be")
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.phase == "finished"
    assert snapshot.run is None
    assert "The run could not be saved" in snapshot.message
    assert snapshot.history is not None
    assert len(snapshot.history.losses) == 5


def test_an_unsaved_run_can_be_taken_along_and_saved_once_there_is_room(
    trainer: Trainer, runs_home: Path
) -> None:
    runs_home.write_text("a file where the folder should be")
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().unsaved
    trainer.save_again()
    assert trainer.snapshot().unsaved
    assert trainer.snapshot().message.startswith("The run could not be saved")
    content = trainer.weights()
    assert content is not None
    unpack_weights(content, name="taken along")
    runs_home.unlink()
    trainer.save_again()
    snapshot = trainer.snapshot()
    assert not snapshot.unsaved
    assert snapshot.message == ""
    assert snapshot.run == list_runs()[0][0]
    trainer.save_again()
    assert len(list_runs()[0]) == 1


def test_a_slow_disk_keeps_nobody_waiting_who_only_looks(
    trainer: Trainer, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_home.write_text("a file where the folder should be")
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        begun.set()
        assert go_on.wait(SECONDS)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.Checkpoints, "finish", slow)
    savers = [threading.Thread(target=trainer.save_again) for _ in range(2)]  # two tabs
    for saver in savers:
        saver.start()
    assert begun.wait(SECONDS)
    assert trainer.snapshot().phase == "finished"
    go_on.set()
    for saver in savers:
        saver.join(SECONDS)
    assert "No space left on device" in trainer.snapshot().message
    assert trainer.snapshot().unsaved


def test_a_run_that_cannot_be_kept_meanwhile_goes_on_and_says_so(
    trainer: Trainer, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.0)
    runs_home.write_text("a file where the folder should be")
    trainer.start(LONG)
    before = wait_for_step(trainer, 3)
    assert before.message == (
        "The run cannot be kept at the moment (Not a directory). Training goes on, in memory alone."
    )
    assert before.progress is not None
    runs_home.unlink()
    after = wait_for_step(trainer, before.progress.step + 3)
    assert after.message == ""
    trainer.pause()
    wait_for_phase(trainer, "paused")
    (checkpoint,), _ = list_runs()
    assert (checkpoint.status, checkpoint.identity) == ("going on", after.identity)


def test_a_folder_of_runs_that_vanishes_is_made_again(
    trainer: Trainer, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.0)
    trainer.start(LONG)
    wait_for_step(trainer, 2)
    trainer.pause()
    wait_for_phase(trainer, "paused")
    shutil.rmtree(runs_home)
    trainer.stop()
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().message == ""
    assert [run.status for run in list_runs()[0]] == ["stopped"]


def test_the_pages_do_not_list_the_checkpoint_of_the_run_that_goes_on(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.0)
    monkeypatch.setattr(kept_runs_module, "trainer", lambda: trainer)
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    (first,) = list_runs()[0]
    trainer.start(LONG)
    wait_for_step(trainer, 3)
    trainer.pause()
    wait_for_phase(trainer, "paused")
    assert len(list_runs()[0]) == 2
    assert kept_runs() == ([first], [])
    trainer.stop()
    assert trainer.wait(SECONDS)
    assert [run.status for run in kept_runs()[0]] == ["stopped", "finished"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [(13, "Permission denied"), (28, "No space left on device"), (30, "Read-only file system")],
)
def test_what_the_disk_refuses_is_a_sentence_and_training_goes_on(
    number: int, reason: str, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def refuse(*_: object, **__: object) -> None:
        said.append(trainer.snapshot().message)
        raise OSError(number, reason)

    monkeypatch.setattr(checkpoints, "EVERY_S", 0.0)
    monkeypatch.setattr(Path, "mkdir", refuse)
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert (snapshot.phase, snapshot.unsaved) == ("finished", True)
    assert f"The run cannot be kept at the moment ({reason})." in said[1]
    assert snapshot.message.startswith(f"The run could not be saved ({reason}).")
    assert snapshot.progress is not None
    assert snapshot.progress.step == 5
    monkeypatch.undo()
    trainer.save_again()
    assert not trainer.snapshot().unsaved
