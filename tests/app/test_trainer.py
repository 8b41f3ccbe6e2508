import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from torch import nn

from mlmusic.app import trainer as trainer_module
from mlmusic.app.snapshot import Snapshot
from mlmusic.app.trainer import Trainer
from mlmusic.digits import training as training_module
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.resume import resume
from mlmusic.digits.runs import list_runs
from mlmusic.digits.training import TEST_EVERY, Training, train, unread_images
from mlmusic.digits.weights import unpack_weights

LONG = Recipe(epochs=50, batch_size=50, precision="float32")
SHORT = Recipe(epochs=1, training_images=500, precision="float32")
SECONDS = 240.0  # machines may be busy


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    trainer = Trainer()
    yield trainer
    trainer.close()


def wait_for_step(trainer: Trainer, step: int) -> Snapshot:
    """Wait until so many batches are done."""
    with trainer._changed:
        assert trainer._changed.wait_for(
            lambda: trainer._progress is not None and trainer._progress.step >= step, SECONDS
        )
    return trainer.snapshot()


def wait_for_phase(trainer: Trainer, phase: str) -> Snapshot:
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._phase == phase, SECONDS)
    return trainer.snapshot()


def test_a_run_is_trained_tested_and_kept(trainer: Trainer) -> None:
    assert trainer.snapshot().phase == "idle"
    assert trainer.start(SHORT)
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.phase == "finished"
    assert snapshot.history is not None
    assert len(snapshot.history.losses) == 5
    assert snapshot.history.tests[-1].images == 10_000
    assert snapshot.run == list_runs()[0][0]
    assert snapshot.run.status == "finished"


def test_only_one_run_goes_on_whoever_starts_it(trainer: Trainer) -> None:
    started: list[bool] = []
    threads = [
        threading.Thread(target=lambda: started.append(trainer.start(LONG))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(started) == [False] * 7 + [True]
    assert sum(thread.name == "trainer" for thread in threading.enumerate()) == 1


def test_stop_ends_and_keeps_the_run(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 2)
    trainer.stop()
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.phase == "stopped"
    assert snapshot.run is not None
    assert snapshot.run.status == "stopped"
    assert snapshot.history is not None
    assert snapshot.run.steps == len(snapshot.history.losses)


def test_a_paused_run_waits_and_goes_on(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 1)
    trainer.pause()
    paused = wait_for_phase(trainer, "paused")
    assert paused.is_active
    with trainer._changed:  # nothing more arrives while it is paused
        assert not trainer._changed.wait_for(
            lambda: trainer._progress != paused.progress, timeout=0.5
        )
    trainer.resume()
    assert paused.progress is not None
    wait_for_step(trainer, paused.progress.step + 1)


def test_one_step_at_a_time(trainer: Trainer) -> None:
    trainer.start(LONG, paused=True)
    for step in (1, 2, 3):
        snapshot = wait_for_phase(trainer, "paused")
        assert snapshot.progress is not None
        assert snapshot.progress.step == step
        with trainer._changed:
            trainer.one_step()
            assert trainer._phase == "running"


def test_the_last_single_step_brings_the_test_with_it(trainer: Trainer) -> None:
    recipe = Recipe(epochs=2, training_images=100, precision="float32")
    trainer.start(recipe, paused=True)
    snapshot = wait_for_phase(trainer, "paused")
    assert snapshot.history is not None
    assert [test.images for test in snapshot.history.tests] == [10_000]


def test_a_paused_run_can_be_stopped(trainer: Trainer) -> None:
    trainer.start(LONG, paused=True)
    wait_for_phase(trainer, "paused")
    trainer.stop()
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "stopped"


def test_a_diverging_run_keeps_its_curve_and_says_why(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diverge(training: Training, mnist: Mnist) -> Iterator[Progress]:
        items = train(training, mnist)
        yield next(items)
        nn.init.constant_(training.network.fc2.bias, math.inf)
        yield from items

    monkeypatch.setattr(trainer_module, "train", diverge)
    trainer.start(LONG)
    assert trainer.wait(SECONDS)
    snapshot = trainer.snapshot()
    assert snapshot.phase == "failed"
    assert "grew beyond all bounds at step 2" in snapshot.message
    assert snapshot.history is not None
    assert len(snapshot.history.losses) == 1
    monkeypatch.undo()
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


def test_closing_stops_a_run_and_waits_until_it_is_kept(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 1)
    trainer.close()
    assert not trainer.snapshot().is_active
    assert list_runs()[0][0].status == "stopped"


def test_speed_and_time_left_are_measured(trainer: Trainer) -> None:
    assert trainer.snapshot().seconds_left is None
    trainer.start(LONG)
    snapshot = wait_for_step(trainer, 5)
    assert snapshot.images_per_second is not None
    assert snapshot.images_per_second > 0
    assert snapshot.progress is not None
    training_only = (50 * 1200 - snapshot.progress.step) * 50 / snapshot.images_per_second
    assert snapshot.seconds_left == pytest.approx(training_only)
    tested = wait_for_step(trainer, TEST_EVERY)
    assert tested.sampled is not None
    assert tested.progress is not None
    assert tested.images_per_second is not None
    images = unread_images(LONG, tested.progress)
    assert images > 50 * 10_000
    assert tested.seconds_left == pytest.approx(
        (50 * 1200 - tested.progress.step) * 50 / tested.images_per_second
        + images * tested.sampled.seconds / 1000
    )


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


def test_the_last_single_step_ends_the_run(trainer: Trainer) -> None:
    trainer.start(Recipe(epochs=1, training_images=100, precision="float32"), paused=True)
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "finished"
    assert list_runs()[0][0].status == "finished"


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


def test_a_large_batch_can_be_stopped_within(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_module, "PIECE", 100)
    trainer.start(Recipe(batch_size=60_000, precision="float32"))
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._progress is not None, SECONDS)
    trainer.stop()
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "stopped"
    assert list_runs() == ([], [])  # not one step was done


def test_pause_and_stop_take_effect_within_one_batch(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 2)
    with trainer._changed:  # no item of the run can be taken in while this is held
        trainer._give("pause")
        before = trainer._progress
    paused = wait_for_phase(trainer, "paused").progress
    assert before is not None
    assert paused is not None
    assert paused.step <= before.step + 1
