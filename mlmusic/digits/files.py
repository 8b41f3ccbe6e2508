"""Small files that are there whole or not at all, even when the power fails."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from mlmusic.errors import InputError


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
    except OSError:
        new.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file holds; InputError if there is none."""
    try:
        if not path.is_file():  # a pipe may never end
            raise FileNotFoundError
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError(f"{path.name} is missing or damaged") from None
    if not isinstance(fields, dict):
        raise InputError(f"{path.name} is damaged")
    return fields


def pack_json(fields: dict[str, Any]) -> bytes:
    """Return the bytes of a JSON file that a person can read, too."""
    return json.dumps(fields, indent=2).encode()
