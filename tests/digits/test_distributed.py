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
from tests.processes import ROOT

# The last batch of each epoch has one image: one of the two processes has none of it.
RECIPE = named_recipe(
    "fast", training_images=385, epochs=1, seed=3, precision="float32", device="cpu"
)


# Two commands in each of the processes, one after the other: PyTorch is loaded once.
COMMANDS = """
import json, os, sys
from mlmusic.__main__ import main

for number, arguments in enumerate(json.loads(sys.argv[1])):
    os.environ["TORCHELASTIC_RESTART_COUNT"] = str(number)  # the processes meet anew
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code
    print("ended with", status, file=sys.stderr, flush=True)
"""


def torchrun(home: Path, *commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Run commands in two processes; runs are kept in ``home``."""
    script = home / "commands.py"
    script.write_text(COMMANDS)
    return subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", str(script), json.dumps(commands)),
        ],
        env=os.environ | {"MLMUSIC_HOME": str(home / "runs"), "PYTHONPATH": str(ROOT)},
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
    command = ["train", "--recipe", "fast", *options, "--precision", "float32", "--json"]
    done = torchrun(tmp_path, ["train", "--epochs", "0"], command)
    assert done.returncode == 0, done.stderr
    # What cannot be trained is said once, and ends both.
    assert done.stderr.count("train: epochs=0 cannot be used") == 1
    assert done.stderr.count("ended with 2\n") == 2
    (line,) = done.stdout.splitlines()
    (run,), problems = list_runs(tmp_path / "runs")
    assert not problems
    assert json.loads(line)["saved"] == str(run.weights)
    losses = [
        progress.loss for progress in train(Training(RECIPE), short_mnist) if progress.is_step
    ]
    assert len(losses) == 7  # the last is of one image
    assert run.load_history().losses == pytest.approx(losses, rel=1e-3)
    assert run.recipe == RECIPE
    assert run.load_history().tests[-1].images == 10_000
