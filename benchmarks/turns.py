"""Contenders in one process that take turns, and what to say of the numbers they give."""

import platform
import statistics
from collections.abc import Callable, Mapping, Sequence

import torch


def in_turn(
    contenders: Mapping[str, Callable[[], float]], *, rounds: int
) -> dict[str, list[float]]:
    """Run all contenders so many times, in turn; return what each of them said each time."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)
        for name in names if number % 2 == 0 else names[::-1]:
            found[name].append(contenders[name]())
    return found


def ratio(values: Sequence[float], reference: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: what disturbs a round disturbs both."""
    return statistics.median(one / other for one, other in zip(values, reference, strict=True))


def spread(values: Sequence[float], form: str = ",.3g") -> str:
    """Return the median, and in brackets the lowest and the highest."""
    middle = format(statistics.median(values), form)
    return f"{middle} ({format(min(values), form)} to {format(max(values), form)})"


def machine() -> str:
    """Return what was measured on, in one line."""
    threads = torch.get_num_threads()
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    capability = torch.backends.cpu.get_cpu_capability()
    return (
        f"{platform.machine()}, {threads} threads, {capability}, {gpu}, torch {torch.__version__}"
    )
