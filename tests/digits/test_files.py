import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlmusic.digits.files import pack_json, read_json
from mlmusic.errors import InputError


def test_what_was_packed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(pack_json({"a": [1, None], "b": "数"}))
    assert read_json(path) == {"a": [1, None], "b": "数"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[]", b"5", b'{"a": ' + b"[" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}"],
    ids=lambda content: content[:8].decode(errors="replace"),
)
def test_what_holds_no_object_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"some\.json is (missing or )?damaged"):
        read_json(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    os.mkfifo(path)
    code = f"from mlmusic.digits.files import *; read_json(Path({str(path)!r}))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert "InputError: some.json is missing or damaged" in answer.stderr
