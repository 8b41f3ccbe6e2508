"""What several tests share: a folder of runs of their own, and a trained network."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mlmusic.app import trainer
from mlmusic.commands import train as command_line
from mlmusic.digits.mnist import Mnist, load_mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.training import Training, train


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, as if they had not been asked for, the tests of a GPU where there is none."""
    if torch.cuda.is_available():
        return
    left_out = [item for item in items if item.get_closest_marker("gpu")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def runs_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test's runs apart from the developer's and from other tests'."""
    home = tmp_path / "runs"
    monkeypatch.setenv("MLMUSIC_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    return load_mnist()


@pytest.fixture(scope="session")
def short_mnist() -> Mnist:
    """MNIST with its first 1,100 test images alone, for where more would only take longer.

    They are more than the sample that is tested every 40 steps, to be told from it.
    """
    whole = load_mnist()
    images, labels = whole.test_images[:1100], whole.test_labels[:1100]
    return replace(whole, test_images=images, test_labels=labels)


@pytest.fixture
def short_tests(short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the trainer and the command line test a network on ``short_mnist`` alone."""
    for module in (trainer, command_line):
        monkeypatch.setattr(module, "load_mnist", lambda: short_mnist)


@pytest.fixture(scope="session")
def trained() -> Training:
    """A short run: one epoch of the ``fast`` recipe on a third of the images."""
    training = Training(named_recipe("fast", training_images=20_000, precision="float32"))
    for _ in train(training, load_mnist()):
        pass
    return training


@pytest.fixture(scope="session")
def trained_network(trained: Training) -> AlexNet:
    return trained.network
