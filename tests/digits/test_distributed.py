"""Training in two processes, as torchrun starts them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlmusic.digits.mnist import Mnist
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.runs import list_runs
from mlmusic.digits.training import Training, train

# The last batch of each epoch has one image: one of the two processes has none of it.
RECIPE = named_recipe(
    "fast", training_images=385, epochs=1, seed=3, precision="float32", device="cpu"
)


def torchrun(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Train in two processes; runs are kept in ``home``."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", "-m", "mlmusic", "train", *options),
        ],
        env=os.environ | {"MLMUSIC_HOME": str(home), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_two_processes_learn_what_one_learns_and_one_of_them_speaks(
    short_mnist: Mnist, tmp_path: Path
) -> None:
    options = ["--training-images", "385", "--seed", "3", "--device", "cpu"]
    done = torchrun(tmp_path, "--recipe", "fast", *options, "--precision", "float32", "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    (run,), problems = list_runs(tmp_path)
    assert not problems
    assert json.loads(line)["saved"] == str(run.weights)
    losses = [
        progress.loss for progress in train(Training(RECIPE), short_mnist) if progress.is_step
    ]
    assert len(losses) == 7  # the last is of one image
    assert run.load_history().losses == pytest.approx(losses, rel=1e-3)
    assert run.recipe == RECIPE
    assert run.load_history().tests[-1].images == 10_000


@pytest.mark.slow
def test_what_cannot_be_trained_is_said_once(tmp_path: Path) -> None:
    done = torchrun(tmp_path, "--epochs", "0")
    assert done.returncode != 0
    assert done.stderr.count("train: epochs=0 cannot be used") == 1
    assert not done.stdout
