"""Drawings are read on one core, and the answer says how sure it is."""

import threading
from collections.abc import Iterator

import pytest
import torch

from mlmusic.app.reading import Reading, read, reader, remark_on
from mlmusic.digits.model import new_network


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    reader.clear()
    yield
    torch.set_num_threads(before)
    reader.clear()


@pytest.mark.usefixtures("three_threads")
def test_drawings_are_read_on_one_core_and_training_keeps_its_threads() -> None:
    assert reader().submit(torch.get_num_threads).result() == 1
    counts = [torch.get_num_threads()]
    later = threading.Thread(target=lambda: counts.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert counts == [3, 3]
    assert reader().submit(torch.get_num_threads).result() == 1


def shares(**digits: float) -> list[float]:
    return [digits.get(f"d{digit}", 0.0) for digit in range(10)]


def test_a_guess_that_stands_out_is_sure() -> None:
    assert remark_on(shares(d7=0.984, d1=0.016)) == "98.4% sure"
    assert remark_on(shares(d4=0.61, d9=0.39)) == "61.0% sure"


def test_two_close_guesses_are_unsure_in_the_order_of_the_digits() -> None:
    assert remark_on(shares(d9=0.55, d4=0.45)) == "unsure: 4 or 9"
    assert remark_on(shares(d4=0.5, d9=0.5)) == "unsure: 4 or 9"


def test_the_answer_is_announced_in_one_sentence() -> None:
    sure, unsure = shares(d7=0.98, d1=0.02), shares(d9=0.55, d4=0.45)
    assert Reading(None, sure, remark_on(sure)).announcement == "Read as 7, 98.0% sure"
    assert Reading(None, unsure, remark_on(unsure)).announcement == "Read as 9, unsure: 4 or 9"
    assert Reading(None, None, "The pad is empty.").announcement == "The pad is empty."


def test_a_network_whose_numbers_overflow_reads_nothing() -> None:
    network = new_network(seed=0)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(3e38)
    reading = read([[[100, 20], [100, 260]]], network)
    assert reading.guess is None
    assert reading.remark == "This network's numbers overflow: choose another one."
