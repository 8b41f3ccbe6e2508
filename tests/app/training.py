"""Runs for the tests of the trainer, and how they are waited for."""

from mlmusic.app.snapshot import Snapshot
from mlmusic.app.trainer import Trainer
from mlmusic.digits.recipe import Recipe

LONG = Recipe(epochs=50, batch_size=50, precision="float32")
SHORT = Recipe(epochs=1, training_images=500, precision="float32")
SECONDS = 240.0  # machines may be busy


def wait_for_step(trainer: Trainer, step: int) -> Snapshot:
    """Wait until so many batches are done."""
    with trainer._changed:
        assert trainer._changed.wait_for(
            lambda: (
                trainer.snapshot().progress is not None and trainer.snapshot().progress.step >= step
            ),
            SECONDS,
        )
    return trainer.snapshot()


def wait_for_phase(trainer: Trainer, phase: str) -> Snapshot:
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._phase == phase, SECONDS)
    return trainer.snapshot()
