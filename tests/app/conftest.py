"""What the tests of the trainer share."""

from collections.abc import Iterator

import pytest

from mlmusic.app.trainer import Trainer


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    trainer = Trainer()
    yield trainer
    trainer.close()
