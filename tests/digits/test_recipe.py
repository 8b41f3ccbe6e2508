import json

import pytest

from mlmusic.digits.recipe import RECIPES, Recipe, named_recipe, recipe_name
from mlmusic.errors import InputError


def test_the_notebook_recipe_is_that_of_the_original() -> None:
    recipe = RECIPES["notebook"]
    assert (recipe.epochs, recipe.batch_size, recipe.training_images) == (2, 100, 60_000)
    assert (recipe.learning_rate, recipe.momentum, recipe.nesterov) == (0.001, 0.9, False)
    assert (recipe.schedule, recipe.augmentation, recipe.weight_decay) == ("constant", "none", 0)
    assert recipe.steps == 1200


def test_the_last_batch_may_be_smaller() -> None:
    assert Recipe(batch_size=7, epochs=1, training_images=100).steps == 15


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("epochs", 0, "epochs=0 cannot be used; choose a whole number from 1 to 100"),
        ("epochs", 1.5, "epochs=1.5 cannot be used"),
        ("epochs", True, "epochs=True cannot be used"),
        ("batch_size", 60_001, "batch_size=60001 cannot be used; .* from 1 to 60,000"),
        ("batch_size", None, "batch_size=None cannot be used"),
        ("learning_rate", 0.0, "learning_rate=0.0 cannot be used"),
        ("learning_rate", float("nan"), "learning_rate=nan cannot be used"),
        ("learning_rate", float("inf"), "learning_rate=inf cannot be used"),
        ("momentum", 1.0, "momentum=1.0 cannot be used"),
        ("seed", "one", "seed='one' cannot be used"),
        ("seed", -1, "seed=-1 cannot be used"),
        ("device", "toaster", "device='toaster' is not known; choose auto, cpu, cuda or mps"),
        ("schedule", 3, "schedule=3 is not known"),
        ("nesterov", "yes", "nesterov true or false"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(field: str, value: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Recipe.from_dict({field: value})


def test_a_batch_larger_than_the_training_set_is_refused() -> None:
    with pytest.raises(InputError, match="more than the 1,000 training images"):
        Recipe(training_images=1000, batch_size=1001)


def test_nesterov_without_momentum_is_refused() -> None:
    with pytest.raises(InputError, match="momentum above 0"):
        Recipe(nesterov=True, momentum=0.0)


def test_a_recipe_survives_json() -> None:
    recipe = named_recipe("accurate", seed=3)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(InputError, match="a recipe has no speed"):
        Recipe.from_dict({"speed": 3})


def test_an_unknown_recipe_is_named() -> None:
    with pytest.raises(InputError, match="recipe 'slow' is not known; choose notebook, fast or"):
        named_recipe("slow")


def test_a_changed_recipe_is_custom_and_another_seed_is_no_change() -> None:
    assert named_recipe("notebook", epochs=3).name == "custom"
    assert named_recipe("fast", seed=9, precision="float32").name == "fast"
    assert recipe_name(Recipe()) == "notebook"
