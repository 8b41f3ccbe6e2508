"""Training in several processes, on one machine or many, as PyTorch's ``torchrun`` starts them.

    torchrun --nproc-per-node 2 -m mlmusic train

Every process goes through the same batches in the same order and learns from its share of
each; the gradients are added up over all of them. The losses are those of one process, to
rounding.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from mlmusic.digits.hardware import Arithmetic
from mlmusic.digits.learning import Training
from mlmusic.digits.recipe import MEMORY_FORMATS, PRECISIONS, Recipe
from mlmusic.errors import InputError


def is_launched() -> bool:
    """Whether ``torchrun`` started this process beside others."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


@contextmanager
def process_group() -> Iterator[bool]:
    """Join the other processes; give whether this is the main one, which prints and saves.

    What the main one reports as an error, the others end with in silence.
    """
    if on_gpu := torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if on_gpu else "gloo")
    is_main = distributed.get_rank() == 0
    try:
        yield is_main
    except (InputError, OSError):
        if is_main:
            raise
        raise SystemExit(2) from None
    finally:
        distributed.destroy_process_group()


class DistributedTraining(Training):
    """A training whose batches are shared among the processes of a group.

    Parameters
    ----------
    recipe : Recipe
        The same in all processes; its batch is that of all of them together.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self.arithmetic = _agreed(self.arithmetic, self.device)
        self.arithmetic.lay_out(self.network, self.device)
        self._parallel = DistributedDataParallel(self.network)

    def backward(self, pixels: Tensor, labels: Tensor, *, share: float = 1.0) -> float:
        """Add the gradients of a piece of a batch, of which this process reads its share."""
        processes = distributed.get_world_size()
        own = slice(distributed.get_rank(), None, processes)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.arithmetic.bfloat16):
            logits = self._parallel(pixels[own])
            loss = nn.functional.cross_entropy(logits, labels[own], reduction="sum")
        loss = loss * (share / len(labels))
        (loss * processes).backward()  # type: ignore[no-untyped-call]  # the mean is taken
        total = loss.detach()
        distributed.all_reduce(total)
        return total.item()


def _agreed(arithmetic: Arithmetic, device: torch.device) -> Arithmetic:
    """Return what the main process measured to be the fastest."""
    choice = [
        PRECISIONS.index(arithmetic.precision),
        MEMORY_FORMATS.index(arithmetic.memory_format),
    ]
    sent = torch.tensor(choice, device=device)
    distributed.broadcast(sent, src=0)
    precision, memory_format = sent.tolist()
    return Arithmetic(PRECISIONS[precision], MEMORY_FORMATS[memory_format])
