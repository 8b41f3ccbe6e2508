"""Memory that a training step frees is kept for the next one."""

import ctypes
import sys
from functools import cache

# Of glibc's ``mallopt``; see its manual page.
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
MIB = 2**20
LARGEST = 32 * MIB  # a larger block is asked of the system, and handed back, each time
SPARE = 64 * MIB  # unused at the end of a heap that is not handed back
MOST_SPARE = 128 * MIB  # … and of the main heap


@cache
def keep_freed_memory() -> None:
    """Have the C library keep what is freed, once for the whole process; glibc alone.

    What stays is at most `MOST_SPARE`, and `SPARE` for each of the heaps that threads share.
    Else, depending on what was allocated before, thousands of pages are handed back to the
    system in each training step and filled with zeros anew in the next, which made a step up to a
    third longer.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # another C library
        return
    mallopt(M_MMAP_THRESHOLD, LARGEST)
    mallopt(M_TRIM_THRESHOLD, MOST_SPARE)
    mallopt(M_TOP_PAD, SPARE)
