"""One run's network, optimiser and counts, and how it learns from one batch."""

import math
import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from mlmusic.digits.augmentation import augmented
from mlmusic.digits.capture import Captured
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.hardware import choose_arithmetic, choose_device
from mlmusic.digits.memory import keep_freed_memory
from mlmusic.digits.mnist import to_pixels
from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.schedule import learning_rate
from mlmusic.errors import InputError

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
    arithmetic : Arithmetic
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
    captures : bool
        Whether the pass over a whole batch is recorded once and replayed: on a GPU.
    """

    def __init__(self, recipe: Recipe, network: AlexNet | None = None) -> None:
        keep_freed_memory()
        self.recipe = recipe
        self.device = choose_device(recipe)
        self.arithmetic = choose_arithmetic(recipe, self.device)
        self.network = self.arithmetic.lay_out(network or new_network(recipe.seed), self.device)
        self.optimizer = torch.optim.SGD(
            self.network.parameters(),
            lr=recipe.learning_rate,
            momentum=recipe.momentum,
            nesterov=recipe.nesterov,
            weight_decay=recipe.weight_decay,
            fused=True,  # one pass over the weights
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
        self.captures = self.device.type == "cuda"
        self._captured: Captured | None = None

    @property
    def last_step(self) -> int:
        """Batches done when the recipe ends."""
        return self.first_step + self.recipe.steps

    @property
    def first_epoch(self) -> int:
        """Passes over the training images that were begun before the present recipe."""
        return math.ceil(self.first_step / self.recipe.steps_per_epoch)

    def backward(self, pixels: Tensor, labels: Tensor, *, share: float = 1.0) -> float:
        """Add the gradients of a piece of a batch.

        Parameters
        ----------
        pixels : Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
        labels : Tensor, shape (N,), int64
        share : float
            Of the batch that is in this piece, above 0 to 1.

        Returns
        -------
        float
            The piece's part of the batch's mean loss, in nats.
        """
        if self.captures and len(labels) == self.recipe.batch_size:
            if self._captured is None:
                parameters = list(self.network.parameters())
                self._captured = Captured(self._gradients, parameters, pixels, labels)
            return self._captured(pixels, labels).item()
        return self._gradients(pixels, labels, share).item()

    def _gradients(self, pixels: Tensor, labels: Tensor, share: float = 1.0) -> Tensor:
        """Add the gradients of a piece of a batch; return its part of the loss, a scalar."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.arithmetic.bfloat16):
            loss = nn.functional.cross_entropy(self.network(pixels), labels)
        if share < 1:
            loss = loss * share
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()


def learn(training: Training, images: Tensor, labels: Tensor) -> Iterator[float]:
    """Learn from one batch; of a large one, yield after each piece but the last.

    Parameters
    ----------
    training : Training
        Changed in place.
    images : Tensor, shape (N, 28, 28), uint8
        On the training's device, like the labels.
    labels : Tensor, shape (N,), int64

    Yields
    ------
    float
        The share of the batch that is done.

    Raises
    ------
    DivergedError
        If the loss is infinite or not a number.
    """
    began = time.perf_counter()
    recipe = training.recipe
    pixels = to_pixels(images)
    pixels = augmented(pixels, recipe.augmentation, generator(recipe.seed, 1, training.step))
    rate = learning_rate(recipe, training.step - training.first_step)
    training.optimizer.param_groups[0]["lr"] = rate
    training.optimizer.zero_grad()
    value = 0.0
    for start in range(0, len(images), PIECE):
        end = min(start + PIECE, len(images))
        share = (end - start) / len(images)
        value += training.backward(pixels[start:end], labels[start:end], share=share)
        if end < len(images):
            training.train_seconds += time.perf_counter() - began
            yield end / len(images)
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


def generator(seed: int, use: int, index: int) -> torch.Generator:
    """Return random numbers that follow from the seed, the use (0 or 1) and the index alone."""
    # PyTorch's CPU generator reads the lower 32 bits of its seed only.
    return torch.Generator().manual_seed((seed * 1_000_003 + 2 * index + use) % 2**32)
