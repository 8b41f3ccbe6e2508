"""The transport: the waveform of a song, its range, its playhead, and the pointer's readout.

A component of Streamlit's components v2. The page's own player plays and the page's own
pictures are looked at; the transport finds them in the page, follows the player, and lays
the playhead over the pictures.
"""

import base64
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mlmusic.audio.overview import Overview

# One module once they are joined: Streamlit takes a single text.
PARTS = ("transport", "player", "wave", "picture", "overlay", "press", "units")

_folder = Path(__file__).parent
_transport = st.components.v2.component(
    "mlmusic_transport",
    html=(_folder / "transport.html").read_text(encoding="utf-8"),
    css=(_folder / "transport.css").read_text(encoding="utf-8"),
    js="\n".join((_folder / f"{part}.js").read_text(encoding="utf-8") for part in PARTS),
)


@dataclass(frozen=True)
class Surface:
    """A picture that is pointed at: where its axes are, and the values that it shows."""

    name: str  # how its alternative text begins
    box: tuple[float, float, float, float]  # left, bottom, width, height, as parts of it
    values: NDArray[np.uint16]  # (rows, columns), the lowest row first
    lowest: float  # what 0 stands for
    step: float  # from one value to the next
    frequencies: Sequence[float] | None  # of each row, Hz; None: rows are coefficients

    def to_dict(self) -> dict[str, Any]:
        """Return it as the script takes it."""
        return {
            "name": self.name,
            "box": self.box,
            "rows": self.values.shape[0],
            "columns": self.values.shape[1],
            "levels": base64.b64encode(zlib.compress(self.values.tobytes(), 1)).decode(),
            "lowest": self.lowest,
            "step": self.step,
            "frequencies": None if self.frequencies is None else list(self.frequencies),
        }


def transport(
    overview: Overview,
    surfaces: Sequence[Surface],
    *,
    song_s: float,
    range_s: tuple[float, float],
    wants_moment: bool,
    on_range: Callable[[], None],
    on_moment: Callable[[], None],
    key: str,
) -> None:
    """Show the transport.

    Parameters
    ----------
    overview : Overview
        Of the whole song.
    surfaces : sequence of Surface
        The pictures; all show ``range_s``.
    song_s : float
        The song's duration, in seconds.
    range_s : start and end, in seconds
        What the pictures show and the player plays.
    wants_moment : bool
        Whether to report where the playhead stands when it stops.
    on_range, on_moment : functions without parameters
        Called when a range was chosen, or the playhead stopped; ``st.session_state[key]``
        then has it: ``range``, [start, end], or ``moment``, both in seconds of the song.
    key : str
    """
    low, high = overview.lowest, overview.highest
    peak = max(float(np.abs(low).max(initial=0)), float(np.abs(high).max(initial=0))) or 1.0
    data = {
        "overview": {"low": _signed(low / peak), "high": _signed(high / peak)},
        "pictures": [surface.to_dict() for surface in surfaces],
        "song_s": song_s,
        "start_s": range_s[0],
        "end_s": range_s[1],
        "wants_moment": wants_moment,
    }
    _transport(key=key, data=data, on_range_change=on_range, on_moment_change=on_moment)


def _signed(shares: NDArray[np.floating]) -> str:
    """Return numbers within ±1 as signed bytes, in base64."""
    return base64.b64encode(np.rint(shares * 127).astype(np.int8)).decode()
