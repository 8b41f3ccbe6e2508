"""A trained run on disk: a folder with weights, recipe and history.

``run.json`` has the recipe and the result, ``history.json`` the curves,
``weights.safetensors`` the network, ``optimizer.safetensors`` the momentum.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from mlmusic.digits import checks
from mlmusic.digits.files import read_json
from mlmusic.digits.hardware import Arithmetic
from mlmusic.digits.history import LARGEST_LOSS, History
from mlmusic.digits.model import AlexNet
from mlmusic.digits.recipe import DEVICES, MEMORY_FORMATS, PRECISIONS, Recipe
from mlmusic.digits.weights import load_weights
from mlmusic.errors import InputError

Ending = Literal["finished", "stopped", "failed"]
Kept = Literal["finished", "stopped", "failed", "interrupted"]  # the last: a checkpoint
Status = Literal["finished", "stopped", "failed", "interrupted", "going on"]  # as one finds it

RUN, HISTORY, WEIGHTS = "run.json", "history.json", "weights.safetensors"
OPTIMIZER = "optimizer.safetensors"
IDENTITY = r"\d{8}-\d{6}-[0-9a-f]{4}"
CHECKPOINT = re.compile(rf"({IDENTITY})-at-\d+")  # its folder: run and step


@dataclass(frozen=True)
class Origin:
    """The run that another one goes on from."""

    folder: str  # the name of its folder; it may have been deleted since
    name: str  # what it was called then
    steps: int  # batches it had been trained on
    seam: str = ""  # what differs from training in one go, as a clause; nothing if empty

    def __post_init__(self) -> None:
        for name in ("folder", "name", "seam"):
            checks.text(f"origin.{name}", getattr(self, name))
        checks.count("origin.steps", self.steps)


@dataclass(frozen=True)
class Run:
    """A run that was kept."""

    folder: Path
    name: str  # what people call it; text, never a path
    status: Status
    recipe: Recipe
    started: datetime  # with its offset
    device: str
    precision: Literal["float32", "bfloat16"]
    steps: int  # batches trained on
    train_seconds: float
    test_accuracy: float | None  # on all test images; None before the first epoch's end
    test_loss: float | None  # None as well where it was beyond all numbers
    first_step: int = 0  # batches done when the recipe began; above 0 after another recipe
    origin: Origin | None = None
    memory_format: Literal["channels_last", "contiguous"] = "contiguous"  # the older runs'

    @property
    def identity(self) -> str:
        """What a run and its checkpoints have in common."""
        checkpoint = CHECKPOINT.fullmatch(self.folder.name)
        return checkpoint[1] if self.is_checkpoint and checkpoint else self.folder.name

    @property
    def is_checkpoint(self) -> bool:
        """Whether it was kept in the middle, and may go on at the moment."""
        return self.status in ("interrupted", "going on")

    @property
    def last_step(self) -> int:
        """Batches done when the recipe ends."""
        return self.first_step + self.recipe.steps

    @property
    def epochs(self) -> int:
        """Passes over the training images when the recipe ends."""
        return self.last_step // self.recipe.steps_per_epoch

    @property
    def arithmetic(self) -> Arithmetic:
        """How it was computed."""
        return Arithmetic(self.precision, self.memory_format)

    @property
    def weights(self) -> Path:
        """The safetensors file of the network."""
        return self.folder / WEIGHTS

    def load_network(self) -> AlexNet:
        """Return the trained network; InputError as in `load_weights`, or if it was deleted."""
        if not self.weights.is_file():
            raise InputError("it is no longer there")
        return load_weights(self.weights)

    def load_history(self) -> History:
        """Return the curves; InputError if the file is missing or damaged."""
        return History.from_dict(read_json(self.folder / HISTORY))


def read_run(folder: Path) -> Run:
    """Return the run that a folder holds; InputError if it is damaged."""
    fields = read_json(folder / RUN)
    if not (folder / WEIGHTS).is_file():
        raise InputError(f"{WEIGHTS} is missing")
    try:
        recipe = Recipe.from_dict(fields["recipe"])
        checks.text("folder", folder.name)
        checks.text("recipe.name", recipe.name)
        run = Run(
            folder=folder,
            name=checks.text("name", fields["name"]),
            status=checks.choice("status", fields["status"], get_args(Kept)),
            recipe=recipe,
            started=checks.moment("started", fields["started"]),
            device=checks.choice("device", fields["device"], DEVICES),
            precision=checks.choice("precision", fields["precision"], PRECISIONS),
            steps=checks.count("steps", fields["steps"]),
            train_seconds=checks.number("train_seconds", fields["train_seconds"]),
            test_accuracy=checks.number_or_none("test_accuracy", fields["test_accuracy"], high=1),
            test_loss=checks.number_or_none("test_loss", fields["test_loss"], high=LARGEST_LOSS),
            first_step=checks.count("first_step", fields.get("first_step", 0)),
            memory_format=checks.choice(
                "memory_format", fields.get("memory_format", Run.memory_format), MEMORY_FORMATS
            ),
            origin=None if fields.get("origin") is None else Origin(**fields["origin"]),
        )
        if not run.first_step <= run.steps <= run.last_step:
            raise ValueError(
                f"steps={run.steps} is not within the recipe's, {run.first_step} to {run.last_step}"
            )
        return run
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{RUN} cannot be read ({error})") from None


def run_fields(run: Run) -> dict[str, Any]:
    """Return what ``run.json`` holds."""
    fields = {name: value for name, value in asdict(run).items() if name != "folder"}
    return fields | {"started": run.started.isoformat()}
