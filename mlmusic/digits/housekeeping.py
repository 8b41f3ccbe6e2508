"""Runs that were kept: renamed and deleted, never left in pieces."""

import secrets
import shutil
from dataclasses import replace

from mlmusic.digits.files import pack_json, read_json, replace_file
from mlmusic.digits.runs import RUN, Run
from mlmusic.errors import InputError

NAME_LENGTH = 80  # characters at the most


def rename_run(run: Run, name: str) -> Run:
    """Call a run by another name and return it.

    Raises
    ------
    InputError
        If the name is empty or too long, or the run is no longer there.
    OSError
        If it cannot be written; the old name stays.
    """
    name = printable(name)
    if not name:
        raise InputError("a run needs a name; type at least one character")
    if len(name) > NAME_LENGTH:
        raise InputError(
            f"the name has {len(name)} characters; {NAME_LENGTH} are the most that fit"
        )
    fields = read_json(run.folder / RUN)
    replace_file(run.folder / RUN, pack_json(fields | {"name": name}))
    return replace(run, name=name)


def printable(text: str) -> str:
    """Return a text as one line: every blank a space, nothing that cannot be printed."""
    words = "".join(sign if sign.isprintable() else " " for sign in text).split()
    return " ".join(words)


def delete_run(run: Run) -> None:
    """Remove a run for good; one that is already gone is no error.

    Raises
    ------
    OSError
        If it cannot be removed; it is still there, whole.
    """
    doomed = run.folder.with_name(f".deleted-{run.folder.name}-{secrets.token_hex(2)}")
    try:
        run.folder.replace(doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)
