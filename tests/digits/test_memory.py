"""What a step frees is there for the next one, as far as the C library can be told so."""

import ctypes
import os
import subprocess
import sys

import pytest

# Two threads allocate as the steps of two runs do: what one left makes the other's freed
# memory go back to the system, unless it is kept.
FAULTS = """
import resource, sys, threading
import numpy as np
from mlmusic.digits.memory import keep_freed_memory

def work(times):
    for _ in range(times):
        kept = [np.ones(size, np.uint8) for size in SIZES]

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

SIZES = [10_000_000, 3_000_000, 5_000_000, 12_000_000]
if sys.argv[1] == "kept":
    keep_freed_memory()
found = []
def measured():
    work(5)
    before = faults()
    work(20)
    found.append((faults() - before) / 20)
for _ in range(2):
    thread = threading.Thread(target=measured)
    thread.start()
    thread.join()
print(max(found))
"""
STEP_PAGES = 30_000_000 / 4096


def faults(how: str) -> float:
    """Return the pages that a step asks the system for."""
    answer = subprocess.run(
        [sys.executable, "-c", FAULTS, how],
        env={name: value for name, value in os.environ.items() if "MALLOC" not in name},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(answer.stdout)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="glibc's memory"
)
def test_a_step_finds_the_memory_that_the_one_before_has_freed() -> None:
    assert faults("kept") < 0.02 * STEP_PAGES < faults("handed back")
