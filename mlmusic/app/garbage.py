"""Garbage collection that does not stop what goes on."""

import gc
from functools import cache


@cache
def freeze_garbage(moment: str) -> None:
    """Set aside, once for each moment, all objects that are there now.

    Streamlit collects garbage after every refresh of a page. With PyTorch loaded that takes
    0.1 to 0.5 s during which no Python runs: no training step, and no other person's page.
    """
    gc.collect()
    gc.freeze()
