"""Why PyTorch could not go on, in plain words."""

import re

from mlmusic.digits.recipe import Recipe


def reason(error: Exception, recipe: Recipe) -> str:
    """Return in plain words why PyTorch could not go on."""
    text = str(error) or repr(error)
    if isinstance(error, MemoryError) or re.search("out of memory|allocate memory", text):
        return (
            f"there was not enough memory for batches of {recipe.batch_size:,} images; "
            "choose a smaller batch size"
        )
    return text.splitlines()[0].rstrip(".")
