"""A run of seven steps on the command line, the same each time."""

SHORT = [
    *("train", "--recipe", "fast", "--training-images", "400", "--precision", "float32"),
    *("--seed", "4", "--device", "cpu"),
]
