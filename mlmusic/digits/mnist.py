"""The embedded MNIST, through torchvision's own data set.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits". The four
files lie gzipped in ``mlmusic/data/mnist`` and are read in memory: there is no download,
and no cache folder that could be damaged.
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torchvision.datasets import MNIST

from mlmusic.errors import InputError

DATA_FOLDER = Path(__file__).parent.parent / "data" / "mnist"

# Of the uncompressed bytes, as first distributed.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class EmbeddedMNIST(MNIST):  # type: ignore[misc]  # torchvision has no types
    """torchvision's ``MNIST`` that reads the embedded files.

    Parameters
    ----------
    train : bool
        The 60,000 training pictures, or the 10,000 test pictures.
    transform : callable, optional
        Applied to each PIL picture when an item is asked for, as in torchvision.
    folder : Path, optional
        Where the four ``.gz`` files lie.

    Attributes
    ----------
    data : Tensor, shape (N, 28, 28), uint8
    targets : Tensor, shape (N,), int64

    Raises
    ------
    InputError
        If a file is missing or damaged; the message names it.
    """

    def __init__(
        self,
        *,
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        folder: Path = DATA_FOLDER,
    ) -> None:
        self.folder = folder
        super().__init__(root=folder, train=train, transform=transform)

    def _check_exists(self) -> bool:
        return True

    def _check_legacy_exist(self) -> bool:
        return False

    def _load_data(self) -> tuple[Tensor, Tensor]:
        part = "train" if self.train else "t10k"
        pixels = _read_idx(self.folder / f"{part}-images-idx3-ubyte.gz", header_bytes=16)
        labels = _read_idx(self.folder / f"{part}-labels-idx1-ubyte.gz", header_bytes=8)
        return pixels.view(-1, 28, 28), labels.long()


def _read_idx(path: Path, *, header_bytes: int) -> Tensor:
    """Return the bytes behind the IDX header as a flat uint8 tensor, once their sum is right."""
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise InputError(f"{path.name} is missing; install mlmusic again") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(f"{path.name} is damaged; install mlmusic again") from None
    if hashlib.sha256(content).hexdigest() != SHA256[path.stem]:
        raise InputError(f"{path.name} is not the MNIST file it should be; install mlmusic again")
    # A copy, because a tensor over read-only memory could not be written safely.
    return torch.from_numpy(np.frombuffer(content, np.uint8, offset=header_bytes).copy())


@dataclass(frozen=True)
class Mnist:
    """The whole data set in memory."""

    train_images: Tensor  # (60000, 28, 28), uint8, ink bright on black
    train_labels: Tensor  # (60000,), int64
    test_images: Tensor  # (10000, 28, 28), uint8
    test_labels: Tensor  # (10000,), int64


@cache
def load_mnist() -> Mnist:
    """Return MNIST, read once a process (about a second)."""
    train, test = EmbeddedMNIST(train=True), EmbeddedMNIST(train=False)
    return Mnist(train.data, train.targets, test.data, test.targets)


def to_pixels(images: Tensor) -> Tensor:
    """Return network input, as torchvision's ``ToTensor`` would make it.

    Parameters
    ----------
    images : Tensor, shape (N, 28, 28), uint8

    Returns
    -------
    Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
    """
    return images.unsqueeze(1).float().div_(255)
