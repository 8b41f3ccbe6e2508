"""How long a run will take on this computer, from steps that were really measured."""

import logging
import threading
from dataclasses import replace

import torch

from mlmusic.digits.evaluation import BATCH, evaluate
from mlmusic.digits.learning import Training, learn
from mlmusic.digits.recipe import MACHINE, Recipe
from mlmusic.digits.training import TEST_EVERY, TEST_IMAGES, TEST_SAMPLE
from mlmusic.errors import InputError

MEASURED_STEPS = 5  # after one that warms up
LARGEST_BATCH = 500  # larger steps are measured on this many images and scaled

Setting = tuple[str | int, ...]
Pace = tuple[float, float]  # seconds for a training step, seconds for a test image

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_paces: dict[Setting, Pace | None] = {}  # None while being measured


def estimate(recipe: Recipe) -> float | None:
    """Return the seconds that a run will take, or None until a step has been measured.

    The measurement goes on in a thread of its own, once for each kind of step.
    """
    setting = _setting(recipe)
    with _lock:
        if setting not in _paces:
            _paces[setting] = None
            # No daemon: PyTorch must not be in the middle of a step when the program ends.
            threading.Thread(
                target=_measure, args=(setting, recipe), name="estimate", daemon=False
            ).start()
        pace = _paces[setting]
    return None if pace is None else _run_seconds(recipe, pace)


def remember(recipe: Recipe, *, step_seconds: float, test_image_seconds: float) -> None:
    """Take the pace of a run that was really trained in the place of a few steps'."""
    if recipe.batch_size <= LARGEST_BATCH:
        with _lock:
            _paces[_setting(recipe)] = step_seconds, test_image_seconds


def _setting(recipe: Recipe) -> Setting:
    """Return what the time of a step depends on."""
    batch = min(recipe.batch_size, LARGEST_BATCH)
    machine = (getattr(recipe, name) for name in MACHINE)
    return (*machine, recipe.augmentation, batch)


def _run_seconds(recipe: Recipe, pace: Pace) -> float:
    """Return the time of a whole run, its tests included."""
    step, test_image = pace
    steps = recipe.steps * step * max(recipe.batch_size / LARGEST_BATCH, 1)
    tests = recipe.steps // TEST_EVERY * TEST_SAMPLE + recipe.epochs * TEST_IMAGES
    return steps + tests * test_image


def _measure(setting: Setting, recipe: Recipe) -> None:
    """Fill in the pace of a setting; forget the setting if it cannot be measured."""
    pace = None
    try:
        pace = measure_pace(recipe)
    except (InputError, RuntimeError, MemoryError):  # the run itself will say why
        _log.info("a step could not be measured", exc_info=True)
    finally:
        with _lock:
            if pace is None:
                _paces.pop(setting, None)
            else:
                _paces[setting] = pace


def measure_pace(recipe: Recipe) -> Pace:
    """Return the seconds of a training step and of a test image, each measured here.

    Raises
    ------
    InputError
        If the recipe's device is not on this machine.
    """
    training = Training(replace(recipe, learning_rate=1e-6))  # blank images teach nothing
    device, bfloat16 = training.device, training.arithmetic.bfloat16
    images = torch.zeros(min(recipe.batch_size, LARGEST_BATCH), 28, 28, dtype=torch.uint8)
    labels = torch.zeros(len(images), dtype=torch.long)
    seconds = []
    for _ in range(1 + MEASURED_STEPS):
        before = training.train_seconds
        for _ in learn(training, images.to(device), labels.to(device)):
            pass
        seconds.append(training.train_seconds - before)
    step = min(seconds[1:])  # what else the computer does now may be over in a moment
    unread = torch.zeros(5 * BATCH, 28, 28, dtype=torch.uint8)
    labels = torch.zeros(len(unread), dtype=torch.long)
    tested = evaluate(training.network, unread, labels, bfloat16=bfloat16)
    return step, tested.seconds / len(unread)
