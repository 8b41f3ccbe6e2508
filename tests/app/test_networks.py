"""Evaluations are kept for long, and their networks are not kept with them."""

import gc
import weakref

from mlmusic.app.networks import OngoingEvaluation
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import new_network


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
