"""The tests. Whatever they start computes on one core: two processes run tests side by side."""

import os

# Read by PyTorch and NumPy when they are loaded, hence here: this module is imported first.
os.environ["OMP_NUM_THREADS"] = "1"
