"""How a network is trained: ``Recipe``, and the named ones."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from mlmusic.errors import InputError

TRAINING_IMAGES = 60_000

Schedule = Literal["constant", "one-cycle"]
Augmentation = Literal["none", "affine", "elastic"]  # the last: affine, and more
Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "float32", "bfloat16"]
MemoryFormat = Literal["auto", "channels_last", "contiguous"]

# Inclusive bounds of each number. Learning rates that are sure to diverge are allowed:
# seeing it happen teaches something.
BOUNDS: dict[str, tuple[float, float]] = {
    "epochs": (1, 100),
    "training_images": (100, TRAINING_IMAGES),
    "batch_size": (1, TRAINING_IMAGES),
    "learning_rate": (1e-6, 100.0),
    "momentum": (0.0, 0.999),
    "weight_decay": (0.0, 1.0),
    "seed": (0, 2**31 - 1),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "schedule": get_args(Schedule),
    "augmentation": get_args(Augmentation),
    "device": get_args(Device),
    "precision": get_args(Precision),
    "memory_format": get_args(MemoryFormat),
}
# What a run was computed with; a recipe may leave it open.
DEVICES, PRECISIONS, MEMORY_FORMATS = (
    tuple(name for name in get_args(kind) if name != "auto")
    for kind in (Device, Precision, MemoryFormat)
)
MACHINE = ("device", "precision", "memory_format")  # what the machine at hand may decide


def _is_whole(name: str) -> bool:
    return name in ("epochs", "training_images", "batch_size", "seed")


def _check_number(name: str, value: Any, *, whole: bool) -> None:
    """Raise InputError unless the value is a finite number in its bounds."""
    low, high = BOUNDS[name]
    kind = int if whole else (int, float)
    wanted = f"a {'whole ' if whole else ''}number from {low:,} to {high:,}"
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
        raise InputError(f"{name}={value!r} cannot be used; choose {wanted}")


def _or(choices: tuple[str, ...] | list[str]) -> str:
    """Return ``a, b or c``."""
    *rest, last = choices
    return f"{', '.join(rest)} or {last}" if rest else last


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides what a training run does; stochastic gradient descent.

    Raises
    ------
    InputError
        If a value is of the wrong kind or outside its bounds.
    """

    name: str = "custom"
    epochs: int = 2  # passes over the training images
    training_images: int = TRAINING_IMAGES  # the first so many; fewer is faster and less exact
    batch_size: int = 100  # images a step
    learning_rate: float = 0.001  # the peak, where the schedule has one
    momentum: float = 0.9  # share of the last update that is kept
    nesterov: bool = False
    weight_decay: float = 0.0  # L2 penalty on the weights
    schedule: Schedule = "constant"  # of the learning rate
    augmentation: Augmentation = "none"  # of the training images
    seed: int = 0  # of the weights, the shuffling and the augmentation
    device: Device = "auto"
    precision: Precision = "auto"  # of the arithmetic; the weights are always float32
    memory_format: MemoryFormat = "auto"  # the order of a layer's values in memory

    def __post_init__(self) -> None:
        for name in BOUNDS:
            _check_number(name, getattr(self, name), whole=_is_whole(name))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise InputError(
                    f"{name}={getattr(self, name)!r} is not known; choose {_or(choices)}"
                )
        if not isinstance(self.name, str) or not isinstance(self.nesterov, bool):
            raise InputError("name must be text and nesterov true or false")
        if self.batch_size > self.training_images:
            raise InputError(
                f"batch_size={self.batch_size:,} is more than the {self.training_images:,} "
                "training images; choose a smaller batch"
            )
        if self.nesterov and self.momentum == 0:
            raise InputError("nesterov needs a momentum above 0")

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one pass; the last may be smaller."""
        return math.ceil(self.training_images / self.batch_size)

    @property
    def steps(self) -> int:
        """Batches in the whole run."""
        return self.steps_per_epoch * self.epochs

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "Recipe":
        """Return the recipe of ``to_dict``'s fields; unknown ones raise InputError."""
        known = {field.name for field in dataclasses.fields(cls)}
        if unknown := sorted(set(fields) - known):
            raise InputError(f"a recipe has no {_or(unknown)}; it has {', '.join(sorted(known))}")
        return cls(**fields)


# What of these was tried, and what it gave, is in `benchmarks/recipes.md`.
_SUPER_CONVERGENCE: dict[str, Any] = {
    "momentum": 0.9,
    "nesterov": True,
    "weight_decay": 5e-4,
    "schedule": "one-cycle",  # Smith and Topin, "Super-Convergence", 2018
    "augmentation": "elastic",
}

RECIPES: dict[str, Recipe] = {
    "notebook": Recipe(name="notebook"),
    "fast": Recipe(name="fast", epochs=1, batch_size=64, learning_rate=0.08, **_SUPER_CONVERGENCE),
    "accurate": Recipe(name="accurate", epochs=5, learning_rate=0.1, **_SUPER_CONVERGENCE),
}


def named_recipe(name: str, **changes: Any) -> Recipe:
    """Return a named recipe; with other values for some fields it is called ``custom``.

    The seed and what the machine may decide can differ without the name being lost.
    """
    if name not in RECIPES:
        raise InputError(f"recipe {name!r} is not known; choose {_or(tuple(RECIPES))}")
    recipe = dataclasses.replace(RECIPES[name], **changes)
    return dataclasses.replace(recipe, name=recipe_name(recipe))


def recipe_name(recipe: Recipe) -> str:
    """Return the name of the recipe that has the same values, or ``custom``."""
    free = {"name", "seed", *MACHINE}

    def fixed(one: Recipe) -> dict[str, Any]:
        return {key: value for key, value in one.to_dict().items() if key not in free}

    return next(
        (name for name, known in RECIPES.items() if fixed(known) == fixed(recipe)), "custom"
    )
