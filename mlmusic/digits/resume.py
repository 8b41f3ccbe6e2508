"""A kept run that goes on: to the end of its recipe, or for more epochs."""

import math
from dataclasses import dataclass, replace

from mlmusic.digits.history import History
from mlmusic.digits.momentum import unpack_momentum
from mlmusic.digits.recipe import Recipe, recipe_name
from mlmusic.digits.run import OPTIMIZER, Origin, Run
from mlmusic.digits.run_lock import GOES_ON, is_locked
from mlmusic.digits.training import TEST_SAMPLE, Training
from mlmusic.digits.weights import read_tensors
from mlmusic.errors import InputError


@dataclass(frozen=True)
class Continuation:
    """All that training needs to go on from a run."""

    training: Training
    history: History  # what happened so far
    origin: Origin


def is_unfinished(run: Run) -> bool:
    """Whether a run can go on without more epochs: steps are missing, or the test after them."""
    return run.steps < run.last_step or run.status != "finished"


def continued_recipe(run: Run, *, epochs: int = 0) -> tuple[Recipe, int]:
    """Return the recipe that a run goes on with, and the step at which that recipe begins.

    Parameters
    ----------
    run : Run
    epochs : int >= 0
        Passes over the training images beyond the recipe; 0 for one that has not ended.

    Returns
    -------
    recipe : Recipe
        The run's own, in the arithmetic that it really had. A constant learning rate has
        no end: its recipe gets longer. Any other schedule begins anew.
    first_step : int

    Raises
    ------
    InputError
        If the recipe has ended and no epochs are asked for, or too many.
    """
    recipe = replace(run.recipe, precision=run.precision, memory_format=run.memory_format)
    if is_unfinished(run) and not epochs:
        return recipe, run.first_step
    if is_unfinished(run):
        raise InputError("this run has not ended yet; finish it first")
    if recipe.schedule == "constant":
        total = run.recipe.epochs + epochs
        recipe, first_step = replace(recipe, epochs=total), run.first_step
    else:
        recipe, first_step = replace(recipe, epochs=epochs), run.last_step
    if not epochs:
        raise InputError("this run has reached its end; say for how many epochs it is to go on")
    return replace(recipe, name=recipe_name(recipe)), first_step


def resume(run: Run, *, epochs: int = 0) -> Continuation:
    """Return what training needs to go on from a run.

    With a constant learning rate, the numbers are those of a longer run in one go: the
    shuffling and the augmentation follow from the seed, the epoch and the step alone.

    Parameters as in `continued_recipe`.

    Raises
    ------
    InputError
        As in `continued_recipe`, or if the run goes on already, a file of it is missing or
        damaged, or its device is not on this machine.
    """
    if is_locked(run.folder.parent, run.identity):
        raise InputError(GOES_ON)
    recipe, first_step = continued_recipe(run, epochs=epochs)
    history = run.load_history()
    if len(history.losses) != run.steps:
        raise InputError(
            f"its curve has {len(history.losses):,} steps and its network {run.steps:,}; "
            "they do not belong together"
        )
    training = Training(recipe, run.load_network())
    training.step, training.first_step = run.steps, first_step
    epoch, position = divmod(run.steps, recipe.steps_per_epoch)
    training.images = epoch * recipe.training_images + position * recipe.batch_size
    training.train_seconds = run.train_seconds
    training.loss = history.losses[-1] if history.losses else math.nan
    training.tested_step = max(
        (test.step for test in history.tests if test.images > TEST_SAMPLE), default=0
    )
    seams = [run.origin.seam] if run.origin else []
    if first_step != run.first_step:
        seams.append(f"a new {recipe.schedule} schedule began at step {first_step + 1:,}")
    if not _load_momentum(run, training):
        seams.append(f"the momentum began anew at step {run.steps + 1:,}")
    if training.device.type != run.device:
        seams.append(f"it moved from {run.device} to {training.device.type}")
    seam = ", and ".join(seam for seam in seams if seam)
    return Continuation(training, history, Origin(run.folder.name, run.name, run.steps, seam))


def _load_momentum(run: Run, training: Training) -> bool:
    """Give the optimiser the run's momentum; return False where it was not kept."""
    if not training.recipe.momentum:
        return True
    path = run.folder / OPTIMIZER
    try:
        content = read_tensors(path)
    except FileNotFoundError:  # a run of an older version
        return False
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error})") from None
    unpack_momentum(content, training.network, training.optimizer, name=path.name)
    return True
