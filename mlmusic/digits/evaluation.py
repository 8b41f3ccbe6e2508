"""A network and labelled pictures → an ``Evaluation``."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from mlmusic.digits.mnist import to_pixels

BATCH = 100  # images at a time: 500 take 1.6 times as long, being more than caches hold


@dataclass(frozen=True)
class Evaluation:
    """What a network said about every picture."""

    probabilities: Tensor  # (N, 10), float32, each row adds up to 1
    labels: Tensor  # (N,), int64, the true digits
    loss: float  # mean cross-entropy, in nats
    seconds: float

    @cached_property
    def predictions(self) -> Tensor:
        """The likeliest digit of each picture, (N,), int64."""
        return self.probabilities.argmax(1)

    @property
    def total(self) -> int:
        """How many pictures there were."""
        return len(self.labels)

    @cached_property
    def correct(self) -> int:
        """How many of them were read right."""
        return int((self.predictions == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """The share read right, 0 to 1."""
        return self.correct / self.total

    @cached_property
    def confusion(self) -> Tensor:
        """Counts, (10, 10), int64: row = true digit, column = what the network said."""
        return torch.bincount(self.labels * 10 + self.predictions, minlength=100).view(10, 10)


def evaluating(
    network: nn.Module, images: Tensor, labels: Tensor, *, bfloat16: bool = False
) -> Iterator[Evaluation]:
    """Yield the Evaluation of the pictures done so far, after each batch; the last is whole.

    Parameters
    ----------
    network : Module
        (n, 1, 28, 28) float32 in [0, 1] → (n, 10) logits.
    images : Tensor, shape (N, 28, 28), uint8, N > 0
    labels : Tensor, shape (N,), int64
    bfloat16 : bool
        Compute in half the precision; faster where the processor has it.
    """
    device = next(network.parameters()).device
    kind = torch.bfloat16 if bfloat16 else torch.float32
    if bfloat16:  # once: autocast would do it for every batch, and to the same bits
        network = copy.deepcopy(network).to(kind)
    labels = labels.cpu()
    logits = torch.empty(len(images), 10)
    seconds = 0.0
    for start in range(0, len(images), BATCH):
        began = time.perf_counter()
        end = min(start + BATCH, len(images))
        with torch.inference_mode():
            pixels = to_pixels(images[start:end].to(device)).to(kind)
            logits[start:end] = network(pixels).float().cpu()
        seconds += time.perf_counter() - began
        loss = nn.functional.cross_entropy(logits[:end], labels[:end]).item()
        yield Evaluation(logits[:end].softmax(1), labels[:end], loss, seconds)


def evaluate(
    network: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    bfloat16: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Return the Evaluation of a network on labelled pictures.

    Parameters as in `evaluating`; ``on_progress(done, total)`` is called after each batch.
    """
    for evaluation in evaluating(network, images, labels, bfloat16=bfloat16):
        if on_progress:
            on_progress(evaluation.total, len(images))
    return evaluation


def classify(network: nn.Module, pictures: Tensor) -> Tensor:
    """Return the probabilities of the ten digits.

    Parameters
    ----------
    pictures : Tensor, shape (N, 28, 28), float32 in [0, 1]
        Ink bright on black, centred as MNIST is.

    Returns
    -------
    Tensor, shape (N, 10), float32
    """
    device = next(network.parameters()).device
    with torch.inference_mode():
        logits: Tensor = network(pictures.unsqueeze(1).to(device))
        return logits.softmax(1).cpu()
