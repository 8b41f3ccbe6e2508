"""The command line: ``python -m mlmusic train | evaluate | classify | spectrogram``."""

import argparse
import json
import sys
from collections.abc import Sequence

from mlmusic.commands import classify, evaluate, spectrogram, train
from mlmusic.errors import InputError

COMMANDS = (train, evaluate, classify, spectrogram)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all four commands."""
    parser = argparse.ArgumentParser(prog="python -m mlmusic", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        subparser = command.add_parser(subparsers)
        subparser.add_argument(
            "--json", action="store_true", help="end with one JSON object on standard output"
        )
        subparser.set_defaults(run=command.run, report=command.report)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status (0, or 2 after bad input)."""
    options = build_parser().parse_args(arguments)
    try:
        result = options.run(options)
    except (InputError, OSError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{options.command}: stopped", file=sys.stderr)
        return 130
    print(json.dumps(result) if options.json else options.report(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
