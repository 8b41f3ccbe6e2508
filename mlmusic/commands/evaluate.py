"""``evaluate``: a network's accuracy on the 10,000 test images."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mlmusic.commands.parsers import Subparsers
from mlmusic.digits.embedded import default_network
from mlmusic.digits.evaluation import evaluate
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.weights import load_weights


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the options of ``evaluate``."""
    parser = subparsers.add_parser("evaluate", help="measure a network on the 10,000 test images")
    parser.add_argument(
        "weights",
        type=Path,
        nargs="?",
        metavar="W.safetensors",
        help="the network's weights; by default those of the newest run, or the embedded ones",
    )
    parser.add_argument(
        "--precision",
        choices=["float32", "bfloat16"],
        default="float32",
        help="bfloat16 is faster where the processor has it, and may differ in an image or two",
    )
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Evaluate a network and return its accuracy and its confusion matrix."""
    network = load_weights(options.weights) if options.weights else default_network()
    mnist = load_mnist()
    with tqdm(total=len(mnist.test_images), unit="image", file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.update(done - bar.n)

        evaluation = evaluate(
            network,
            mnist.test_images,
            mnist.test_labels,
            bfloat16=options.precision == "bfloat16",
            on_progress=advance,
        )
    return {
        "precision": options.precision,
        "test_accuracy": evaluation.accuracy,
        "correct": evaluation.correct,
        "total": evaluation.total,
        "confusion": evaluation.confusion.tolist(),
    }


def report(result: dict[str, Any]) -> str:
    """Return the result in words, with the confusion matrix as a table."""
    lines = [
        f"Test accuracy {result['test_accuracy']:.2%}: "
        f"{result['correct']:,} of {result['total']:,} images read right.",
        "",
        "Rows: the true digit. Columns: what the network said.",
        " " * 3 + "".join(f"{digit:>6}" for digit in range(10)),
    ]
    for digit, counts in enumerate(result["confusion"]):
        lines.append(f"{digit:>3}" + "".join(f"{count:>6}" for count in counts))
    return "\n".join(lines)
