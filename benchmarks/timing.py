"""Contenders that take turns, each in a process of its own, so that its memory is measured too."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

STATUS = Path("/proc/self/status")  # Linux only: elsewhere memory is not measured
EVERY_S = 0.005  # between two looks at the memory


@dataclass(frozen=True)
class Contender:
    """A program that ends with one line of JSON, as ``tell`` prints it."""

    name: str
    command: Sequence[str]  # for Python: "-m", a module, its arguments


@dataclass
class Result:
    """What a contender took, round after round."""

    seconds: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)  # peaks; empty where it has no measure
    failure: str = ""  # why there are no more rounds


def run_in_turn(
    contenders: Sequence[Contender], *, rounds: int, limit_s: float = 900
) -> dict[str, Result]:
    """Run each contender once a round; one that fails is not run again.

    Parameters
    ----------
    contenders : sequence of Contender
        With names of their own.
    rounds : int > 0
    limit_s : float
        What a run may take; a contender that takes longer has failed.
    """
    results = {one.name: Result() for one in contenders}
    for number in range(rounds):
        for one in contenders:
            if not results[one.name].failure:
                print(f"round {number + 1} of {rounds}: {one.name}", file=sys.stderr)
                _run(one, results[one.name], limit_s)
    return results


def tell(work: Callable[[], object]) -> None:
    """Do some work and print how long it took and how much memory: what a contender ends with."""
    with peak_memory() as peak_mb:
        begin = time.perf_counter()
        work()
        seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "memory_mb": peak_mb()}))


@contextmanager
def peak_memory() -> Iterator[Callable[[], float | None]]:
    """Watch the memory of this process; yield a function that returns its peak growth in MB.

    Of memory-mapped files there is nothing in it: these pages the system takes back at will.
    """
    if not STATUS.exists():
        yield lambda: None
        return
    begin = highest = _anonymous_mb()
    ended = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(EVERY_S):
            highest = max(highest, _anonymous_mb())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: highest - begin
    finally:
        ended.set()
        thread.join()


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _run(contender: Contender, result: Result, limit_s: float) -> None:
    """Run a contender once, and note what it tells."""
    command = [sys.executable, *contender.command]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=limit_s, check=True
        )
    except subprocess.TimeoutExpired:
        result.failure = f"not done after {limit_s:g} s"
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:]
        result.failure = last[0] if last else f"ended with {error.returncode}"
    else:
        told = json.loads(answer.stdout.splitlines()[-1])
        result.seconds.append(told["seconds"])
        if told["memory_mb"] is not None:
            result.memory_mb.append(told["memory_mb"])


def _anonymous_mb() -> float:
    """Return what this process holds in memory beside files, in MB."""
    line = next(one for one in STATUS.read_text().splitlines() if one.startswith("RssAnon"))
    return int(line.split()[1]) * 1024 / 1e6
