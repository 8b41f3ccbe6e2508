"""What onlookers see of a training run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.history import History
from mlmusic.digits.model import AlexNet
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import Origin, Run
from mlmusic.digits.training import unread_images

Phase = Literal["idle", "starting", "running", "paused", "finished", "stopped", "failed"]
ACTIVE: tuple[Phase, ...] = ("starting", "running", "paused")


@dataclass(frozen=True)
class Moment:
    """The network in training as it was between two steps."""

    number: int  # of the run in this process
    step: int  # batches it had learned
    network: AlexNet  # a copy, on the CPU


@dataclass(frozen=True)
class Snapshot:
    """A run as it was at one moment."""

    phase: Phase = "idle"
    number: int = 0  # of the run in this process; 0 before the first
    recipe: Recipe | None = None
    started: datetime | None = None
    device: str = ""
    arithmetic: str = ""  # precision and memory format, in words
    progress: Progress | None = None
    history: History | None = None  # a copy
    images_per_second: float | None = None
    network: AlexNet | None = None  # the very one in training: it changes as one looks
    sampled: Evaluation | None = None  # of the first test images, some steps ago
    message: str = ""  # why a run failed or could not be saved
    run: Run | None = None  # once it is kept
    identity: str = ""  # of the run and its checkpoints
    origin: Origin | None = None  # the run that this one continues
    unsaved: bool = False  # it ended and could not be kept: it is in memory alone

    @property
    def is_active(self) -> bool:
        """Whether a run is going on, paused included."""
        return self.phase in ACTIVE

    @property
    def seconds_left(self) -> float | None:
        """Time that the remaining steps and tests will take, in seconds; None while unknown."""
        if self.recipe is None or self.progress is None or not self.images_per_second:
            return None
        steps = self.progress.steps - self.progress.step
        seconds = steps * self.recipe.batch_size / self.images_per_second
        if self.sampled is not None:
            per_image = self.sampled.seconds / self.sampled.total
            seconds += unread_images(self.recipe, self.progress) * per_image
        return seconds
