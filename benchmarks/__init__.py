"""What is fast, measured side by side: ``python -m benchmarks``.

Machines are noisy: contenders take turns, several times, and the median counts.
"""
