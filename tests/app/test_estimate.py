import threading
import time
from collections.abc import Iterator

import pytest
from torch import Tensor

from mlmusic.app import estimate as estimate_module
from mlmusic.app.estimate import estimate, measure_pace, remember
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.learning import Training
from mlmusic.digits.recipe import Recipe
from mlmusic.errors import InputError


@pytest.fixture(autouse=True)
def nothing_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate_module, "_paces", {})


def wait_for_estimate(recipe: Recipe) -> float:
    """Return the estimate once it is there."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        seconds = estimate(recipe)
        if seconds is not None:
            return seconds
        time.sleep(0.01)
    raise AssertionError("no estimate")


def join_measurement() -> None:
    """Wait until nothing is being measured any more."""
    for thread in threading.enumerate():
        if thread.name == "estimate":
            thread.join(120)


def test_steps_are_really_measured() -> None:
    step, test_image = measure_pace(Recipe(batch_size=50, precision="float32", device="cpu"))
    assert step > 0
    assert 0 < test_image < step


def test_an_estimate_counts_steps_and_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate_module, "measure_pace", lambda _: (0.1, 0.001))
    # 1,200 steps, 30 tests of 1,000 images and 2 of 10,000.
    assert wait_for_estimate(Recipe()) == pytest.approx(120 + 30 + 20)


def test_large_batches_are_scaled_from_smaller_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate_module, "measure_pace", lambda _: (0.5, 0.0))
    assert wait_for_estimate(Recipe(batch_size=5000, epochs=1)) == pytest.approx(12 * 5.0)


def test_each_kind_of_step_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Recipe] = []

    def measure(recipe: Recipe) -> tuple[float, float]:
        measured.append(recipe)
        return 0.1, 0.001

    monkeypatch.setattr(estimate_module, "measure_pace", measure)
    wait_for_estimate(Recipe())
    wait_for_estimate(Recipe(epochs=5, learning_rate=0.5))
    assert len(measured) == 1
    wait_for_estimate(Recipe(augmentation="affine"))
    assert len(measured) == 2


def test_a_device_that_is_not_there_gives_no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: Recipe) -> tuple[float, float]:
        raise InputError("device='cuda' is not on this machine")

    monkeypatch.setattr(estimate_module, "measure_pace", missing)
    assert estimate(Recipe(device="cuda")) is None
    join_measurement()
    assert estimate_module._paces == {}
    assert estimate(Recipe(device="cuda")) is None
    join_measurement()


def test_a_measurement_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Recipe) -> tuple[float, float]:
        raise RuntimeError("can't allocate memory")

    monkeypatch.setattr(estimate_module, "measure_pace", fail)
    assert estimate(Recipe()) is None
    join_measurement()
    assert estimate_module._paces == {}
    monkeypatch.setattr(estimate_module, "measure_pace", lambda _: (0.1, 0.0))
    assert wait_for_estimate(Recipe()) == pytest.approx(120)


def test_the_time_of_a_test_image_does_not_hang_on_the_batch_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tested: list[int] = []
    evaluate = estimate_module.evaluate

    def noted(network: object, images: Tensor, *rest: Tensor, **options: bool) -> Evaluation:
        tested.append(len(images))
        return evaluate(network, images, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(estimate_module, "evaluate", noted)
    measure_pace(Recipe(batch_size=1, precision="float32", device="cpu"))
    assert tested == [500]


def test_the_pace_of_a_run_is_believed_more_than_that_of_a_few_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate_module, "measure_pace", lambda _: (9.0, 0.0))
    assert wait_for_estimate(Recipe()) == pytest.approx(9 * 1200)
    remember(Recipe(seed=5), step_seconds=0.1, test_image_seconds=0.001)
    assert estimate(Recipe()) == pytest.approx(120 + 30 + 20)


def test_the_shortest_step_counts_but_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.1, 9.0, 3.0, 5.0, 4.0, 7.0]
    took = iter(seconds)

    def learn(training: Training, *_: Tensor) -> Iterator[None]:
        training.train_seconds += next(took)
        yield

    monkeypatch.setattr(estimate_module, "learn", learn)
    step, _ = measure_pace(Recipe(precision="float32", device="cpu"))
    assert step == pytest.approx(3.0)
    assert not list(took)
