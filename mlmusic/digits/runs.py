"""All trained runs on disk: the newest first, and a new one beside them.

A run is written into a hidden folder beside the others and then renamed, and renamed to a
hidden name before it is removed, so that it is there whole or not at all.
"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mlmusic.digits import checks
from mlmusic.digits.files import pack_json, write_folder
from mlmusic.digits.history import History
from mlmusic.digits.momentum import pack_momentum
from mlmusic.digits.progress import TestResult
from mlmusic.digits.run import (
    HISTORY,
    OPTIMIZER,
    RUN,
    WEIGHTS,
    Kept,
    Origin,
    Run,
    read_run,
    run_fields,
)
from mlmusic.digits.run_lock import is_locked
from mlmusic.digits.training import TEST_SAMPLE, Training
from mlmusic.digits.weights import pack_weights
from mlmusic.errors import InputError


def runs_folder() -> Path:
    """Return where runs are kept: ``$MLMUSIC_HOME``, or ``runs`` where the app was started."""
    folder = Path(os.environ.get("MLMUSIC_HOME") or "runs")
    try:
        return folder.absolute()
    except FileNotFoundError:  # the folder where the app was started was deleted
        return folder


def save_run(
    training: Training,
    history: History,
    *,
    status: Kept,
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
    test = training.evaluation or last_whole_test(history)
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
    """Return the runs and all checkpoints, and a sentence for each folder that is damaged.

    A checkpoint is ``going on`` as long as a process trains the run, or one that continues it.
    """
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
                runs.append(_as_it_is(read_run(path)))
        except (InputError, OSError) as error:
            if _is_gone(path):  # a checkpoint that was replaced, a run that was deleted
                continue
            reason = getattr(error, "strerror", None) or error
            problems.append(checks.showable(f"The run in {path.name} was skipped: {reason}."))
    return runs, problems


def newest_run(runs: Sequence[Run]) -> Run | None:
    """Return the newest of some runs that ended and did not fail; None if there is none."""
    ended = (run for run in runs if run.status != "failed" and not run.is_checkpoint)
    return max(ended, key=lambda run: run.started, default=None)


def _as_it_is(run: Run) -> Run:
    """Return a run, a checkpoint with the status that it has at the moment."""
    going_on = run.is_checkpoint and is_locked(run.folder.parent, run.identity)
    return replace(run, status="going on") if going_on else run


def _is_gone(path: Path) -> bool:
    try:
        path.lstat()
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False


def _how_far(run: Run) -> tuple[int, bool]:
    return run.steps, not run.is_checkpoint


def last_whole_test(history: History) -> TestResult | None:
    """Return the latest test on all test images, if there was one."""
    return next((test for test in reversed(history.tests) if test.images > TEST_SAMPLE), None)
