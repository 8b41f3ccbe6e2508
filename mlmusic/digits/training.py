"""Training as a generator: whoever consumes it decides how fast, how long and what to draw.

Pausing is not asking for the next item; stopping is closing the generator.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from mlmusic.digits.evaluation import Evaluation, evaluate, evaluating
from mlmusic.digits.learning import DivergedError, Training, generator, learn
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.progress import Progress, TestResult
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.schedule import learning_rate

__all__ = ["DivergedError", "Training", "train", "unread_images"]

TEST_EVERY = 40  # steps between two tests on TEST_SAMPLE images
TEST_IMAGES = 10_000
TEST_SAMPLE = 1_000  # the first test images, always the same


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
            for _ in learn(training, images[batch], labels[batch]):
                yield _progress(training, is_step=False)
            yield _progress(training, test=_test_sample(training, mnist))


def unread_images(recipe: Recipe, progress: Progress) -> float:
    """Return how many test images are still to be read, the running test's among them."""
    steps = progress.steps - progress.step
    samples = progress.steps // TEST_EVERY - progress.step // TEST_EVERY
    whole = math.ceil(steps / recipe.steps_per_epoch)
    running = 1 - progress.tested if progress.tested else float(progress.ends_epoch)
    return samples * TEST_SAMPLE + (whole + running) * TEST_IMAGES


def _test_sample(training: Training, mnist: Mnist) -> TestResult | None:
    """Test the sample if it is time to."""
    if training.step % TEST_EVERY:
        return None
    images, labels = mnist.test_images[:TEST_SAMPLE], mnist.test_labels[:TEST_SAMPLE]
    bfloat16 = training.arithmetic.bfloat16
    training.sampled = evaluate(training.network, images, labels, bfloat16=bfloat16)
    training.test_seconds += training.sampled.seconds
    return _test_result(training, training.sampled)


def _test_all(training: Training, mnist: Mnist) -> Iterator[Progress]:
    """Test all test images, and yield after each part."""
    images, labels = mnist.test_images, mnist.test_labels
    bfloat16, before = training.arithmetic.bfloat16, training.test_seconds
    for evaluation in evaluating(training.network, images, labels, bfloat16=bfloat16):
        training.test_seconds = before + evaluation.seconds
        test = None
        if evaluation.total == len(images):
            training.evaluation, training.tested_step = evaluation, training.step
            test = _test_result(training, evaluation)
        yield _progress(training, is_step=False, tested=evaluation.total / len(images), test=test)


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
    return torch.randperm(size, generator=generator(seed, 0, epoch))
