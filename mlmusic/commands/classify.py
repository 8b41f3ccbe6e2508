"""``classify``: which digit is in a picture or in a file of strokes."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mlmusic.commands.parsers import Subparsers
from mlmusic.digits.embedded import default_network
from mlmusic.digits.evaluation import classify
from mlmusic.digits.normalise import Picture
from mlmusic.digits.picture import picture_of_image
from mlmusic.digits.sketch import picture_of_strokes
from mlmusic.digits.weights import load_weights
from mlmusic.errors import InputError

MAX_BYTES = 50_000_000  # of one file


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the options of ``classify``."""
    parser = subparsers.add_parser("classify", help="read the digits in pictures or drawings")
    parser.add_argument(
        "--network",
        type=Path,
        metavar="W.safetensors",
        help="the network's weights; by default those of the newest run, or the embedded ones",
    )
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="a PNG or JPEG picture, or a .json file of strokes: [[[x, y], ...], ...], y down",
    )
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Read each file and return its digit and the ten probabilities."""
    pictures = np.stack([_read(path) for path in options.files])  # (files, 28, 28)
    network = load_weights(options.network) if options.network else default_network()
    rows = classify(network, torch.from_numpy(pictures))  # (files, 10)
    return {
        "results": [
            {"file": str(path), "digit": int(row.argmax()), "probabilities": row.tolist()}
            for path, row in zip(options.files, rows, strict=True)
        ]
    }


def report(result: dict[str, Any]) -> str:
    """Return one line a file."""
    return "\n".join(
        f"{item['file']}: {item['digit']} ({max(item['probabilities']):.1%})"
        for item in result["results"]
    )


def _read(path: Path) -> Picture:
    """Return the 28 × 28 picture of one file; InputError names the file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)  # some files have no size, and no end
        if len(content) > MAX_BYTES:
            raise InputError(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
        if path.suffix.lower() == ".json":
            picture = picture_of_strokes(_parse(content))
        else:
            picture = picture_of_image(content)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a picture or a .json file") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    if picture is None:
        raise InputError(f"{path}: there is nothing drawn in it")
    return picture


def _parse(content: bytes) -> object:
    """Return what JSON text says."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise InputError("this is not JSON; strokes are [[[x, y], ...], ...]") from None
