"""What a run's file says, checked: each value as it is, or InputError with its name."""

import math
import reprlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mlmusic.errors import InputError

MOST = 10**9  # of whatever a run counts, and of seconds


def number(name: str, value: Any, *, high: float = MOST) -> float:
    """Return a number from 0 to ``high``."""
    # Compared before it is a float: a whole number may be too large for one. NaN is nowhere.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= high:
        raise _error(name, value, f"a number from 0 to {high:,.10g}")
    return float(value)


def number_or_none(name: str, value: Any, *, high: float = MOST) -> float | None:
    """Return a number from 0 to ``high``, or None."""
    return None if value is None else number(name, value, high=high)


def count(name: str, value: Any) -> int:
    """Return a whole number from 0 to ``MOST``."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise _error(name, value, f"a whole number from 0 to {MOST:,}")
    return value


def choice(name: str, value: Any, choices: Sequence[str]) -> Any:
    """Return one of the choices."""
    if value not in choices:
        raise _error(name, value, f"one of {', '.join(choices)}")
    return value


def text(name: str, value: Any) -> str:
    """Return a text that can be shown."""
    if not isinstance(value, str) or value != showable(value):
        raise _error(name, value, "a text that can be shown")
    return value


def moment(name: str, value: Any) -> datetime:
    """Return a moment with its offset; without one it is local time."""
    try:
        date = datetime.fromisoformat(text(name, value))
        local = date.astimezone()  # fails near the years 1 and 9999
    except (ValueError, OverflowError, OSError):
        raise _error(name, value, "a date and time that can be shown") from None
    return date if date.tzinfo else local


def items(name: str, value: Any) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        raise _error(name, value, "a list")
    return value


def finite(value: float) -> float | None:
    """Return a number that JSON can hold, or None: it has no infinity."""
    return value if math.isfinite(value) else None


def showable(value: str) -> str:
    """Return a text with a question mark for each half of a character, which no page can show."""
    return value.encode(errors="replace").decode()


def _error(name: str, value: Any, wanted: str) -> InputError:
    return InputError(f"{name}={reprlib.repr(value)} is not {wanted}")
