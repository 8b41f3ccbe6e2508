"""Trained runs on disk: a folder each, with weights, recipe and history.

``run.json`` has the recipe and the result, ``history.json`` the curves,
``weights.safetensors`` the network, ``optimizer.safetensors`` the momentum. A run is
written into a hidden folder beside the others and then renamed, and renamed to a hidden
name before it is removed, so that it is there whole or not at all.
"""

import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from mlmusic.digits import checks
from mlmusic.digits.files import pack_json, read_json, write_folder
from mlmusic.digits.hardware import Arithmetic
from mlmusic.digits.history import LARGEST_LOSS, History
from mlmusic.digits.model import AlexNet
from mlmusic.digits.momentum import pack_momentum
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import DEVICES, MEMORY_FORMATS, PRECISIONS, Recipe
from mlmusic.digits.training import TEST_SAMPLE, Training
from mlmusic.digits.weights import load_weights, pack_weights
from mlmusic.errors import InputError

Ending = Literal["finished", "stopped", "failed"]
Status = Literal["finished", "stopped", "failed", "interrupted"]  # the last: a checkpoint

RUN, HISTORY, WEIGHTS = "run.json", "history.json", "weights.safetensors"
OPTIMIZER = "optimizer.safetensors"
CHECKPOINT = re.compile(r"(\d{8}-\d{6}-[0-9a-f]{4})-at-\d+")  # its folder: run and step


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
        if self.status == "interrupted" and checkpoint:
            return checkpoint[1]
        return self.folder.name

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
        """Return the trained network; InputError as in `load_weights`."""
        return load_weights(self.weights)

    def load_history(self) -> History:
        """Return the curves; InputError if the file is missing or damaged."""
        return History.from_dict(read_json(self.folder / HISTORY))


def runs_folder() -> Path:
    """Return where runs are kept: ``$MLMUSIC_HOME``, or ``runs`` where the app was started."""
    return Path(os.environ.get("MLMUSIC_HOME") or "runs").absolute()


def save_run(
    training: Training,
    history: History,
    *,
    status: Status,
    started: datetime,
    origin: Origin | None = None,
    folder: Path | None = None,
    identity: str | None = None,
) -> Run:
    """Write a run and return it.

    Parameters
    ----------
    training : Training
        Its network, recipe and results.
    history : History
    status : "finished", "stopped", "failed" or "interrupted"
    started : datetime
        With a time zone.
    origin : Origin, optional
        The run that this one continues.
    folder : Path, optional
        The folder of all runs; by default `runs_folder`.
    identity : str, optional
        The name of the run's own folder, which is not there yet; by default a new one.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; nothing is left behind.
    """
    folder = folder or runs_folder()
    test = training.evaluation or _last_whole_test(history)
    identity = identity or new_identity(started)
    run = Run(
        folder=folder / identity,
        name=f"{training.recipe.name} {started:%d %b %Y %H:%M:%S}",
        status=status,
        recipe=training.recipe,
        started=started,
        device=training.device.type,
        precision=training.arithmetic.precision,
        memory_format=training.arithmetic.memory_format,
        steps=training.step,
        train_seconds=training.train_seconds,
        test_accuracy=test.accuracy if test else None,
        test_loss=checks.finite(test.loss) if test else None,
        first_step=training.first_step,
        origin=origin,
    )
    momentum = pack_momentum(training.network, training.optimizer)
    files = {
        WEIGHTS: pack_weights(training.network),
        HISTORY: json.dumps(history.to_dict()).encode(),
        RUN: pack_json(run_fields(run)),
    }
    write_folder(run.folder, files | ({OPTIMIZER: momentum} if momentum else {}))
    return run


def new_identity(started: datetime) -> str:
    """Return a name for the folder of a run, which no other has."""
    return f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def list_runs(folder: Path | None = None) -> tuple[list[Run], list[str]]:
    """Return the runs, the newest first, and a sentence for each folder that is damaged.

    Of a run that ended there may still be a checkpoint, and of one that was interrupted two:
    the one that got farthest is returned.
    """
    runs, problems = list_all_runs(folder or runs_folder())
    farthest = {run.identity: run for run in sorted(runs, key=_how_far)}
    return sorted(farthest.values(), key=lambda run: run.started, reverse=True), problems


def list_all_runs(folder: Path) -> tuple[list[Run], list[str]]:
    """Return the runs and all checkpoints, and a sentence for each folder that is damaged."""
    runs, problems = [], []
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        return [], [f"The folder of runs cannot be read ({error.strerror or error})."]
    for path in paths:
        if path.name.startswith("."):
            continue
        try:
            if path.is_dir():
                runs.append(read_run(path))
        except (InputError, OSError) as error:
            if not path.exists():  # a checkpoint that was replaced, a run that was deleted
                continue
            reason = getattr(error, "strerror", None) or error
            problems.append(checks.showable(f"The run in {path.name} was skipped: {reason}."))
    return runs, problems


def newest_run(runs: Sequence[Run]) -> Run | None:
    """Return the newest of some runs that ended and did not fail; None if there is none."""
    ended = (run for run in runs if run.status not in ("failed", "interrupted"))
    return max(ended, key=lambda run: run.started, default=None)


def read_run(folder: Path) -> Run:
    """Return the run that a folder holds; InputError if it is damaged."""
    fields = read_json(folder / RUN)
    if not (folder / WEIGHTS).is_file():
        raise InputError(f"{WEIGHTS} is missing")
    try:
        recipe = Recipe.from_dict(fields["recipe"])
        checks.text("folder", folder.name)
        checks.text("recipe.name", recipe.name)
        return Run(
            folder=folder,
            name=checks.text("name", fields["name"]),
            status=checks.choice("status", fields["status"], get_args(Status)),
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
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{RUN} cannot be read ({error})") from None


def run_fields(run: Run) -> dict[str, Any]:
    """Return what ``run.json`` holds."""
    fields = {name: value for name, value in asdict(run).items() if name != "folder"}
    return fields | {"started": run.started.isoformat()}


def _how_far(run: Run) -> tuple[int, bool]:
    return run.steps, run.status != "interrupted"


def _last_whole_test(history: History) -> TestResult | None:
    """Return the latest test on more than the sample, if there was one."""
    return next((test for test in reversed(history.tests) if test.images > TEST_SAMPLE), None)
