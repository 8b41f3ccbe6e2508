"""Training as a generator: whoever consumes it decides how fast, how long and what to draw.

Pausing is not asking for the next item; stopping is closing the generator.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mlmusic.digits.augmentation import affine
from mlmusic.digits.evaluation import Evaluation, evaluate, evaluating
from mlmusic.digits.hardware import choose_device, choose_precision
from mlmusic.digits.mnist import Mnist, to_pixels
from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.recipe import Recipe
from mlmusic.errors import InputError

TEST_EVERY = 20  # steps between two tests on TEST_SAMPLE images
TEST_SAMPLE = 1_000  # the first test images, always the same
WARM_UP = 0.3  # of a one-cycle schedule, as in torch's OneCycleLR
START_DIVISOR, END_DIVISOR = 25.0, 1e4  # likewise


class DivergedError(InputError):
    """The loss is no longer a number; training cannot go on."""


@dataclass(frozen=True)
class TestResult:
    """How the network does on test images at one moment of training."""

    __test__ = False  # not a test for pytest to collect

    step: int  # batches it had been trained on
    images: int
    loss: float  # mean cross-entropy, in nats
    accuracy: float  # 0 to 1


@dataclass(frozen=True)
class Progress:
    """What has just happened in a run: a training step, or a part of a test."""

    step: int  # batches trained on so far, from 1
    steps: int  # batches at the end of the run
    epoch: int  # the pass over the training images, from 1
    epochs: int
    loss: float  # training loss of this step's batch, in nats
    learning_rate: float  # of this step
    images: int  # training images seen so far, each as often as it was seen
    train_seconds: float  # spent in training steps so far; pauses and tests do not count
    is_step: bool = True  # False: still at the same step, testing
    ends_epoch: bool = False  # this step was the last of its epoch; a test follows
    tested: float = 0.0  # share of the running test that is done, 0 to 1
    test: TestResult | None = None  # a test that has just been completed


class Training:
    """A network in the middle of being trained: all that a run needs to go on.

    Parameters
    ----------
    recipe : Recipe
    network : AlexNet, optional
        To go on with; by default a new one from the recipe's seed.

    Attributes
    ----------
    network : AlexNet
    optimizer : torch.optim.SGD
    device : torch.device
    precision : "float32" or "bfloat16"
    step : int
        Batches done.
    first_step : int
        Batches done when the present recipe began; above 0 when an older run goes on.
    evaluation, sampled : Evaluation or None
        Of all test images at the end of the latest epoch, and the latest of the sample.
    images : int
        Training images seen so far, each as often as it was seen.
    train_seconds : float
        Spent in training steps so far; pauses and tests do not count.
    """

    def __init__(self, recipe: Recipe, network: AlexNet | None = None) -> None:
        self.recipe = recipe
        self.device = choose_device(recipe)
        self.precision = choose_precision(recipe, self.device)
        self.network = (network or new_network(recipe.seed)).to(self.device)
        self.optimizer = torch.optim.SGD(
            self.network.parameters(),
            lr=recipe.learning_rate,
            momentum=recipe.momentum,
            nesterov=recipe.nesterov,
            weight_decay=recipe.weight_decay,
        )
        self.step = 0
        self.first_step = 0
        self.evaluation: Evaluation | None = None
        self.sampled: Evaluation | None = None
        self.images = 0
        self.train_seconds = 0.0

    @property
    def bfloat16(self) -> bool:
        """Whether the arithmetic is done in half the precision."""
        return self.precision == "bfloat16"

    @property
    def last_step(self) -> int:
        """Batches done when the recipe ends."""
        return self.first_step + self.recipe.steps

    @property
    def first_epoch(self) -> int:
        """Passes over the training images that were begun before the present recipe."""
        return math.ceil(self.first_step / self.recipe.steps_per_epoch)


def train(training: Training, mnist: Mnist) -> Iterator[Progress]:
    """Train until the recipe ends; yield after every batch, and during tests.

    The same seed, device, precision and thread count give the same numbers: the weights,
    the order of the images and their augmentation follow from the seed and the step alone.

    Parameters
    ----------
    training : Training
        Changed in place; once the generator is closed, another goes on where it was.
    mnist : Mnist

    Yields
    ------
    Progress

    Raises
    ------
    DivergedError
        If the loss is infinite or not a number.
    """
    recipe = training.recipe
    images = mnist.train_images[: recipe.training_images].to(training.device)
    labels = mnist.train_labels[: recipe.training_images].to(training.device)
    sample = mnist.test_images[:TEST_SAMPLE], mnist.test_labels[:TEST_SAMPLE]
    while training.step < training.last_step:
        epoch, position = divmod(training.step - training.first_step, recipe.steps_per_epoch)
        order = _shuffled(recipe.seed, training.first_epoch + epoch, len(images))
        for indices in torch.split(order, recipe.batch_size)[position:]:
            batch = indices.to(training.device)
            progress = _train_step(training, images[batch], labels[batch], epoch)
            if training.step % TEST_EVERY == 0:
                training.sampled = evaluate(training.network, *sample, bfloat16=training.bfloat16)
                progress = replace(progress, test=_test_result(training, training.sampled))
            yield progress
        total = len(mnist.test_images)
        for evaluation in evaluating(
            training.network, mnist.test_images, mnist.test_labels, bfloat16=training.bfloat16
        ):
            progress = replace(progress, is_step=False, tested=evaluation.total / total, test=None)
            if evaluation.total == total:
                training.evaluation = evaluation
                progress = replace(progress, test=_test_result(training, evaluation))
            yield progress


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the learning rate of a step, counted from 0 within the recipe's schedule.

    ``one-cycle`` rises by a cosine to the peak, then falls by one almost to zero, as torch's
    ``OneCycleLR`` does (Smith and Topin, "Super-Convergence", 2018).
    """
    peak = recipe.learning_rate
    if recipe.schedule == "constant":
        return peak
    start, end = peak / START_DIVISOR, peak / START_DIVISOR / END_DIVISOR
    turn = WARM_UP * recipe.steps - 1  # the step of the peak; a fraction of a step is meant
    if step <= turn:
        return _cosine(start, peak, step / turn)
    return _cosine(peak, end, (step - turn) / max(recipe.steps - 1 - turn, 1e-9))


