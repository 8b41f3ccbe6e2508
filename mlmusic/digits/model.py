"""AlexNet, the compact one: two convolutions instead of the five of 2012.

Source of the idea: Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep
Convolutional Neural Networks", NeurIPS 2012.
"""

import threading
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_chance = threading.Lock()


class AlexNet(nn.Module):
    """A network of two convolutions and two fully connected layers for 28 × 28 digits."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(64 * 7 * 7, 1024)
        self.fc2 = nn.Linear(1024, 10)

    def features(self, pixels: Tensor) -> Tensor:
        """Return the last hidden layer, (N, 1024), of pictures (N, 1, 28, 28) in [0, 1]."""
        # The maximum's ReLU is the ReLUs' maximum, at a quarter of the work.
        hidden = self.relu(self.pool(self.conv1(pixels)))  # (N, 32, 14, 14)
        hidden = self.relu(self.pool(self.conv2(hidden)))  # (N, 64, 7, 7)
        hidden = self.relu(self.fc1(hidden.flatten(1)))
        assert isinstance(hidden, Tensor)
        return hidden

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the logits, (N, 10), of pictures (N, 1, 28, 28) in [0, 1]."""
        logits = self.fc2(self.features(pixels))
        assert isinstance(logits, Tensor)
        return logits


def new_network(seed: int) -> AlexNet:
    """Return an untrained network; the same seed gives the same weights.

    PyTorch's global random state is left as it was. One thread at a time: they all share
    that state.
    """
    with _chance, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AlexNet()


def empty_network() -> AlexNet:
    """Return a network whose weights are still to be given by ``load_state_dict(assign=True)``."""
    with torch.device("meta"):  # draws no random numbers
        return AlexNet()


@dataclass(frozen=True)
class Layer:
    """One line of the layer table."""

    name: str
    output_shape: tuple[int, ...]  # of one picture
    parameters: int


def layers() -> list[Layer]:
    """Return the layers in the order in which a picture passes them."""
    network = empty_network()
    shown = [
        ("Convolution 1, 5 × 5", network.conv1, (32, 28, 28)),
        ("ReLU and max-pooling, 2 × 2", None, (32, 14, 14)),
        ("Convolution 2, 5 × 5", network.conv2, (64, 14, 14)),
        ("ReLU and max-pooling, 2 × 2", None, (64, 7, 7)),
        ("Fully connected 1, ReLU", network.fc1, (1024,)),
        ("Fully connected 2", network.fc2, (10,)),
    ]
    return [
        Layer(name, shape, sum(p.numel() for p in module.parameters()) if module else 0)
        for name, module, shape in shown
    ]
