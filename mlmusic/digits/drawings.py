"""Labelled drawings: a file of them, and which of them a network reads right."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import nn

from mlmusic.digits.evaluation import classify
from mlmusic.digits.normalise import Picture
from mlmusic.digits.sketch import picture_of_strokes, read_strokes
from mlmusic.errors import InputError

MAX_BYTES = 8_000_000  # of a file; a drawing takes about 2,000
MAX_DRAWINGS = 2_000
MAX_POINTS = 400_000  # of all drawings together
SHAPE = '[{"label": 7, "strokes": [[[x, y], ...], ...]}, ...]'


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing and the digit that was meant."""

    label: int  # 0 to 9
    strokes: Sequence[Any]  # [[[x, y], ...], ...], y down, as `read_strokes` accepts them

    @property
    def points(self) -> int:
        """How many points its strokes have."""
        return sum(map(len, self.strokes))

    @cached_property
    def picture(self) -> Picture | None:
        """What a network sees, (28, 28); None where no more than a dot is drawn."""
        return picture_of_strokes(self.strokes)


def read_drawings(drawings: Sequence[Drawing], network: nn.Module) -> list[bool]:
    """Return which drawings a network reads right; one without a picture is not."""
    right = [False] * len(drawings)
    pictures = {
        number: drawing.picture
        for number, drawing in enumerate(drawings)
        if drawing.picture is not None
    }
    if pictures:
        stacked = torch.from_numpy(np.stack(list(pictures.values())))
        guesses = classify(network, stacked).argmax(1).tolist()
        for number, guess in zip(pictures, guesses, strict=True):
            right[number] = guess == drawings[number].label
    return right


def pack_drawings(drawings: Sequence[Drawing]) -> bytes:
    """Return a JSON file of drawings, one a line."""
    lines = [
        json.dumps({"label": drawing.label, "strokes": drawing.strokes}, separators=(",", ":"))
        for drawing in drawings
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def unpack_drawings(content: bytes) -> list[Drawing]:
    """Return the drawings of such a file.

    Raises
    ------
    InputError
        If it is not such a list, if a label is not a digit, if strokes are refused by
        `read_strokes`, or if there are more than 2,000 drawings, 400,000 points or 8 MB.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"the file is larger than {MAX_BYTES // 1_000_000} MB; make it smaller")
    try:
        items = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"this is not JSON; drawings are {SHAPE}") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InputError(f"this is not a list of drawings; drawings are {SHAPE}")
    if not items:
        raise InputError("there is no drawing in this file")
    if len(items) > MAX_DRAWINGS:
        raise InputError(f"{len(items):,} drawings are too many; load at most {MAX_DRAWINGS:,}")
    drawings = []
    points = 0
    for number, item in enumerate(items, 1):
        try:
            drawing = _read_drawing(item)
        except InputError as error:
            raise InputError(f"drawing {number}: {error}") from None
        points += drawing.points
        if points > MAX_POINTS:
            raise InputError(f"more than {MAX_POINTS:,} points are too many; load fewer drawings")
        drawings.append(drawing)
    return drawings


def _read_drawing(item: dict[str, Any]) -> Drawing:
    """Return one drawing, checked."""
    label = item.get("label")
    if type(label) is not int or not 0 <= label <= 9:
        raise InputError("its label must be a digit, 0 to 9")
    strokes = [stroke.tolist() for stroke in read_strokes(item.get("strokes"))]
    return Drawing(label, strokes)