def _cosine(start: float, end: float, share: float) -> float:
    """Return the value at ``share`` (0 to 1) of the half cosine wave from start to end."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


def _train_step(training: Training, images: Tensor, labels: Tensor, epoch: int) -> Progress:
    """Learn from one batch."""
    began = time.perf_counter()
    recipe = training.recipe
    pixels = to_pixels(images)
    if recipe.augmentation == "affine":
        pixels = affine(pixels, _generator(recipe.seed, 1, training.step))
    rate = learning_rate(recipe, training.step - training.first_step)
    training.optimizer.param_groups[0]["lr"] = rate
    with torch.autocast(training.device.type, torch.bfloat16, enabled=training.bfloat16):
        loss = nn.functional.cross_entropy(training.network(pixels), labels)
    training.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    training.optimizer.step()
    value = loss.item()
    training.step += 1
    training.images += len(images)
    training.train_seconds += time.perf_counter() - began
    if not math.isfinite(value):
        raise DivergedError(
            f"the loss grew beyond all bounds at step {training.step}; "
            f"choose a learning rate below {rate:.2g}"
        )
    return Progress(
        step=training.step,
        steps=training.last_step,
        epoch=training.first_epoch + epoch + 1,
        epochs=training.first_epoch + recipe.epochs,
        loss=value,
        learning_rate=rate,
        images=training.images,
        train_seconds=training.train_seconds,
        ends_epoch=(training.step - training.first_step) % recipe.steps_per_epoch == 0,
    )


def _test_result(training: Training, evaluation: Evaluation) -> TestResult:
    return TestResult(training.step, evaluation.total, evaluation.loss, evaluation.accuracy)


def _shuffled(seed: int, epoch: int, size: int) -> Tensor:
    """Return the order of the images in an epoch, (size,), int64."""
    return torch.randperm(size, generator=_generator(seed, 0, epoch))


def _generator(seed: int, use: int, index: int) -> torch.Generator:
    """Return random numbers that follow from the seed, the use (0 or 1) and the index alone."""
    # PyTorch's CPU generator reads the lower 32 bits of its seed only.
    return torch.Generator().manual_seed((seed * 1_000_003 + 2 * index + use) % 2**32)
