"""The hidden layer of the test images, computed in slices."""

import threading
from collections.abc import Iterator

import pytest
import torch

from mlmusic.app import nearest as nearest_module
from mlmusic.app.nearest import OngoingHiddenLayer
from mlmusic.digits.explaining import hidden_direction, nearest
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import new_network


def test_it_comes_in_short_slices_and_is_whole_at_the_end(
    short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_module, "load_mnist", lambda: short_mnist)
    network = new_network(2)
    layer = OngoingHiddenLayer(network)
    layer.advance(seconds=0.001)
    assert 0 < layer.done < 1_000
    layer.advance(seconds=600)
    assert layer.finished
    assert layer.directions.shape == (1100, 1024)
    for index in (0, 432, 1_099):
        direction = hidden_direction(network, short_mnist.test_images[index].float() / 255)
        assert int(nearest(direction, layer.directions, count=1)[0]) == index


def test_nobody_waits_while_somebody_else_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*_: object) -> Iterator[torch.Tensor]:
        begun.set()
        go_on.wait(60)
        yield torch.ones(10_000, 1024)

    monkeypatch.setattr("mlmusic.app.nearest.hidden_directions", slowly)
    layer = OngoingHiddenLayer(new_network(2))
    thread = threading.Thread(target=layer.advance)
    thread.start()
    assert begun.wait(60)
    layer.advance()  # comes back at once
    assert layer.done == 0
    go_on.set()
    thread.join()
    assert layer.finished
