"""Recipes as they may be, and as they may not."""

from typing import Any

from hypothesis import strategies as st

from mlmusic.digits.recipe import BOUNDS, CHOICES, Recipe
from tests.properties.trying import JSON, TEXT


def numbers(name: str) -> st.SearchStrategy[float]:
    low, high = BOUNDS[name]
    return st.integers(int(low), int(high)) if isinstance(low, int) else st.floats(low, high)


GOOD: dict[str, st.SearchStrategy[Any]] = {
    **{name: numbers(name) for name in BOUNDS},
    **{name: st.sampled_from(choices) for name, choices in CHOICES.items()},
    "batch_size": st.integers(1, 60_000) | st.integers(1, 100),
    "nesterov": st.booleans(),
    "name": TEXT,
}
GOOD_RECIPES = st.fixed_dictionaries({}, optional=GOOD)
BAD_RECIPES = st.tuples(
    GOOD_RECIPES, st.dictionaries(st.sampled_from(sorted(GOOD)), st.integers() | JSON, max_size=1)
).map(lambda both: both[0] | both[1])


def is_within_bounds(recipe: Recipe) -> bool:
    return all(low <= getattr(recipe, name) <= high for name, (low, high) in BOUNDS.items())
