from collections.abc import Iterator
from itertools import islice

import pytest
import torch

from mlmusic.digits import capture
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.training import Training, train

# Two whole batches an epoch, and a smaller one that is not replayed.
RECIPE = Recipe(
    training_images=250, batch_size=100, learning_rate=0.05, epochs=2, precision="float32"
)
STEPS = 6


@pytest.fixture
def mnist(short_mnist: Mnist) -> Mnist:
    return short_mnist


@pytest.fixture
def recordings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let a recording on the CPU be the act itself; return what was recorded and replayed."""
    events = []

    def record(act: capture.Act, parameters: list[torch.nn.Parameter]) -> capture.Act:
        events.append("record")

        def replay() -> torch.Tensor:
            events.append("replay")
            assert all(parameter.grad is None for parameter in parameters)
            return act()

        return replay

    monkeypatch.setattr(capture, "record", record)
    return events


def trained(mnist: Mnist, *, captures: bool, device: str = "cpu") -> tuple[list[float], Training]:
    training = Training(Recipe(**RECIPE.to_dict() | {"device": device}))
    training.captures = captures
    items = (item for item in train(training, mnist) if item.is_step)
    return [item.loss for item in islice(items, STEPS)], training


def test_replayed_steps_are_the_steps(mnist: Mnist, recordings: list[str]) -> None:
    plain, one = trained(mnist, captures=False)
    replayed, other = trained(mnist, captures=True)
    assert recordings == ["record", *["replay"] * 4]
    assert replayed == plain
    for mine, its in zip(one.network.parameters(), other.network.parameters(), strict=True):
        assert torch.equal(mine, its)


def test_steps_are_replayed_on_a_gpu_alone() -> None:
    assert Training(Recipe(device="cpu", precision="float32")).captures is False


@pytest.mark.gpu
def test_a_gpu_replays_what_it_recorded(mnist: Mnist) -> None:
    plain, _ = trained(mnist, captures=False, device="cuda")
    replayed, _ = trained(mnist, captures=True, device="cuda")
    assert replayed == pytest.approx(plain, rel=1e-4)
