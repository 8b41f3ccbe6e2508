"""Runs that were kept: renamed and deleted, never left in pieces."""

import glob
from dataclasses import replace

from mlmusic.digits.files import pack_json, read_json, remove_folder, replace_file
from mlmusic.digits.runs import AT_STEP, RUN, Run
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
    """Remove a run for good, with what is left of its checkpoints.

    One that is already gone is no error.

    Raises
    ------
    OSError
        If it cannot be removed; it is still there, whole.
    """
    for checkpoint in run.folder.parent.glob(f"{glob.escape(run.identity)}{AT_STEP}*"):
        if checkpoint != run.folder:
            remove_folder(checkpoint)
    remove_folder(run.folder)
