import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlmusic.digits import files
from mlmusic.digits.files import (
    pack_json,
    read_json,
    remove_folder,
    replace_file,
    write_folder,
)
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


def test_a_folder_is_there_with_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "all" / "one"
    write_folder(folder, {"a": b"1", "b": b"2"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a": b"1", "b": b"2"}
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_folder_that_cannot_be_written_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    written: list[str] = []
    write = files.write_file

    def fail_at_the_second(path: Path, content: bytes) -> None:
        if written:
            raise error
        written.append(path.name)
        write(path, content)

    monkeypatch.setattr(files, "write_file", fail_at_the_second)
    with pytest.raises(type(error)):
        write_folder(tmp_path / "one", {"a": b"1", "b": b"2"})
    assert written == ["a"]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    write_folder(tmp_path / "one", {"a": b"1"})
    with pytest.raises(OSError, match=r"empty|exist"):
        write_folder(tmp_path / "one", {"a": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one" / "a").read_bytes() == b"1"


def test_a_removed_folder_leaves_nothing_and_may_be_removed_twice(tmp_path: Path) -> None:
    write_folder(tmp_path / "one", {"a": b"1"})
    remove_folder(tmp_path / "one")
    remove_folder(tmp_path / "one")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_renamed_is_not_removed_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path / "one", {"a": b"1"})

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        remove_folder(tmp_path / "one")
    assert (tmp_path / "one" / "a").read_bytes() == b"1"


def test_a_file_in_the_place_of_another_is_whole_or_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"

    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"newest")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_endless_length_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    with path.open("wb") as file:
        file.truncate(2**40)  # takes no room
    with pytest.raises(InputError, match=r"some\.json is too large"):
        read_json(path)
