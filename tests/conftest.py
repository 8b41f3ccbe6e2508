"""How the tests are shared out, and what several share: runs of their own, a trained network."""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch

from mlmusic.app import trainer
from mlmusic.commands import train as command_line
from mlmusic.digits.embedded import embedded_run
from mlmusic.digits.evaluation import evaluate
from mlmusic.digits.mnist import Mnist, load_mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.training import Training

WORKERS = 2  # processes that run tests: more would slow down what drives the one browser


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes run the tests: one where files or tests are named."""
    if not all(Path(argument).is_dir() for argument in config.args):
        return 0
    return min(WORKERS, os.cpu_count() or 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of a GPU where there is none; share out the others.

    The browser's have their markers by now, and xdist looks for groups after this.

    A file's tests stay together, for what they share. Those with the marker ``xdist_group`` stay
    with their group. What takes longest begins first: the browser's, then files with slow tests.
    """
    if not torch.cuda.is_available():
        left_out = [item for item in items if item.get_closest_marker("gpu")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.get_closest_marker("browser"), item.path not in slow))
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(config.rootpath))))


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
def trained(short_mnist: Mnist) -> Training:
    """The embedded network, as if its run had just ended, but for the momentum.

    Shared by many tests, which leave it as it is.
    """
    run = embedded_run()
    training = Training(run.recipe, run.load_network())
    training.step = training.tested_step = run.steps
    images, labels = short_mnist.test_images, short_mnist.test_labels
    training.evaluation = evaluate(training.network, images, labels)
    return training


@pytest.fixture(scope="session")
def trained_network(trained: Training) -> AlexNet:
    return trained.network


@pytest.fixture(scope="session")
def components_are_looked_for_once() -> Iterator[None]:
    """Let AppTest find the components of all installed packages once, not for each page (0.2 s).

    Streamlit 1.67 looks through the packages in each AppTest anew.
    """
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield
