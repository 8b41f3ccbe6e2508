"""How fast a run goes: the images per second of its latest steps."""

from collections import deque

STEPS = 50  # looked back on


class Pace:
    """Counts the images of a run's latest steps against the time they took."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque(maxlen=STEPS)  # seconds, images; so far

    def add(self, *, train_seconds: float, images: int) -> None:
        """Note how long a run has trained, and on how many images, since its begin."""
        self._seen.append((train_seconds, images))

    @property
    def images_per_second(self) -> float | None:
        """The pace of the latest steps; None before there are two."""
        if len(self._seen) < 2:
            return None
        (began, before), (ended, after) = self._seen[0], self._seen[-1]
        return (after - before) / (ended - began) if ended > began else None
