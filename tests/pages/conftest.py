"""What the tests of the pages share."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import trainer as trainer_module
from mlmusic.app.ongoing_evaluation import OngoingEvaluation
from mlmusic.app.trainer import Trainer
from tests.pages.training import open_page


@pytest.fixture(autouse=True)
def pages_open_quickly(components_are_looked_for_once: None) -> None:
    """Open the pages of each test without another look through the installed packages."""


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Evaluate page leave its network unmeasured, which else takes 0.2 s of each visit."""
    monkeypatch.setattr(OngoingEvaluation, "advance", lambda _: None)


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    """A trainer of the test's own."""
    trainer = Trainer()
    monkeypatch.setattr(trainer_module, "_TRAINER", trainer)
    yield trainer
    trainer.close()


@pytest.fixture
def page(trainer: Trainer) -> AppTest:
    """The Train page as it is first met."""
    return open_page()
