"""What the recipes reach on the test set, each over several seeds, and how long they take.

The seconds are those of training, with all its tests, from loading MNIST on; of mlmusic also of
its probe of the processor. Loading PyTorch is not in them.
"""

import statistics
import subprocess
import sys
import time
from collections import deque

import torch
from torch.utils.data import DataLoader
from torchvision import transforms

from benchmarks.timing import table
from benchmarks.training import REFERENCE, notebook_loop
from benchmarks.turns import machine, spread
from mlmusic.digits.mnist import EmbeddedMNIST

SEEDS = {REFERENCE: 5, "notebook": 5, "fast": 10, "accurate": 5}
IN_A_SCRIPT = """
import sys, time
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.training import Training, train
began = time.perf_counter()
training = Training(named_recipe(sys.argv[1], seed=int(sys.argv[2])))
for _ in train(training, load_mnist()):
    pass
print(training.evaluation.accuracy, time.perf_counter() - began)
"""


def measure(*, quick: bool) -> str:
    """Return the table of accuracies; the recipes take turns, seed by seed."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in SEEDS}
    for seed in range(1 if quick else max(SEEDS.values())):
        for name, seeds in SEEDS.items():
            if seed < seeds:
                found[name].append(reference(seed) if name == REFERENCE else recipe(name, seed))
                print(name, seed, *found[name][-1], file=sys.stderr, flush=True)
    rows = [
        [
            name,
            str(len(results)),
            f"{statistics.mean(accuracy for accuracy, _ in results):.2%}",
            spread([accuracy for accuracy, _ in results], ".2%"),
            spread([seconds for _, seconds in results], ".0f"),
        ]
        for name, results in found.items()
    ]
    head = ["recipe", "seeds", "mean", "median (lowest to highest)", "seconds, tests included"]
    return f"{table(head, rows)}\n\n{machine()}."


def reference(seed: int) -> tuple[float, float]:
    """Return the test accuracy of the notebook's plain loop, and the seconds it took."""
    began = time.perf_counter()
    (network,) = deque(notebook_loop(epochs=2, seed=seed), maxlen=1)
    data = EmbeddedMNIST(train=False, transform=transforms.ToTensor())
    correct = 0
    with torch.no_grad():
        for images, labels in DataLoader(data, batch_size=100):
            correct += int((network(images).argmax(1) == labels).sum())
    return correct / len(data), time.perf_counter() - began


def recipe(name: str, seed: int) -> tuple[float, float]:
    """Return what a recipe reaches in a process of its own, and the seconds it took."""
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SCRIPT, name, str(seed)],
        capture_output=True,
        check=True,
        text=True,
    )
    accuracy, seconds = done.stdout.split()
    return float(accuracy), float(seconds)
