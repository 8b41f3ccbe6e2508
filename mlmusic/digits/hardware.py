"""Which device and which precision a run uses."""

import time
from functools import cache
from typing import Literal

import torch
from torch import nn

from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.recipe import Recipe
from mlmusic.errors import InputError

PROBE_STEPS = 3
PROBE_BATCH = 20  # small: bfloat16 without native support is many times slower


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


def choose_precision(recipe: Recipe, device: torch.device) -> Literal["float32", "bfloat16"]:
    """Return the precision that a recipe asks for; ``auto`` is the faster one on the device."""
    if recipe.precision != "auto":
        return recipe.precision
    return "bfloat16" if _bfloat16_is_faster(device.type) else "float32"


@cache
def _bfloat16_is_faster(device_type: str) -> bool:
    """Time a few training steps both ways, in turn (about a second)."""
    network = new_network(seed=0).to(device_type)
    _seconds(network, bfloat16=True)  # the first steps also build the kernels
    _seconds(network, bfloat16=False)
    wins = [
        _seconds(network, bfloat16=True) < _seconds(network, bfloat16=False)
        for _ in range(PROBE_STEPS)
    ]
    return sum(wins) > PROBE_STEPS / 2


def _seconds(network: AlexNet, *, bfloat16: bool) -> float:
    """Return how long one forward and backward pass takes."""
    device = next(network.parameters()).device
    pixels = torch.zeros(PROBE_BATCH, 1, 28, 28, device=device)
    labels = torch.zeros(PROBE_BATCH, dtype=torch.long, device=device)
    began = time.perf_counter()
    with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
        loss = nn.functional.cross_entropy(network(pixels), labels)
    loss.backward()  # type: ignore[no-untyped-call]
    loss.item()  # waits until a GPU is done
    return time.perf_counter() - began
