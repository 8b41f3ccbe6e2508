"""A run that goes on is told apart from one that was interrupted, across processes."""

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmusic.digits import run_lock
from mlmusic.digits.run_lock import RunLock, is_locked, remove_free_locks
from tests.processes import started

NAME = "20260301-120000-abcd"
SECONDS = 120.0  # machines may be busy
HOLDER = f"""
import sys
from pathlib import Path
from mlmusic.digits.run_lock import RunLock
lock = RunLock(Path(sys.argv[1]), "{NAME}")
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the lock of a run until it ends."""
    with started(HOLDER, str(tmp_path)) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_lock_ends_with_its_process_however_that_ends(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert is_locked(tmp_path, NAME)
    assert is_locked(tmp_path, f"{NAME}-at-40")  # a checkpoint of it
    assert not is_locked(tmp_path, "20260301-120000-0123")
    holder.kill()
    holder.wait(SECONDS)
    assert not is_locked(tmp_path, NAME)
    assert list(tmp_path.iterdir())  # what it left
    remove_free_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_holds_is_not_taken_and_not_waited_for(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    lock = RunLock(tmp_path, NAME)
    began = time.monotonic()
    assert not lock.acquire()
    assert time.monotonic() - began < 5  # seconds
    lock.release()
    remove_free_locks(tmp_path)
    assert is_locked(tmp_path, NAME)
    holder.kill()
    holder.wait(SECONDS)
    assert lock.acquire()
    assert is_locked(tmp_path, NAME)
    lock.release()


def test_what_this_process_holds_is_known_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = RunLock(tmp_path, NAME)
    assert lock.acquire()
    assert lock.acquire()  # once more is no error
    monkeypatch.delattr(run_lock, "FileLock")
    assert is_locked(tmp_path, NAME)
    remove_free_locks(tmp_path)
    assert list(tmp_path.iterdir())
    lock.release()


def test_a_lock_is_released_by_any_thread_and_leaves_nothing(tmp_path: Path) -> None:
    lock = RunLock(tmp_path, NAME)
    taker = threading.Thread(target=lock.acquire)
    taker.start()
    taker.join(SECONDS)
    assert is_locked(tmp_path, NAME)
    lock.release()
    assert not is_locked(tmp_path, NAME)
    assert list(tmp_path.iterdir()) == []
    lock.release()  # once more is no error


def test_what_a_killed_program_left_is_swept_also_without_a_checkpoint(tmp_path: Path) -> None:
    left, other = tmp_path / f".{NAME}.lock", tmp_path / ".other.lock"
    left.touch()
    other.touch()
    remove_free_locks(tmp_path)
    assert list(tmp_path.iterdir()) == [other]


def test_a_lock_is_taken_anew_where_the_folder_has_vanished(tmp_path: Path) -> None:
    home = tmp_path / "runs"
    lock = RunLock(home, NAME)
    lock.acquire()
    assert not home.exists()  # making it is not the lock's business
    for _ in range(2):
        home.mkdir()
        lock.acquire()
        assert [path.name for path in home.iterdir()] == [f".{NAME}.lock"]
        shutil.rmtree(home)
    lock.release()
    assert not is_locked(home, NAME)


def test_where_there_can_be_no_lock_there_is_none(tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.lock").mkdir()
    lock = RunLock(tmp_path, NAME)
    assert lock.acquire()
    assert not is_locked(tmp_path, NAME)
    lock.release()
    assert [path.name for path in tmp_path.iterdir()] == [f".{NAME}.lock"]


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS])
@pytest.mark.skipif(sys.platform == "win32", reason="there is always a lock")
def test_a_drive_without_locks_gets_no_files_either(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", refuse)
    lock = RunLock(tmp_path, NAME)
    assert lock.acquire()
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_searched_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    lock = RunLock(tmp_path, NAME)
    monkeypatch.setattr(Path, "stat", refuse)
    assert lock.acquire()
    assert is_locked(tmp_path, NAME)  # as far as one can see
    remove_free_locks(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="may be opened for writing, or not at all")
def test_a_lock_of_another_account_counts_as_long_as_it_is_held(
    holder: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")  # to write; reading may be allowed

    monkeypatch.setattr(run_lock.FileLock, "acquire", refuse)
    assert is_locked(tmp_path, NAME)
    holder.kill()
    holder.wait(SECONDS)
    assert not is_locked(tmp_path, NAME)


@pytest.mark.parametrize("name", ["", "..", "../../20260301-120000-abcd", f"{NAME}/x", f"{NAME}\n"])
def test_what_is_no_name_of_a_run_locks_nothing(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home" / "runs"
    home.mkdir(parents=True)
    lock = RunLock(home, name)
    lock.acquire()
    assert not is_locked(home, name)
    lock.release()
    assert [path.name for path in tmp_path.rglob("*")] == ["home", "runs"]
