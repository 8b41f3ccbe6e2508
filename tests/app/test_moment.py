"""The network in training is looked at as it was between two steps."""

import copy
import threading

import torch

from mlmusic.app.trainer import Trainer
from mlmusic.digits.model import AlexNet
from tests.app.training import LONG, SHORT, wait_for_phase, wait_for_step


def same(one: AlexNet, other: AlexNet) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(*pair) for pair in pairs)


def test_there_is_none_before_a_run(trainer: Trainer) -> None:
    assert trainer.moment() is None


def test_while_paused_it_is_a_copy_of_the_network(trainer: Trainer) -> None:
    trainer.start(LONG, paused=True)
    network = wait_for_phase(trainer, "paused").network
    moment = trainer.moment()
    assert moment
    assert network
    assert (moment.number, moment.step) == (1, 1)
    assert same(moment.network, network)
    before = copy.deepcopy(moment.network)
    trainer.one_step()
    wait_for_step(trainer, 2)
    assert same(moment.network, before)
    assert not same(moment.network, network)


def test_while_it_learns_it_is_taken_at_the_end_of_a_step(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 2)
    moment = trainer.moment()
    assert moment
    assert moment.step >= 2
    trainer.pause()
    wait_for_phase(trainer, "paused")


def test_a_pause_while_somebody_waits_keeps_nobody_waiting(trainer: Trainer) -> None:
    trainer.start(LONG)
    wait_for_step(trainer, 1)
    trainer.pause()
    looking = [threading.Thread(target=trainer.moment) for _ in range(3)]
    for one in looking:
        one.start()
    for one in looking:
        one.join(60)
        assert not one.is_alive()


def test_after_the_run_there_is_none(trainer: Trainer, short_tests: None) -> None:
    trainer.start(SHORT)
    assert trainer.wait(240)
    assert trainer.moment() is None
