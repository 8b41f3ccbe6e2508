"""The learning rate of each step."""

import math

from mlmusic.digits.recipe import Recipe

WARM_UP = 0.3  # of a one-cycle schedule, as in torch's OneCycleLR
START_DIVISOR, END_DIVISOR = 25.0, 1e4  # likewise


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the learning rate of a step, counted from 0 within the recipe's schedule.

    ``one-cycle`` rises by a cosine to the peak, then falls by one almost to zero, as torch's
    ``OneCycleLR`` does (Smith and Topin, "Super-Convergence", 2018).
    """
    peak = recipe.learning_rate
    if recipe.schedule == "constant":
        return peak
    start, end = peak / START_DIVISOR, peak / START_DIVISOR / END_DIVISOR
    turn = WARM_UP * recipe.steps - 1  # the step of the peak; a fraction of a step is meant
    if step <= turn:
        return _cosine(start, peak, step / turn)
    return _cosine(peak, end, (step - turn) / max(recipe.steps - 1 - turn, 1e-9))


def _cosine(start: float, end: float, share: float) -> float:
    """Return the value at ``share`` (0 to 1) of the half cosine wave from start to end."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
