"""How a run ends: what is kept of it, what fails, and what is said then."""

import math
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from torch import nn

from mlmusic.app import trainer as trainer_module
from mlmusic.app.trainer import Trainer
from mlmusic.digits.history import History
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.progress import Progress
from mlmusic.digits.resume import resume
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.training import Training, train
from tests.app.training import LONG, SECONDS, SHORT, wait_for_phase, wait_for_step

pytestmark = pytest.mark.usefixtures("short_tests")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_run_is_trained_tested_and_kept(trainer: Trainer) -> None:
    assert trainer.snapshot().phase == "idle"
    assert trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.phase == "finished"
    assert snapshot.history is not None
    assert len(snapshot.history.losses) == 5
    assert snapshot.history.tests[-1].images == 1100
    assert snapshot.run == list_runs()[0][0]
    assert snapshot.run.status == "finished"


def test_closing_stops_a_run_and_waits_until_it_is_kept(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 1)
    trainer.close()
    assert not trainer.snapshot().is_active
    assert list_runs()[0][0].status == "stopped"


def test_a_continued_run_is_kept_as_another_run_with_the_whole_curve(trainer: Trainer) -> None:
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    first = list_runs()[0][0]
    continuation = resume(first, epochs=1)
    assert trainer.start(continuation.training.recipe, continuation=continuation)
    assert not trainer.start(continuation.training.recipe, continuation=continuation)
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.origin == continuation.origin
    assert snapshot.run is not None
    assert snapshot.run.steps == 10
    assert {run.folder for run in list_runs()[0]} == {first.folder, snapshot.run.folder}
    assert len(snapshot.run.load_history().losses) == 10


def test_a_continued_run_that_gets_nowhere_is_not_kept_twice(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    continuation = resume(list_runs()[0][0], epochs=1)

    def fail(*_: object) -> Iterator[object]:
        raise RuntimeError("out of memory")
        yield

    monkeypatch.setattr(trainer_module, "train", fail)
    trainer.start(continuation.training.recipe, continuation=continuation)
    assert trainer.wait(SECONDS)
    assert len(list_runs()[0]) == 1


def test_a_diverging_run_keeps_its_curve_and_says_why(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diverge(training: Training, mnist: Mnist) -> Iterator[Progress]:
        items = train(training, mnist)
        yield next(items)
        nn.init.constant_(training.network.fc2.bias, math.inf)
        yield from items

    with monkeypatch.context() as patch:
        patch.setattr(trainer_module, "train", diverge)
        trainer.start(LONG)
        assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.phase == "failed"
    assert "grew beyond all bounds at step 2" in snapshot.message
    assert snapshot.history is not None
    assert len(snapshot.history.losses) == 1
    assert trainer.start(SHORT)


def test_a_fault_of_pytorch_ends_the_run_alone(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_memory(*_: object) -> Iterator[object]:
        raise RuntimeError("a fault in a kernel.\nmore lines")
        yield

    monkeypatch.setattr(trainer_module, "train", out_of_memory)
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().message == ("Training ended: a fault in a kernel.")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] can't allocate memory: 9 bytes"),
        RuntimeError("CUDA out of memory. Tried to allocate 9 GiB."),
    ],
)
def test_too_little_memory_is_told_with_a_remedy(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> Iterator[object]:
        raise error
        yield

    monkeypatch.setattr(trainer_module, "train", fail)
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().message == (
        "Training ended: there was not enough memory for batches of 100 images; "
        "choose a smaller batch size."
    )


def test_a_fault_of_the_program_is_a_sentence_too(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> Iterator[Progress]:
        raise ZeroDivisionError
        yield

    seen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda one: seen.append(one.exc_type))
    monkeypatch.setattr(trainer_module, "train", fault)
    trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    assert trainer._thread
    trainer._thread.join(SECONDS)
    assert trainer.snapshot().phase == "failed"
    assert "a fault of the program; the server's log" in trainer.snapshot().message
    assert seen == [ZeroDivisionError]


def test_where_no_thread_can_start_another_try_may(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        trainer.start(SHORT)
    assert trainer.snapshot().message == "Training cannot start: can't start new thread."
    assert trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "finished"


def test_however_a_run_ends_no_lock_is_left(
    trainer: Trainer, runs_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> Iterator[Progress]:
        raise RuntimeError("out of luck")
        yield

    training = Training(LONG)
    training.step, losses = 2, [2.3, 2.2]
    save_run(training, History(losses), status="interrupted", started=NOON)

    def statuses() -> list[str]:
        return [run.status for run in list_runs()[0]]

    assert statuses() == ["interrupted"]
    (kept,), _ = list_runs()
    trainer.start(LONG, continuation=resume(kept))
    trainer.pause()
    wait_for_phase(trainer, "paused")
    assert statuses() == ["going on"]  # the one that is continued
    trainer.stop()
    assert trainer.wait(SECONDS)
    assert not list(runs_home.glob(".*"))
    monkeypatch.setattr(trainer_module, "train", fault)
    trainer.start(LONG, continuation=resume(kept))
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "failed"
    assert "interrupted" in statuses()
    assert not list(runs_home.glob(".*"))


def test_a_run_that_lacks_nothing_but_its_end_is_finished(
    trainer: Trainer, short_mnist: Mnist
) -> None:
    training, history = Training(SHORT), History()
    for progress in train(training, short_mnist):
        history.add(progress)
    for status in ("interrupted", "stopped"):
        old = save_run(training, history, status=status, started=NOON)  # type: ignore[arg-type]
        trainer.start(SHORT, continuation=resume(old))
        assert trainer.wait(SECONDS)
        run = trainer.snapshot().run
        assert run is not None
        assert (run.status, run.steps) == ("finished", 5)
        assert run.test_accuracy == old.test_accuracy
