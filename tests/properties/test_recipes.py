"""Whatever a recipe says is refused or within its bounds."""

import json
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mlmusic.digits.recipe import CHOICES, Recipe
from mlmusic.digits.schedule import learning_rate
from mlmusic.errors import InputError
from tests.properties.recipes import BAD_RECIPES, GOOD_RECIPES, is_within_bounds
from tests.properties.trying import JSON, TEXT, attempt, kind, tried


def test_whatever_a_recipe_says_is_refused_or_survives_json() -> None:
    ends = Counter[str]()

    @tried(600)
    @given(GOOD_RECIPES | BAD_RECIPES | st.dictionaries(TEXT, JSON, max_size=2))
    def check(fields: dict[str, Any]) -> None:
        recipe = attempt(Recipe.from_dict, fields)
        ends[kind(recipe)] += 1
        if isinstance(recipe, Recipe):
            assert is_within_bounds(recipe)
            assert all(getattr(recipe, name) in CHOICES[name] for name in CHOICES)
            assert fields.items() <= recipe.to_dict().items()
            assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe

    check()
    assert min(ends["Recipe"], ends["InputError"]) > 4


def test_the_learning_rate_is_above_zero_and_never_above_its_peak() -> None:
    steps_seen = Counter[bool]()

    @tried(400)
    @given(GOOD_RECIPES, st.lists(st.floats(0, 1), max_size=20))
    def check(fields: dict[str, Any], places: list[float]) -> None:
        recipe = attempt(Recipe.from_dict, fields | {"schedule": "one-cycle"})
        if isinstance(recipe, InputError):
            return
        peak, last, turn = recipe.learning_rate, recipe.steps - 1, round(0.3 * recipe.steps)
        steps = {0, turn - 2, turn - 1, turn, last, *(round(last * place) for place in places)}
        for step in steps & set(range(recipe.steps)):
            rate = learning_rate(recipe, step)
            assert 0 < rate <= peak * (1 + 1e-12)
            steps_seen[rate > peak / 2] += 1

    check()
    assert min(steps_seen[True], steps_seen[False]) > 4
