"""The confusion matrix as a heat map whose cells can be clicked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import altair as alt
import pandas as pd

from mlmusic.plots.specification import specification
from mlmusic.plots.theme import THEMES, Brightness

DESCRIPTION = "Confusion matrix"  # constant: the page would build the chart anew if it changed
SELECTION = "cell"  # the selection's name; it holds the fields label and prediction
HEIGHT = 420  # px
PAGES: dict[Brightness, str] = {"light": "#ffffff", "dark": "#171614"}  # Streamlit's
INKS = ("#ffffff", "#000000")  # of the numbers, whichever is easier to read
DIAGONAL = 0.45  # of the accent colour at 100 %: what is right stays in the background
LEAST = 1.0  # percent of a row; where no mistake is more frequent, all of them stay pale

Numbers = Literal["counts", "row percentages"]


@dataclass(frozen=True)
class Cells:
    """The chart as what changes with the network and the choices, and what stays."""

    data: pd.DataFrame  # a row for each cell
    specification: dict[str, Any]  # Vega-Lite, without data; built and checked once


def confusion_chart(
    counts: Sequence[Sequence[int]],
    percentages: Sequence[Sequence[float]],
    *,
    numbers: Numbers = "counts",
    shown: tuple[int, int] | None = None,
    brightness: Brightness = "light",
) -> Cells:
    """Return the chart of a cell for each true digit and guess, mistakes in another colour.

    Parameters
    ----------
    counts : 10 rows of 10; row = true digit, column = what it was read as
    percentages : the same in percent of each row
    numbers : "counts" or "row percentages"
        What is written in the cells.
    shown : (true digit, guess), optional
        The cell to frame.
    brightness : "light" or "dark"
    """
    data = _cells(counts, percentages, numbers, shown, brightness)
    return Cells(data, _specification(brightness))


def _cells(
    counts: Sequence[Sequence[int]],
    percentages: Sequence[Sequence[float]],
    numbers: Numbers,
    shown: tuple[int, int] | None,
    brightness: Brightness,
) -> pd.DataFrame:
    """Return a row for each cell, with its colours."""
    digits = range(len(counts))
    most = max(percentages[one][other] for one in digits for other in digits if one != other)
    rows = []
    for label in digits:
        for prediction in digits:
            count, percent = counts[label][prediction], percentages[label][prediction]
            fill = _fill(percent, most=most, right=label == prediction, brightness=brightness)
            rows.append(
                {
                    "label": label,
                    "prediction": prediction,
                    "count": count,
                    "percent": percent,
                    "text": f"{percent:.1f}" if count and numbers != "counts" else str(count),
                    "fill": fill,
                    "ink": THEMES[brightness].muted if not count else _ink(fill),
                    "shown": (label, prediction) == shown,
                    "sentence": f"True digit {label}, read as {prediction}: {count:,} images",
                }
            )
    return pd.DataFrame(rows)


@cache
def _specification(brightness: Brightness) -> dict[str, Any]:
    """Return the cells without data: to build and check them takes longer than all the rest."""
    axis = alt.Axis(
        labelAngle=0,
        labelFlush=False,
        ticks=False,
        domain=False,
        labelFontSize=13,
        titleFontSize=13,
    )
    base = alt.Chart().encode(
        x=alt.X("prediction:O", title="Read as", axis=axis),
        y=alt.Y("label:O", title="True digit", axis=axis),
        tooltip=[
            alt.Tooltip("label:O", title="True digit"),
            alt.Tooltip("prediction:O", title="Read as"),
            alt.Tooltip("count:Q", title="Images", format=",d"),
            alt.Tooltip("percent:Q", title="Percent of the row", format=".2f"),
        ],
    )
    # By its fields, so that a click on a number counts as a click on its cell.
    cell = alt.selection_point(name=SELECTION, fields=["label", "prediction"], toggle=False)
    cells = (
        base.mark_rect(cursor="pointer")
        .encode(color=alt.Color("fill:N", scale=None), description="sentence:N")
        .add_params(cell)
    )
    texts = base.mark_text(cursor="pointer", fontSize=12, aria=False).encode(
        text="text:N", color=alt.Color("ink:N", scale=None)
    )
    frame = base.mark_rect(
        filled=False, stroke=THEMES[brightness].text, strokeWidth=2.5, aria=False
    ).transform_filter("datum.shown")
    return specification(alt.layer(cells, frame, texts, height=HEIGHT, description=DESCRIPTION))


def _fill(percent: float, *, most: float, right: bool, brightness: Brightness) -> str:
    """Return a cell's colour: the more frequent, the farther from the page's own."""
    theme, page = THEMES[brightness], PAGES[brightness]
    if not percent:
        return _mixed(page, theme.muted, 0.08)
    if right:
        return _mixed(page, theme.accent, DIAGONAL * percent / 100)
    # The square root keeps rare mistakes visible beside frequent ones.
    share = (percent / max(most, LEAST)) ** 0.5
    return _mixed(page, theme.second, 0.12 + 0.88 * min(1.0, share))


def _mixed(page: str, color: str, share: float) -> str:
    """Return ``share`` of a colour over another, all of them ``#rrggbb``."""
    pairs = zip(_channels(page), _channels(color), strict=True)
    return "#" + "".join(f"{round(under + share * (over - under)):02x}" for under, over in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _ink(fill: str) -> str:
    """Return the ink with the higher contrast to a colour."""
    return max(INKS, key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    Source: Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1."""
    parts = [channel / 255 for channel in _channels(color)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
