"""What any input is, and how a function is tried with it.

Hypothesis makes the examples, the same ones each time that the same modules are loaded: from
their constants it makes some. Where a test counts, all that can happen has happened.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from mlmusic.errors import InputError

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # halves of characters, too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)
BYTES = st.integers(0, 255) | st.just(255)  # which makes no number of a weight
EDITS = st.lists(st.tuples(st.integers(0, 2000), BYTES), max_size=4)


def tried(examples: int) -> settings:
    """Try so many; each test has one folder for all, and machines may be busy."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def attempt(function: Callable[..., Any], *args: object, **options: object) -> Any:
    """Return what a function returns, or the InputError that it raises."""
    try:
        return function(*args, **options)
    except InputError as error:
        return error


def kind(result: object) -> str:
    """Return what an attempt gave; a picture is one as it should be, an error has words."""
    assert str(result)
    if isinstance(result, np.ndarray):
        assert result.shape == (28, 28)
        assert result.min() >= 0  # so that no value is NaN
        assert result.max() <= 1
    return type(result).__name__


def edited(content: bytes, edits: list[tuple[int, int]], first: int = 0) -> bytes:
    """Return bytes with some from the first on changed; places beyond the end are none."""
    changed = bytearray(content)
    for place, byte in edits:
        if first + place < len(changed):
            changed[first + place] = byte
    return bytes(changed)
