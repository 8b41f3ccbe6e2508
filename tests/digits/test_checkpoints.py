from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from mlmusic.digits import checkpoints as checkpoints_module
from mlmusic.digits import files
from mlmusic.digits.checkpoints import Checkpoints
from mlmusic.digits.history import History
from mlmusic.digits.housekeeping import delete_run, rename_run
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.resume import resume
from mlmusic.digits.run import Origin
from mlmusic.digits.run_lock import RunLock
from mlmusic.digits.runs import list_runs, newest_run
from mlmusic.digits.training import Training, train
from mlmusic.errors import InputError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECIPE = named_recipe(  # 10 steps
    "fast", training_images=1_000, batch_size=100, precision="float32", device="cpu"
)


class Going:
    """A run that goes on as long as the test lets it."""

    def __init__(self, mnist: Mnist) -> None:
        self.training, self.history = Training(RECIPE), History()
        self.checkpoints = Checkpoints(started=NOON)
        self._items = (item for item in train(self.training, mnist) if item.is_step)

    def learn(self, steps: int) -> None:
        for item in islice(self._items, steps):
            self.history.add(item)

    def keep(self) -> None:
        self.checkpoints.write(self.training, self.history)

    def die(self) -> None:
        """Leave the run as it is: its process has ended."""
        self.checkpoints.release()


@pytest.fixture
def going(mnist: Mnist) -> Going:
    return Going(mnist)


def test_a_checkpoint_goes_on_as_if_nothing_had_happened(going: Going, mnist: Mnist) -> None:
    going.learn(4)
    going.keep()
    going.learn(3)
    going.die()
    (kept,), problems = list_runs()
    assert problems == []
    assert (kept.status, kept.steps, kept.last_step) == ("interrupted", 4, 10)
    again = resume(kept)
    assert again.history.losses == going.history.losses[:4]
    losses = [item.loss for item in islice(train(again.training, mnist), 3)]
    assert losses == going.history.losses[4:7]


def test_a_later_checkpoint_takes_the_place_of_the_one_before(
    going: Going, runs_home: Path
) -> None:
    for steps in (2, 3):
        going.learn(steps)
        going.keep()
    assert [run.steps for run in list_runs()[0]] == [5]
    assert len(list(runs_home.glob("[!.]*"))) == 1


def test_the_run_takes_the_place_of_its_checkpoint(going: Going, runs_home: Path) -> None:
    going.learn(2)
    going.keep()
    run = going.checkpoints.finish(going.training, going.history, "stopped")
    assert list_runs() == ([run], [])
    going.die()
    assert list(runs_home.iterdir()) == [run.folder]


def test_a_run_that_goes_on_is_left_alone(going: Going) -> None:
    going.learn(2)
    going.keep()
    (kept,), _ = list_runs()
    assert (kept.status, kept.identity) == ("going on", going.checkpoints.identity)
    assert newest_run([kept]) is None
    interrupted = replace(kept, status="interrupted")  # as somebody saw it before
    for act in (resume, delete_run, partial(rename_run, name="other")):
        for seen in (kept, interrupted):
            with pytest.raises(InputError, match="goes on at the moment"):
                act(seen)
    assert list_runs() == ([kept], [])
    going.die()
    assert list_runs() == ([interrupted], [])
    assert resume(interrupted).training.step == 2


def test_a_run_that_is_continued_is_left_alone(going: Going) -> None:
    going.learn(2)
    going.keep()
    going.die()
    (kept,), _ = list_runs()
    origin = resume(kept).origin
    continued, again = (Checkpoints(started=NOON, origin=origin) for _ in range(2))
    continued.hold()
    assert [run.status for run in list_runs()[0]] == ["going on"]
    with pytest.raises(InputError, match="goes on at the moment"):
        resume(kept)
    with pytest.raises(InputError, match="goes on at the moment"):
        again.hold()  # it looked at the same time
    continued.release()
    assert list_runs()[0] == [kept]
    again.hold()
    again.release()


def test_a_run_that_was_stopped_is_continued_once_at_a_time(going: Going) -> None:
    going.learn(2)
    stopped = going.checkpoints.finish(going.training, going.history, "stopped")
    continued = Checkpoints(started=NOON, origin=resume(stopped).origin)
    continued.hold()
    assert list_runs()[0] == [stopped]
    with pytest.raises(InputError, match="goes on at the moment"):
        resume(stopped)
    continued.release()
    assert resume(stopped).training.step == 2


def test_without_a_new_step_there_is_nothing_to_keep(going: Going, runs_home: Path) -> None:
    going.keep()
    assert not runs_home.exists()
    going.learn(1)
    going.keep()
    before = list_runs()[0][0].folder.stat().st_ino
    going.keep()
    assert list_runs()[0][0].folder.stat().st_ino == before


def test_one_is_due_after_some_time(going: Going, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not going.checkpoints.is_due
    monkeypatch.setattr(checkpoints_module, "EVERY_S", 0.0)
    assert going.checkpoints.is_due


def test_what_was_left_by_a_killed_program_is_shown_once(
    going: Going, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(checkpoints_module, "remove_folder", fail)
    going.learn(1)
    going.keep()
    going.learn(1)
    going.keep()
    assert [run.steps for run in list_runs()[0]] == [2]
    run = going.checkpoints.finish(going.training, going.history, "stopped")
    assert list_runs()[0] == [run]  # as many steps, and it has ended
    delete_run(run)
    assert list_runs() == ([], [])


def test_a_full_disk_leaves_the_checkpoint_before(
    going: Going, monkeypatch: pytest.MonkeyPatch
) -> None:
    going.learn(1)
    going.keep()
    going.learn(1)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files, "write_file", full_disk)
        with pytest.raises(OSError, match="No space left"):
            going.keep()
        with pytest.raises(OSError, match="No space left"):
            going.checkpoints.finish(going.training, going.history, "stopped")
    assert [run.steps for run in list_runs()[0]] == [1]
    assert going.checkpoints.finish(going.training, going.history, "stopped").steps == 2


def test_an_interrupted_run_is_not_the_newest_that_ended(going: Going) -> None:
    going.learn(1)
    going.keep()
    going.die()
    (kept,), _ = list_runs()
    assert kept.status == "interrupted"
    assert newest_run([kept]) is None


def test_a_run_that_may_not_go_on_leaves_no_lock_of_its_own(runs_home: Path) -> None:
    runs_home.mkdir()
    other = RunLock(runs_home, "20260301-120000-abcd")
    assert other.acquire()
    origin = Origin("20260301-120000-abcd", "first", 10)
    with pytest.raises(InputError, match="goes on at the moment"):
        Checkpoints(started=NOON, origin=origin).hold()
    assert [path.name for path in runs_home.iterdir()] == [".20260301-120000-abcd.lock"]
    other.release()
