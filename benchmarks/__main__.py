"""``python -m benchmarks [NAME ...] [--quick]``: measure, and print a table for each name."""

import argparse
from importlib import import_module

PROGRAMS = {
    "training": "images a second: the notebook's plain loop, PyTorch's example, and mlmusic",
    "accuracy": "what the recipes reach, over several seeds, and how long they take",
    "songs": "from bytes to three pictures: torchaudio, librosa and mlmusic",
    "watching": "a training step in the app, watched, and one on the command line",
    "pages": "first paint, clicks while a network trains, five people, 200 sessions",
    "drawing": "from lifting the pen to the new bars",
}


def main() -> None:
    """Run the programs that are asked for; without names all of them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="; ".join(f"{name}: {text}" for name, text in PROGRAMS.items()),
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROGRAMS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for a first look")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(PROGRAMS)):
        parser.error(f"{unknown[0]!r} is not known; choose {', '.join(PROGRAMS)}")
    for name in options.names or PROGRAMS:
        program = import_module(f"benchmarks.{name}")
        print(
            f"## {name}: {PROGRAMS[name]}\n\n{program.measure(quick=options.quick)}\n", flush=True
        )


if __name__ == "__main__":
    main()
