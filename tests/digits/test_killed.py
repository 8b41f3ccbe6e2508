"""A program that is killed while it saves or trains leaves whole runs, and nothing else to see."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mlmusic.digits.resume import resume
from mlmusic.digits.run import Run
from mlmusic.digits.runs import list_runs
from tests.processes import started
from tests.sizes import size

SECONDS = 120.0  # for anything here; machines may be busy
# How often each is killed.
SAVES, TRAININGS = size(20, full=100), size(2, full=5)
SAVES_S = 3  # the moment of the kill lies within the time of so many saves
SAVER = """
import hashlib, sys, time
from itertools import count
from pathlib import Path
from mlmusic.digits.files import remove_folder, replace_file, write_folder
assert "torch" not in sys.modules
home, first = Path(sys.argv[1]), int(sys.argv[2])
began = time.monotonic()
for number in count(first):
    weights = number.to_bytes(4) * 2**16
    run = hashlib.sha256(weights).digest()
    write_folder(home / str(number), {"weights": weights, "curve": weights, "run": run})
    replace_file(home / str(number) / "curve", weights)
    if number == first:
        print(time.monotonic() - began, flush=True)
    if number % 2:
        remove_folder(home / str(number - 1))
"""
# Loads PyTorch once; for each line a copy of it trains until it is killed.
TRAINERS = """
import os, sys
from mlmusic.__main__ import main
from mlmusic.digits import checkpoints
checkpoints.EVERY_S = 0.1
for _ in sys.stdin:
    trainer = os.fork()
    if not trainer:
        main(["train", "--recipe", "notebook", "--precision", "float32", "--device", "cpu"])
        os._exit(1)
    print(trainer, flush=True)
    os.waitpid(trainer, 0)
    print("ended", flush=True)
"""


def seen(home: Path) -> list[Path]:
    return sorted(path for path in home.iterdir() if not path.name.startswith("."))


def is_whole(folder: Path) -> bool:
    weights, curve = (folder / "weights").read_bytes(), (folder / "curve").read_bytes()
    return weights == curve and (folder / "run").read_bytes() == hashlib.sha256(weights).digest()


@pytest.mark.slow
def test_a_saver_killed_at_any_moment_leaves_whole_runs_only(tmp_path: Path) -> None:
    chance, halves = random.Random(0), 0
    earlier: Sequence[Path] = []
    for turn in range(SAVES):
        with started(SAVER, str(tmp_path), str(1_000_000 * turn)) as saver:
            assert saver.stdout
            one_save_s = float(saver.stdout.readline())
            time.sleep(chance.uniform(0, SAVES_S * one_save_s))  # the moment of the kill
        found = seen(tmp_path)
        assert all(map(is_whole, found))
        assert set(earlier) <= set(found)
        halves += sum(path.name.startswith(".") for path in tmp_path.iterdir())
        for path in tmp_path.glob(".*"):
            path.rename(tmp_path.parent / f"half-{turn}-{path.name}")
        earlier = found
    assert len(earlier) > SAVES / 2  # it got to save,
    assert halves > SAVES / 10  # and was killed amid it


def loadable(run: Run) -> int:
    """Return the step at which a run goes on."""
    continuation = resume(run)
    assert len(continuation.history.losses) == run.steps
    return continuation.training.step


@pytest.fixture
def trainers(runs_home: Path) -> Iterator[subprocess.Popen[str]]:
    with started(TRAINERS, MLMUSIC_HOME=str(runs_home)) as process:
        yield process


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be copied")
def test_training_killed_at_any_moment_goes_on_from_its_last_checkpoint(
    trainers: subprocess.Popen[str],
) -> None:
    assert trainers.stdin
    assert trainers.stdout
    chance, earlier = random.Random(0), []
    for turn in range(TRAININGS):
        trainers.stdin.write("train\n")
        trainer = int(trainers.stdout.readline())
        end = time.monotonic() + SECONDS
        try:
            while len(runs := list_runs()[0]) == turn:
                assert time.monotonic() < end
                time.sleep(0.02)
            assert [run.status for run in runs] == ["going on", *turn * ["interrupted"]]
            time.sleep(chance.uniform(0, 0.5))  # the moment of the kill
        finally:
            os.kill(trainer, signal.SIGKILL)
            assert trainers.stdout.readline() == "ended\n"
        runs, problems = list_runs()
        assert problems == []
        assert len(runs) == turn + 1
        assert [run.folder for run in runs[1:]] == earlier
        assert {run.status for run in runs} == {"interrupted"}
        assert all(loadable(run) == run.steps > 0 for run in runs)
        earlier = [run.folder for run in runs]
