"""Which device a run uses, and which arithmetic is the fastest there."""

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Literal

import torch
from torch import nn

from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.recipe import MEMORY_FORMATS, PRECISIONS, Recipe
from mlmusic.errors import InputError

PROBE_ROUNDS = 5
PROBE_BATCH = 100  # images; of fewer, what does not grow with them hides the difference
FIRST_ROUNDS, FIRST_BATCH = 3, 20  # bfloat16 may be ten times slower: that is seen sooner
HOPELESS = 2.0  # times what the fastest takes there
CLEARLY_FASTER = 0.8  # of the usual arithmetic's time

_probing = threading.Lock()  # two probes at once would disturb each other


@dataclass(frozen=True)
class Arithmetic:
    """How the device computes; the weights are always float32."""

    precision: Literal["float32", "bfloat16"]
    memory_format: Literal["channels_last", "contiguous"]

    @property
    def bfloat16(self) -> bool:
        """Whether it computes in half the precision."""
        return self.precision == "bfloat16"

    def lay_out(self, network: AlexNet, device: torch.device) -> AlexNet:
        """Return the network on the device, its weights in this order in memory."""
        last = self.memory_format == "channels_last"
        order = torch.channels_last if last else torch.contiguous_format
        return network.to(device, memory_format=order)  # type: ignore[call-overload, no-any-return]

    def __str__(self) -> str:
        return f"{self.precision}, {self.memory_format.replace('_', ' ')}"


def available_devices() -> list[str]:
    """Return the devices of this machine that PyTorch can use, the fastest first."""
    devices = ["cpu"]
    if torch.backends.mps.is_available():
        devices.insert(0, "mps")
    if torch.cuda.is_available():
        devices.insert(0, "cuda")
    return devices


def choose_device(recipe: Recipe) -> torch.device:
    """Return the device that a recipe asks for; ``auto`` is the fastest there is."""
    available = available_devices()
    if recipe.device == "auto":
        return torch.device(available[0])
    if recipe.device not in available:
        raise InputError(
            f"device={recipe.device!r} is not on this machine; choose auto or "
            + " or ".join(available)
        )
    return torch.device(recipe.device)


def choose_arithmetic(recipe: Recipe, device: torch.device) -> Arithmetic:
    """Return the arithmetic that a recipe asks for on a device.

    What is ``auto`` is measured, once a process. A recipe with a precision is not measured:
    the same command gives the same numbers, in the memory format that is usually the faster.
    """
    usual = Arithmetic("float32", "contiguous" if device.type == "mps" else "channels_last")
    if recipe.precision == "auto":
        with _probing:
            chosen = _fastest(device.type, usual)
    else:
        chosen = replace(usual, precision=recipe.precision)
    if recipe.memory_format != "auto":
        chosen = replace(chosen, memory_format=recipe.memory_format)
    return chosen


@cache
def _fastest(device_type: str, usual: Arithmetic) -> Arithmetic:
    """Time a few training steps in each arithmetic (a second, or three).

    The shortest time of each counts: whatever else goes on can only make a step longer.
    """
    device = torch.device(device_type)
    choices = [Arithmetic(*choice) for choice in product(PRECISIONS, MEMORY_FORMATS)]
    networks = {choice: choice.lay_out(new_network(seed=0), device) for choice in choices}
    took = _shortest(networks, rounds=FIRST_ROUNDS, images=FIRST_BATCH)
    most = HOPELESS * min(took.values())
    hopeful = {one: net for one, net in networks.items() if one == usual or took[one] <= most}
    took = _shortest(hopeful, rounds=PROBE_ROUNDS, images=PROBE_BATCH)
    fastest = min(took, key=took.__getitem__)
    return fastest if took[fastest] < CLEARLY_FASTER * took[usual] else usual


def _shortest(
    networks: Mapping[Arithmetic, AlexNet], *, rounds: int, images: int
) -> dict[Arithmetic, float]:
    """Return the shortest time of a step in each arithmetic; they take turns."""
    took = dict.fromkeys(networks, math.inf)
    for number in range(1 + rounds):
        for choice, network in networks.items():
            seconds = _seconds(network, bfloat16=choice.bfloat16, images=images)
            if number:  # the first steps also build the kernels
                took[choice] = min(took[choice], seconds)
    return took


def _seconds(network: AlexNet, *, bfloat16: bool, images: int) -> float:
    """Return how long one forward and backward pass takes."""
    device = next(network.parameters()).device
    pixels = torch.zeros(images, 1, 28, 28, device=device)
    labels = torch.zeros(images, dtype=torch.long, device=device)
    began = time.perf_counter()
    with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
        loss = nn.functional.cross_entropy(network(pixels), labels)
    loss.backward()  # type: ignore[no-untyped-call]
    loss.item()  # waits until a GPU is done
    return time.perf_counter() - began
