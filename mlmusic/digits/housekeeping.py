"""Runs that were kept: renamed and deleted, never left in pieces."""

import re
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mlmusic.digits.files import pack_json, read_json, remove_folder, replace_file
from mlmusic.digits.run import IDENTITY, RUN, Run
from mlmusic.digits.run_lock import GOES_ON, is_locked, remove_free_locks
from mlmusic.digits.runs import list_all_runs
from mlmusic.errors import InputError

NAME_LENGTH = 80  # characters at the most
# A folder that was being written or deleted, and after what time nobody does so any more.
LEFTOVER = re.compile(rf"\.(deleted-)?{IDENTITY}(-at-\d+)?-[0-9a-f]{{4}}")
HALF = re.compile(rf"\.{re.escape(RUN)}-[0-9a-f]{{8}}")  # of a run that was being renamed
OLD_S = 86_400.0


def rename_run(run: Run, name: str) -> Run:
    """Call a run by another name and return it.

    Raises
    ------
    InputError
        If the name is empty or too long, or the run goes on or is no longer there.
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
    _check_whether_it_goes_on(run)
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
    InputError
        If it was kept in the middle, and goes on or is continued at the moment.
    OSError
        If it cannot be removed; it is still there, whole.
    """
    _check_whether_it_goes_on(run)
    for other in list_all_runs(run.folder.parent)[0]:
        if other.identity == run.identity and other.is_checkpoint:
            remove_folder(other.folder)
    remove_folder(run.folder)


def _check_whether_it_goes_on(run: Run) -> None:
    if run.is_checkpoint and is_locked(run.folder.parent, run.identity):
        raise InputError(GOES_ON)


def sweep(folder: Path) -> None:
    """Remove what programs that were killed amid writing or deleting left among the runs."""
    for path in (*folder.glob(".*"), *folder.glob(f"*/.{RUN}-*")):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime <= OLD_S:
                continue
            if LEFTOVER.fullmatch(path.name):
                shutil.rmtree(path)
            elif HALF.fullmatch(path.name):
                path.unlink()
    remove_free_locks(folder)
