"""``embed``: make a kept run's network the one that comes with mlmusic."""

import argparse
from pathlib import Path
from typing import Any

from mlmusic.commands.parsers import Subparsers
from mlmusic.digits.embedded import FOLDER, embed
from mlmusic.digits.run import read_run
from mlmusic.digits.runs import list_runs, newest_run
from mlmusic.errors import InputError


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the options of ``embed``."""
    parser = subparsers.add_parser(
        "embed", help="for developers: put a run's network into the package"
    )
    parser.add_argument(
        "run_folder", type=Path, nargs="?", help="the run's folder; by default the newest"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write to")
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Embed a run and return what its halved network is worth."""
    chosen = read_run(options.run_folder) if options.run_folder else newest_run(list_runs()[0])
    if chosen is None:
        raise InputError("there is no run to embed; run `python -m mlmusic train` first")
    evaluation = embed(chosen, options.out)
    return {
        "recipe": chosen.recipe.name,
        "seed": chosen.recipe.seed,
        "test_accuracy": evaluation.accuracy,
        "test_loss": evaluation.loss,
        "saved": str(options.out),
    }


def report(result: dict[str, Any]) -> str:
    """Return the result in words."""
    return (
        f"Test accuracy {result['test_accuracy']:.2%} in half precision.\nSaved: {result['saved']}"
    )
