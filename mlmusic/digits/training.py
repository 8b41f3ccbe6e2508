"""Training as a generator: whoever consumes it decides how fast, how long and what to draw.

Pausing is not asking for the next item; stopping is closing the generator.
"""

import math
import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from mlmusic.digits.augmentation import affine
from mlmusic.digits.evaluation import Evaluation, evaluate, evaluating
from mlmusic.digits.hardware import choose_device, choose_precision
from mlmusic.digits.mnist import Mnist, to_pixels
from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.progress import Progress, TestResult
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.schedule import learning_rate
from mlmusic.errors import InputError

TEST_EVERY = 40  # steps between two tests on TEST_SAMPLE images
TEST_IMAGES = 10_000
TEST_SAMPLE = 1_000  # the first test images, always the same
PIECE = 1_000  # images of a batch at a time: what memory allows, and one may stop in between


class DivergedError(InputError):
    """The loss is no longer a number; training cannot go on."""


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
    tested_step : int
        The step at which all test images were last read.
    loss : float
        Of the last step, in nats.
    images : int
        Training images seen so far, each as often as it was seen.
    train_seconds, test_seconds : float
        Spent in training steps and in tests so far; pauses do not count.
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
        self.tested_step = 0
        self.loss = math.nan
        self.images = 0
        self.train_seconds = 0.0
        self.test_seconds = 0.0

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
    while True:
        epoch, position = divmod(training.step - training.first_step, recipe.steps_per_epoch)
        if position == 0 and training.tested_step < training.step:  # also one that was cut short
            yield from _test_all(training, mnist)
        if training.step == training.last_step:
            return
        order = _shuffled(recipe.seed, training.first_epoch + epoch, len(images))
        for indices in torch.split(order, recipe.batch_size)[position:]:
            batch = indices.to(training.device)
            yield from _train_step(training, images[batch], labels[batch])
            yield _progress(training, test=_test_sample(training, mnist))


def unread_images(recipe: Recipe, progress: Progress) -> float:
    """Return how many test images are still to be read, the running test's among them."""
    steps = progress.steps - progress.step
    samples = progress.steps // TEST_EVERY - progress.step // TEST_EVERY
    whole = math.ceil(steps / recipe.steps_per_epoch)
    running = 1 - progress.tested if progress.tested else float(progress.ends_epoch)
    return samples * TEST_SAMPLE + (whole + running) * TEST_IMAGES


def _train_step(training: Training, images: Tensor, labels: Tensor) -> Iterator[Progress]:
    """Learn from one batch; of a large one, yield after each piece but the last."""
    began = time.perf_counter()
    recipe = training.recipe
    pixels = to_pixels(images)
    if recipe.augmentation == "affine":
        pixels = affine(pixels, _generator(recipe.seed, 1, training.step))
    rate = learning_rate(recipe, training.step - training.first_step)
    training.optimizer.param_groups[0]["lr"] = rate
    training.optimizer.zero_grad()
    value = 0.0
    for start in range(0, len(images), PIECE):
        piece = slice(start, start + PIECE)
        value += _backward(training, pixels[piece], labels[piece], batch=len(images))
        if start + PIECE < len(images):
            training.train_seconds += time.perf_counter() - began
            yield _progress(training, is_step=False)
            began = time.perf_counter()
    if not math.isfinite(value):
        raise DivergedError(
            f"the loss grew beyond all bounds at step {training.step + 1}; "
            f"choose a learning rate below {recipe.learning_rate:.2g}"
        )
    training.optimizer.step()
    training.step += 1
    training.loss = value
    training.images += len(images)
    training.train_seconds += time.perf_counter() - began


def _backward(training: Training, pixels: Tensor, labels: Tensor, *, batch: int) -> float:
    """Add the gradients of a piece of a batch, and return its part of the mean loss."""
    with torch.autocast(training.device.type, torch.bfloat16, enabled=training.bfloat16):
        loss = nn.functional.cross_entropy(training.network(pixels), labels)
    if len(labels) < batch:
        loss = loss * (len(labels) / batch)
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.item()


def _test_sample(training: Training, mnist: Mnist) -> TestResult | None:
    """Test the sample if it is time to."""
    if training.step % TEST_EVERY:
        return None
    images, labels = mnist.test_images[:TEST_SAMPLE], mnist.test_labels[:TEST_SAMPLE]
    training.sampled = evaluate(training.network, images, labels, bfloat16=training.bfloat16)
    training.test_seconds += training.sampled.seconds
    return _test_result(training, training.sampled)


def _test_all(training: Training, mnist: Mnist) -> Iterator[Progress]:
    """Test all test images, and yield after each part."""
    total, before = len(mnist.test_images), training.test_seconds
    for evaluation in evaluating(
        training.network, mnist.test_images, mnist.test_labels, bfloat16=training.bfloat16
    ):
        training.test_seconds = before + evaluation.seconds
        test = None
        if evaluation.total == total:
            training.evaluation, training.tested_step = evaluation, training.step
            test = _test_result(training, evaluation)
        yield _progress(training, is_step=False, tested=evaluation.total / total, test=test)


def _progress(
    training: Training,
    *,
    is_step: bool = True,
    tested: float = 0.0,
    test: TestResult | None = None,
) -> Progress:
    """Return where a training is."""
    recipe = training.recipe
    done = training.step - training.first_step
    last = max(done - (is_step or tested > 0), 0)  # the step that is meant, from 0
    return Progress(
        step=training.step,
        steps=training.last_step,
        epoch=training.first_epoch + last // recipe.steps_per_epoch + 1,
        epochs=training.first_epoch + recipe.epochs,
        loss=training.loss,
        learning_rate=learning_rate(recipe, last),
        images=training.images,
        train_seconds=training.train_seconds,
        test_seconds=training.test_seconds,
        is_step=is_step,
        ends_epoch=is_step and done % recipe.steps_per_epoch == 0,
        tested=tested,
        test=test,
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
