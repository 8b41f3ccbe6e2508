"""Labelled drawings, packed, unpacked and read."""

import json
from pathlib import Path

import pytest

from mlmusic.digits.drawings import (
    MAX_BYTES,
    MAX_DRAWINGS,
    Drawing,
    pack_drawings,
    read_drawings,
    unpack_drawings,
)
from mlmusic.digits.model import AlexNet
from mlmusic.errors import InputError

DRAWINGS = Path(__file__).parents[1] / "drawings"
LINE = [[[10.0, 10.0], [20.0, 90.5]]]


def drawing(name: str, *, label: int | None = None) -> Drawing:
    strokes = json.loads((DRAWINGS / f"{name}.json").read_text())
    return Drawing(int(name[0]) if label is None else label, strokes)


def packed(*items: object) -> bytes:
    return json.dumps(items, separators=(",", ":")).encode()


def test_what_was_packed_is_unpacked() -> None:
    drawings = unpack_drawings(pack_drawings([Drawing(1, LINE), drawing("7-crossed")]))
    assert [one.label for one in drawings] == [1, 7]
    assert drawings[0].strokes == LINE
    assert drawings[1].strokes == drawing("7-crossed").strokes


def test_a_packed_file_is_a_list_of_labels_and_strokes() -> None:
    assert json.loads(pack_drawings([Drawing(1, LINE)])) == [{"label": 1, "strokes": LINE}]


def test_drawings_are_read_right_or_wrong_by_their_labels(trained_network: AlexNet) -> None:
    drawings = [drawing("1-plain"), drawing("1-plain", label=8), drawing("7-crossed")]
    assert read_drawings(drawings, trained_network) == [True, False, True]


def test_a_drawing_of_nothing_is_not_read_right(trained_network: AlexNet) -> None:
    assert read_drawings([Drawing(1, [])], trained_network) == [False]
    dot = Drawing(1, [[[5, 5]]])
    assert read_drawings([dot, drawing("1-plain")], trained_network) == [False, True]
    assert read_drawings([], trained_network) == []


def test_the_points_of_a_drawing_are_counted() -> None:
    assert Drawing(1, [[[1, 2], [3, 4]], [[5, 6]]]).points == 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x80\x04cos\nsystem\n", "this is not JSON"),
        (b"", "this is not JSON"),
        (b"[" * 100_000, "this is not JSON"),
        (b'[{"label": 1, "strokes": [[[1, ' + b"9" * 10_000 + b"]]]}]", "this is not JSON"),
        (b"{}", "this is not a list of drawings"),
        (b'"text"', "this is not a list of drawings"),
        (packed(1, 2), "this is not a list of drawings"),
        (packed(), "there is no drawing"),
        (packed({"strokes": LINE}), "drawing 1: its label must be a digit"),
        (packed({"label": 10, "strokes": LINE}), "its label must be a digit"),
        (packed({"label": -1, "strokes": LINE}), "its label must be a digit"),
        (packed({"label": True, "strokes": LINE}), "its label must be a digit"),
        (packed({"label": "7", "strokes": LINE}), "its label must be a digit"),
        (packed({"label": 7.0, "strokes": LINE}), "its label must be a digit"),
        (packed({"label": 1, "strokes": LINE}, {"label": 1}), "drawing 2: strokes must be a list"),
        (packed({"label": 1, "strokes": "text"}), "strokes must be a list"),
        (packed({"label": 1, "strokes": [["ab"]]}), "each stroke must be a list of points"),
        (packed({"label": 1, "strokes": [[[1, 2], [3]]]}), "each stroke must be a list of points"),
        (packed({"label": 1, "strokes": [[[1, 2**70]]]}), "each stroke must be a list of points"),
        (packed({"label": 1, "strokes": [[[1, float("inf")]]]}), "each x and y must be a number"),
        (packed({"label": 1, "strokes": [[[float("nan"), 1]]]}), "each x and y must be a number"),
        (b'[{"label": 1, "strokes": [[[1e999, 1]]]}]', "each x and y must be a number"),
        (
            b'[{"label": 1, "strokes": ' + b"[" * 900 + b"]" * 900 + b"}]",
            "each stroke must be a list of points",
        ),
        (packed({"label": 1, "strokes": [[[0, 0]] * 1_000_000]}), "1,000,000 points are too many"),
        (b" " * (MAX_BYTES + 1), "larger than 8 MB"),
        (packed(*[{"label": 1, "strokes": []}] * (MAX_DRAWINGS + 1)), "2,001 drawings are too"),
        (
            packed(*[{"label": 1, "strokes": [[[0, 0]] * 19_000]}] * 22),
            "more than 400,000 points",
        ),
    ],
)
def test_what_is_no_file_of_drawings_is_refused_in_a_sentence(
    content: bytes, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        unpack_drawings(content)


def test_a_file_may_hold_as_many_drawings_as_allowed() -> None:
    assert len(unpack_drawings(packed(*[{"label": 1, "strokes": LINE}] * MAX_DRAWINGS))) == 2_000
