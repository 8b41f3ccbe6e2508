"""How much some tests try: a sample, or all of it where ``MLMUSIC_TESTS`` is ``full``."""

import os


def size(sample: int, *, full: int) -> int:
    """Return how often, or how many, a test tries.

    Parameters
    ----------
    sample : int > 0
        What the usual test command takes.
    full : int > 0
        What the whole check takes (``.ci/run``).
    """
    return full if os.environ.get("MLMUSIC_TESTS") == "full" else sample
