"""Images a second in training: plain loops as their users write them, and mlmusic."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import transforms

from benchmarks.timing import table
from benchmarks.turns import in_turn, machine, ratio, spread
from mlmusic.digits.learning import Training, learn
from mlmusic.digits.mnist import EmbeddedMNIST, load_mnist, to_pixels
from mlmusic.digits.model import AlexNet
from mlmusic.digits.recipe import named_recipe

STEPS = 20  # a turn
REFERENCE = "plain notebook loop, float32"


def measure(*, quick: bool) -> str:
    """Return the table of images a second."""
    loops: dict[str, Iterator[int]] = {
        REFERENCE: (100 for _ in notebook_loop()),
        "PyTorch's MNIST example (another network)": example_loop(),
        "mlmusic, auto": mlmusic_loop("auto", "auto"),
        "mlmusic, float32, channels last": mlmusic_loop("float32", "channels_last"),
        "mlmusic, float32, contiguous": mlmusic_loop("float32", "contiguous"),
    }
    for loop in loops.values():
        next(loop)  # builds kernels
    found = in_turn({name: _turn(loop) for name, loop in loops.items()}, rounds=3 if quick else 15)
    rows = [
        [name, spread(values, ",.0f"), f"{ratio(values, found[REFERENCE]):.2f}"]
        for name, values in found.items()
    ]
    share = batch_share()
    return (
        f"{table(['loop', 'images/s, median (lowest to highest)', 'ratio'], rows)}\n\n"
        f"auto chose {Training(named_recipe('notebook')).arithmetic}. "
        f"Assembling a batch takes {share:.1%} of a step. {machine()}."
    )


def notebook_loop(*, epochs: int = 1_000, seed: int = 0) -> Iterator[AlexNet]:
    """Train as the course notebook does; yield the network after each batch of 100."""
    torch.manual_seed(seed)
    data = EmbeddedMNIST(train=True, transform=transforms.ToTensor())
    loader = DataLoader(data, batch_size=100, shuffle=True)
    network = AlexNet()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(network(images), labels)
            loss.backward()
            optimizer.step()
            loss.item()
            yield network


class ExampleNet(nn.Module):
    """The network of PyTorch's MNIST example: two 3 × 3 convolutions and dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, images: Tensor) -> Tensor:
        """Return log-probabilities, (N, 10)."""
        hidden = functional.relu(self.conv2(functional.relu(self.conv1(images))))
        hidden = self.dropout1(functional.max_pool2d(hidden, 2)).flatten(1)
        hidden = self.dropout2(functional.relu(self.fc1(hidden)))
        return functional.log_softmax(self.fc2(hidden), dim=1)


def example_loop() -> Iterator[int]:
    """Train as PyTorch's MNIST example does by default; yield the images of each step."""
    normalised = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    )
    loader = DataLoader(
        EmbeddedMNIST(train=True, transform=normalised), batch_size=64, shuffle=True
    )
    network = ExampleNet()
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    network.train()
    while True:
        for images, labels in loader:
            optimizer.zero_grad()
            loss = functional.nll_loss(network(images), labels)
            loss.backward()
            optimizer.step()
            yield len(images)


def mlmusic_loop(precision: str, memory_format: str) -> Iterator[int]:
    """Train with the ``notebook`` recipe, but for its tests; yield the images of each step."""
    recipe = named_recipe("notebook", epochs=100, precision=precision, memory_format=memory_format)
    training, mnist = Training(recipe), load_mnist()
    while True:
        for indices in torch.randperm(len(mnist.train_images)).split(recipe.batch_size):
            deque(learn(training, mnist.train_images[indices], mnist.train_labels[indices]), 0)
            yield len(indices)


def batch_share() -> float:
    """Return the share of a step's time that assembling its batch takes, 0 to 1."""
    mnist = load_mnist()
    order = torch.randperm(60_000)[:100]
    assemble = min(_seconds(lambda: to_pixels(mnist.train_images[order])) for _ in range(50))
    steps = mlmusic_loop("auto", "auto")
    next(steps)
    return assemble / min(_seconds(lambda: next(steps)) for _ in range(20))


def _turn(loop: Iterator[int]) -> Callable[[], float]:
    """Return a contender that takes some steps and returns its images a second."""

    def turn() -> float:
        began = time.perf_counter()
        images = sum(islice(loop, STEPS))
        return images / (time.perf_counter() - began)

    return turn


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
