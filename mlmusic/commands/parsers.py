"""The type of what ``add_parser`` is given; argparse has no public name for it."""

import argparse
from typing import TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
