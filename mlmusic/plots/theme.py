"""The colours of figures on a light and on a dark page."""

from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure

Brightness = Literal["light", "dark"]


@dataclass(frozen=True)
class Theme:
    """Colours as ``#rrggbb``; figures have no background of their own."""

    text: str
    muted: str  # grid lines, axes, secondary marks
    accent: str
    second: str  # beside the accent
    good: str
    bad: str


THEMES: dict[Brightness, Theme] = {
    "light": Theme("#31333f", "#8a8d99", "#1f6f8b", "#c2570c", "#1a7f37", "#c62f2f"),
    "dark": Theme("#fafafa", "#8a8d99", "#5cb8d6", "#f0a35e", "#4ac26b", "#ff7b72"),
}


def new_figure(
    width: float, height: float, *, brightness: Brightness = "light", dpi: int = 200
) -> Figure:
    """Return an empty transparent Figure of ``width`` × ``height`` inches.

    A ``Figure`` of its own, not pyplot's: pyplot's global state is not thread-safe.
    """
    figure = Figure(figsize=(width, height), dpi=dpi, layout="constrained")
    figure.patch.set_alpha(0.0)
    figure.set_edgecolor(THEMES[brightness].text)
    return figure
