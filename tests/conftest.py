"""How the tests are shared out, and what several share: runs of their own, a trained network."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from mlmusic.app import trainer
from mlmusic.commands import train as command_line
from mlmusic.digits.embedded import embedded_run
from mlmusic.digits.evaluation import evaluate
from mlmusic.digits.mnist import Mnist, load_mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.training import Training

BROWSER = "tests/browser/"  # one process runs all of it, with one Chromium
WORKERS = 2  # processes that run tests: more would slow down what drives the one browser


def pytest_configure() -> None:
    """Let Ctrl-C be heard, here and in what the tests start.

    A shell tells the programs that it runs in the background to ignore it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes run the tests: one where files or tests are named."""
    if not all(Path(argument).is_dir() for argument in config.args):
        return 0
    return min(WORKERS, os.cpu_count() or 1)


class ByFile(LoadScopeScheduling):
    """Keeps the tests of a file in one process, for what they share, and so those of the browser.

    A group of xdist's own (``--dist loadgroup``) is not heard of: xdist 3.8 writes its name into
    the tests' names, which pytest 9.2 does not read.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return BROWSER if path.startswith(BROWSER) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of a GPU where there is none; put first what takes longest.

    That are the browser's tests, and files with slow ones: no process waits long for another.
    """
    if not torch.cuda.is_available():
        left_out = [item for item in items if item.get_closest_marker("gpu")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.nodeid.startswith(BROWSER), item.path not in slow))


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
