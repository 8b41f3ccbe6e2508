"""The inputs that make up a training recipe."""

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mlmusic.digits.recipe import CHOICES, MACHINE, RECIPES, Recipe, recipe_name
from mlmusic.errors import InputError

CUSTOM = "custom"
DEFAULT = RECIPES["notebook"]
PREFIX = "recipe_"  # of the keys in the session state
NAME = PREFIX + "name"
SETTLED = PREFIX + "settled"  # the name that the inputs were last brought in line with
RENAMED = PREFIX + "renamed"  # the name before the inputs last changed it
SEEN = PREFIX + "seen"  # the inputs at the last time that the form was drawn
INPUT_PX = 136  # width: six in a row on a laptop, two on a phone
FIELDS = [field for field in DEFAULT.to_dict() if field != "name"]

# field: label, help in one sentence, options of the widget
NUMBERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "epochs": ("Epochs", "How often the network sees every training image.", {"step": 1}),
    "batch_size": (
        "Batch size",
        "How many images the network looks at before each small correction of its weights.",
        {"step": 10},
    ),
    "learning_rate": (
        "Learning rate",
        "How large each correction is: too small learns slowly, too large never settles.",
        {"step": 0.001, "format": "%g"},
    ),
    "momentum": (
        "Momentum",
        "How much of the last correction is carried into the next, from 0 to below 1.",
        {"step": 0.05, "format": "%g"},
    ),
    "seed": (
        "Seed",
        "The number that all chance follows from: the same seed gives the same run.",
        {"step": 1},
    ),
}
MORE_NUMBERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "training_images": (
        "Training images",
        "How many of the 60,000 images to learn from: fewer is faster and less exact.",
        {"step": 1000},
    ),
    "weight_decay": (
        "Weight decay",
        "How strongly large weights are pulled towards zero.",
        {"step": 0.0001, "format": "%g"},
    ),
}
SELECTS: dict[str, tuple[str, str]] = {
    "schedule": ("Schedule", "Whether the learning rate stays, or rises to a peak and falls."),
    "augmentation": (
        "Augmentation",
        "Whether training images are turned, shifted and slanted a little by chance.",
    ),
    "device": ("Device", "What computes: auto takes a GPU where there is one."),
    "precision": (
        "Precision",
        "How exactly it computes: auto measures which is faster on this computer.",
    ),
    "memory_format": (
        "Memory format",
        "In which order a layer's values lie in memory: auto takes the faster one.",
    ),
}
NESTEROV = ("Nesterov momentum", "Looks ahead along the last correction before the next one.")


def recipe_form() -> None:
    """Draw the inputs; `chosen_recipe` has what they say."""
    for name, value in DEFAULT.to_dict().items():
        st.session_state.setdefault(PREFIX + name, value)
    st.session_state[SEEN] = _inputs()
    with _row():
        _recipe_select()
        _numbers(NUMBERS)
    with st.expander("More settings"):
        with _row():
            _numbers(MORE_NUMBERS)
            _selects()
        _nesterov_checkbox()


def chosen_recipe() -> Recipe:
    """Return the recipe that the inputs say; InputError where a value cannot be used."""
    recipe = Recipe.from_dict({field: st.session_state[PREFIX + field] for field in FIELDS})
    return replace(recipe, name=recipe_name(recipe))


def settle() -> None:
    """Make the inputs follow a recipe that was chosen a moment ago; for other callbacks.

    A quick person's click may arrive together with the choice of the recipe, and
    Streamlit does not say whose callback runs first.
    """
    if st.session_state[NAME] != st.session_state.get(SETTLED, DEFAULT.name):
        _fill()


def chosen_steps() -> int:
    """Return the steps that the inputs come to; those of the default where they cannot be used."""
    try:
        return chosen_recipe().steps
    except InputError:
        return DEFAULT.steps


def _row() -> Any:
    """Return a row of inputs that goes on below where there is less room."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def _recipe_select() -> None:
    st.selectbox(
        "Recipe",
        [*RECIPES, CUSTOM],
        key=NAME,
        width=INPUT_PX,
        help="Settings that go well together: notebook is the original course notebook's.",
        on_change=_fill,
        persist_state="session",
    )


def _numbers(inputs: dict[str, tuple[str, str, dict[str, Any]]]) -> None:
    for name, (label, help_text, options) in inputs.items():
        # No bounds here: the recipe refuses what it cannot use, and says why.
        st.number_input(
            label,
            key=PREFIX + name,
            width=INPUT_PX,
            help=help_text,
            on_change=_rename,
            persist_state="session",
            **options,
        )


def _selects() -> None:
    for name, (label, help_text) in SELECTS.items():
        st.selectbox(
            label,
            CHOICES[name],
            key=PREFIX + name,
            width=INPUT_PX,
            help=help_text,
            on_change=_rename,
            persist_state="session",
        )


def _nesterov_checkbox() -> None:
    label, help_text = NESTEROV
    st.checkbox(
        label,
        key=PREFIX + "nesterov",
        help=help_text,
        on_change=_rename,
        persist_state="session",
    )


def _fill() -> None:
    """Set the inputs to the recipe that was chosen; the seed and the machine's stay."""
    name = st.session_state[NAME]
    if _is_outdated(name):
        _rename()
        return
    st.session_state[SETTLED] = name
    for field in FIELDS if name in RECIPES else ():
        if field not in ("seed", *MACHINE):
            st.session_state[PREFIX + field] = getattr(RECIPES[name], field)


def _rename() -> None:
    """Call the recipe by the name that its values have now."""
    try:
        name = chosen_recipe().name
    except InputError:
        name = CUSTOM
    if name != st.session_state[NAME]:
        st.session_state[RENAMED] = st.session_state[NAME]
        st.session_state[NAME] = name
    st.session_state[SETTLED] = name


def _is_outdated(name: str) -> bool:
    """Whether a recipe was not chosen, but is still reported from before it was renamed.

    A browser that has not yet heard that an input made the recipe custom reports the old
    name beside whatever a person does next: another input, or a button. Taken for a
    choice, it would undo what was typed. A real choice comes alone.
    """
    context = get_script_run_ctx()
    by_button = context is not None and bool(context.fragment_ids_this_run)
    by_input = st.session_state.get(SEEN) != _inputs()
    return bool(name == st.session_state.get(RENAMED) and (by_button or by_input))


def _inputs() -> list[Any]:
    """Return the values of all inputs but the recipe's name."""
    return [st.session_state[PREFIX + field] for field in FIELDS]
