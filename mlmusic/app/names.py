"""Names that people gave, made to differ."""

from collections.abc import Sequence


def different(names: Sequence[str]) -> list[str]:
    """Return the names, the second of the same name with a 2 behind it, and so on."""
    found: list[str] = []
    for name in names:
        free, count = name, 1
        while free in found or (count > 1 and free in names):
            count += 1
            free = f"{name} ({count})"
        found.append(free)
    return found
