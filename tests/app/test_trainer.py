"""A run that goes on: who may start it, and how it is paused, stepped and stopped."""

import threading

import pytest

from mlmusic.app.trainer import Trainer
from mlmusic.digits import learning
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.runs import list_runs
from mlmusic.digits.training import TEST_EVERY, unread_images
from tests.app.training import LONG, SECONDS, wait_for_phase, wait_for_step


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
            lambda: trainer.snapshot().progress != paused.progress, timeout=0.5
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_the_last_single_step_ends_the_run(trainer: Trainer, short_tests: None) -> None:
    trainer.start(Recipe(epochs=1, training_images=100, precision="float32"), paused=True)
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "finished"
    assert list_runs()[0][0].status == "finished"


def test_a_large_batch_can_be_stopped_within(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "PIECE", 100)
    trainer.start(Recipe(batch_size=60_000, precision="float32"))
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer.snapshot().progress is not None, SECONDS)
    trainer.stop()
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "stopped"
    assert list_runs() == ([], [])  # not one step was done


def test_pause_and_stop_take_effect_within_one_batch(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 2)
    with trainer._changed:  # no item of the run can be taken in while this is held
        trainer._give("pause")
        before = trainer.snapshot().progress
    paused = wait_for_phase(trainer, "paused").progress
    assert before is not None
    assert paused is not None
    assert paused.step <= before.step + 1


def test_nothing_takes_back_the_order_to_stop(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 1)
    with trainer._changed:  # the run hears of nothing in between
        trainer.stop()
        for order in (trainer.resume, trainer.pause, trainer.one_step):
            order()
        assert trainer._order == "stop"
    assert trainer.wait(SECONDS)
    assert trainer.snapshot().phase == "stopped"
