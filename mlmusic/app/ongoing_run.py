"""The run that is being trained: how far it is, and how it is kept."""

from datetime import datetime
from typing import Any

from mlmusic.app.pace import Pace
from mlmusic.digits.checkpoints import Checkpoints
from mlmusic.digits.history import History
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.resume import Continuation
from mlmusic.digits.run import Ending, Run
from mlmusic.digits.training import Training


class OngoingRun:
    """One run, from its start until it is kept.

    The trainer's own: `add` and `fields` are called under its lock, what writes files is not.

    Parameters
    ----------
    recipe : Recipe
    continuation : Continuation, optional
        The kept run that goes on.
    """

    def __init__(self, recipe: Recipe, continuation: Continuation | None = None) -> None:
        self.recipe = recipe
        self.training: Training | None = None  # until it is made
        self.progress: Progress | None = None  # until the first step
        self.unsaved = False  # it ended and could not be kept
        self._given = continuation.training if continuation else None
        self._history = continuation.history if continuation else History()
        self._origin = continuation.origin if continuation else None
        self._pace = Pace()
        self._started = datetime.now().astimezone()
        self._checkpoints = Checkpoints(started=self._started, origin=self._origin)
        self._kept: Run | None = None

    def prepared(self) -> Training:
        """Return what is to be trained, on the recipe's device; InputError if there is none."""
        self._checkpoints.hold()
        return self._given or Training(self.recipe)

    def add(self, progress: Progress) -> None:
        """Note what a step or a test came to."""
        self._history.add(progress)
        self.progress = progress
        self._pace.add(train_seconds=progress.train_seconds, images=progress.images)

    @property
    def checkpoint_is_due(self) -> bool:
        """Whether it is time to keep the run as it is."""
        return self._checkpoints.is_due

    def checkpoint(self) -> str:
        """Keep the run as it is; return why that failed, or nothing."""
        assert self.training
        try:
            self._checkpoints.write(self.training, self._history)
        except OSError as error:
            return (
                f"The run cannot be kept at the moment ({error.strerror or error}). Training "
                "goes on, in memory alone."
            )
        return ""

    def keep(self, status: Ending) -> str:
        """Keep the run that has ended, if it got anywhere; return why that failed, or nothing.

        One that lacked nothing but its last test gets somewhere without a step.
        """
        earlier = self._origin.steps if self._origin else 0
        got_on = status == "finished" or len(self._history.losses) > earlier
        if not self.training or not got_on:
            return ""
        self.unsaved = True
        try:
            self._kept = self._checkpoints.finish(self.training, self._history, status)
        except OSError as error:
            return (
                f"The run could not be saved ({error.strerror or error}). "
                "It stays here until the next run or until the app ends."
            )
        self.unsaved = False
        return ""

    def release(self) -> None:
        """Tell other processes that the run has ended."""
        self._checkpoints.release()

    def fields(self) -> dict[str, Any]:
        """Return what a `Snapshot` says of a run, apart from its phase."""
        training = self.training
        return {
            "recipe": self.recipe,
            "started": self._started,
            "device": training.device.type if training else "",
            "arithmetic": str(training.arithmetic) if training else "",
            "progress": self.progress,
            "history": self._history.copy(),
            "images_per_second": self._pace.images_per_second,
            "network": training.network if training else None,
            "sampled": training.sampled if training else None,
            "run": self._kept,
            "identity": self._checkpoints.identity,
            "origin": self._origin,
            "unsaved": self.unsaved,
        }
