"""Garbage collection that does not stop what goes on."""

import gc
from functools import cache


@cache
def freeze_garbage() -> None:
    """Set aside, once, all objects that are there now.

    Streamlit collects garbage after every refresh of a page. With PyTorch loaded that takes
    0.1 to 0.25 s during which no Python runs, the training step's included.
    """
    gc.collect()
    gc.freeze()
