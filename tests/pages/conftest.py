"""What the tests of the Train page share."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import trainer as trainer_module
from mlmusic.app.trainer import Trainer
from tests.pages.training import open_page


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
