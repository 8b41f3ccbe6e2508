"""Evaluations are kept for long, and their networks are not kept with them."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from mlmusic.app import ongoing_evaluation
from mlmusic.app.ongoing_evaluation import OngoingEvaluation
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import new_network


@pytest.fixture
def mnist(short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> Mnist:
    monkeypatch.setattr(ongoing_evaluation, "load_mnist", lambda: short_mnist)
    return short_mnist


def test_a_finished_evaluation_lets_go_of_its_network(mnist: Mnist) -> None:
    network = new_network(seed=0)
    evaluation, kept = OngoingEvaluation(network), weakref.ref(network)
    del network
    evaluation.advance(seconds=0.001)
    assert not evaluation.finished
    while not evaluation.finished:
        evaluation.advance(seconds=1)
    gc.collect()
    assert kept() is None
    assert evaluation.so_far is not None
    assert evaluation.so_far.total == len(mnist.test_images)


def test_two_people_at_once_do_no_work_twice(mnist: Mnist) -> None:
    evaluation = OngoingEvaluation(new_network(seed=0))
    reached: list[int] = []
    evaluation._steps = _noted(evaluation._steps, reached)

    def follow() -> None:
        while not evaluation.finished:
            evaluation.advance(seconds=0.02)

    people = [threading.Thread(target=follow) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert reached == sorted(set(reached))
    assert reached[-1] == len(mnist.test_images)


def _noted(steps: Iterator[Evaluation], reached: list[int]) -> Iterator[Evaluation]:
    for step in steps:
        reached.append(step.total)
        yield step
