"""Files and folders that are there whole or not at all, even when the power fails.

Nothing here needs PyTorch: a test ends a program that writes, again and again.
"""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mlmusic.errors import InputError

MAX_JSON_BYTES = 2**28  # a run of six million steps, 100 epochs of single images, has some 120 MB


def write_file(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk; OSError if it cannot be."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Put a new file in the place of an old one, which stays whole if that fails (OSError)."""
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        write_file(new, content)
        new.replace(path)
    except BaseException:  # Ctrl-C as well
        new.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing; OSError if that fails."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _settle(folder.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder that holds files; OSError if it cannot be, and then nothing is left behind.

    They are written into a hidden folder beside it, which is then renamed.
    """
    unfinished = folder.with_name(f".{folder.name}-{secrets.token_hex(2)}")
    try:
        make_folder(folder.parent)
        unfinished.mkdir()
        for name, content in files.items():
            write_file(unfinished / name, content)
        _settle(unfinished)
        unfinished.replace(folder)
        _settle(folder.parent)
    except BaseException:  # Ctrl-C as well
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def remove_folder(folder: Path) -> None:
    """Remove a folder, whole or not at all (OSError); one that is gone is no error."""
    doomed = folder.with_name(f".deleted-{folder.name}-{secrets.token_hex(2)}")
    try:
        folder.replace(doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)


def _settle(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system has a way to."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    with suppress(OSError):  # some file systems have none either
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def read_json(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file holds; InputError if there is none."""
    try:
        if not path.is_file():  # a pipe may never end
            raise FileNotFoundError
        is_small = path.stat().st_size <= MAX_JSON_BYTES
        fields = json.loads(path.read_text(encoding="utf-8")) if is_small else None
    except (OSError, ValueError, RecursionError):
        raise InputError(f"{path.name} is missing or damaged") from None
    if not is_small:
        raise InputError(f"{path.name} is too large")
    if not isinstance(fields, dict):
        raise InputError(f"{path.name} is damaged")
    return fields


def pack_json(fields: dict[str, Any]) -> bytes:
    """Return the bytes of a JSON file that a person can read, too."""
    return json.dumps(fields, indent=2).encode()
