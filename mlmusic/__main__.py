"""The command line: ``python -m mlmusic train | evaluate | classify | spectrogram``."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import NoReturn

from mlmusic.commands import classify, embed, evaluate, spectrogram, train
from mlmusic.errors import InputError

COMMANDS = (train, evaluate, classify, spectrogram, embed)


class OneLineParser(argparse.ArgumentParser):
    """argparse's parser, but for its many lines of usage before each error."""

    def error(self, message: str) -> NoReturn:
        """End with one line on standard error and exit status 2."""
        self.exit(2, f"{self.prog}: {_one_line(message)}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = OneLineParser(prog="python -m mlmusic", description=__doc__)
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
        print(f"{options.command}: {_one_line(_reason(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{options.command}: stopped", file=sys.stderr)
        return 130
    if result is not None:
        print(json.dumps(result) if options.json else options.report(result))
    return 0


def _reason(error: InputError | OSError) -> str:
    """Return what was wrong and what to do."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    if error.filename is None:
        return f"{error.strerror}; make room or choose another folder, and try again"
    return f"{error.filename}: {error.strerror}; check the path and whether it may be used so"


def _one_line(message: str) -> str:
    """Return a message on one line, whatever a file's name holds."""
    return " ".join(message.splitlines())


if __name__ == "__main__":
    sys.exit(main())
