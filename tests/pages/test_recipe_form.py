"""The inputs that make up a recipe, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app.markdown import escape
from mlmusic.app.trainer import Trainer
from mlmusic.digits import hardware
from mlmusic.digits.recipe import RECIPES
from tests.pages.training import button, metrics, number, recipe


def test_the_notebook_recipe_fills_the_inputs(page: AppTest) -> None:
    assert not page.exception
    assert recipe(page).value == "notebook"
    values = {one.label: one.value for one in page.number_input}
    assert values["Epochs"] == 2
    assert values["Batch size"] == 100
    assert values["Learning rate"] == 0.001
    assert values["Momentum"] == 0.9
    assert values["Seed"] == 0
    assert set(metrics(page)) == {
        *("Step", "Training loss", "Test accuracy", "Images per second", "Time left")
    }


def test_choosing_a_recipe_fills_the_inputs_and_changing_one_makes_it_custom(
    page: AppTest,
) -> None:
    recipe(page).select("accurate").run()
    assert number(page, "Epochs").value == 5
    assert page.selectbox(key="recipe_schedule").value == "one-cycle"
    number(page, "Epochs").set_value(3).run()
    assert recipe(page).value == "custom"
    number(page, "Epochs").set_value(5).run()
    assert recipe(page).value == "accurate"


def test_a_browser_that_still_reports_the_old_recipe_changes_nothing(page: AppTest) -> None:
    number(page, "Epochs").set_value(1).run()
    recipe(page).select("notebook")  # what it says before it hears of custom
    number(page, "Training images").set_value(2000).run()
    assert recipe(page).value == "custom"
    assert (number(page, "Epochs").value, number(page, "Training images").value) == (1, 2000)


def test_a_recipe_chosen_just_before_the_start_is_the_one_that_runs(
    page: AppTest, trainer: Trainer
) -> None:
    recipe(page).select("fast")
    button(page, "One step").click().run()
    started = trainer.snapshot().recipe
    assert started is not None
    assert (started.name, started.epochs, started.schedule) == ("fast", 1, "one-cycle")


def test_a_value_that_cannot_be_used_is_refused_before_anything_starts(
    page: AppTest, trainer: Trainer
) -> None:
    number(page, "Batch size").set_value(60_001).run()
    assert escape("batch_size=60001 cannot be used") in page.error[0].value
    assert button(page, "Start training").disabled
    assert button(page, "One step").disabled
    number(page, "Batch size").set_value(100).run()
    assert not page.error
    assert not button(page, "Start training").disabled
    assert trainer.snapshot().number == 0


def test_a_recipe_chosen_again_after_a_change_fills_the_inputs(page: AppTest) -> None:
    number(page, "Learning rate").set_value(0.5).run()
    assert recipe(page).value == "custom"
    recipe(page).select("notebook").run()
    assert number(page, "Learning rate").value == 0.001


@pytest.mark.parametrize("label", ["Start training", "One step"])
def test_a_bad_value_and_a_click_that_arrive_together_start_nothing(
    page: AppTest, trainer: Trainer, label: str
) -> None:
    number(page, "Epochs").set_value(0)
    button(page, label).click().run()
    assert not page.exception
    assert escape("epochs=0 cannot be used") in page.error[0].value
    assert trainer.snapshot().number == 0


def test_a_device_that_is_not_here_is_refused_before_anything_starts(
    page: AppTest, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "available_devices", lambda: ["cpu"])
    page.selectbox(key="recipe_device").select("cuda").run()
    sentence = "device='cuda' is not on this machine; choose auto or cpu"
    assert escape(sentence) in page.error[0].value
    assert button(page, "Start training").disabled
    assert button(page, "One step").disabled
    assert trainer.snapshot().number == 0


def test_every_input_has_a_sentence_of_help(page: AppTest) -> None:
    inputs = [*page.number_input, *page.selectbox, *page.checkbox]
    assert len(inputs) == 14
    assert all(one.help and one.help.endswith(".") for one in inputs)


@pytest.mark.parametrize("name", ["fast", "accurate"])
def test_a_recipe_fills_every_input(page: AppTest, name: str) -> None:
    recipe(page).select(name).run()
    expected = RECIPES[name]
    for field in ("batch_size", "learning_rate", "momentum", "weight_decay"):
        assert page.number_input(key=f"recipe_{field}").value == getattr(expected, field)
    assert page.selectbox(key="recipe_augmentation").value == expected.augmentation
    assert page.checkbox(key="recipe_nesterov").value == expected.nesterov


@pytest.mark.parametrize(
    ("key", "value"), [("recipe_schedule", "one-cycle"), ("recipe_augmentation", "affine")]
)
def test_changing_a_choice_makes_the_recipe_custom(page: AppTest, key: str, value: str) -> None:
    page.selectbox(key=key).select(value).run()
    assert recipe(page).value == "custom"


def test_the_seed_stays_when_a_recipe_is_chosen(page: AppTest) -> None:
    number(page, "Seed").set_value(42).run()
    recipe(page).select("accurate").run()
    assert number(page, "Seed").value == 42
