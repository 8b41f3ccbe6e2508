"""A run that goes on is told apart from one that was interrupted, across processes."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmusic.digits.housekeeping import sweep
from mlmusic.digits.run_lock import RunLock, is_locked

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
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which holds the lock of a run until it ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_lock_ends_with_its_process_however_that_ends(
    holder: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert is_locked(tmp_path, NAME)
    assert is_locked(tmp_path, f"{NAME}-at-40")  # a checkpoint of it
    assert not is_locked(tmp_path, "20260301-120000-0123")
    holder.kill()
    holder.wait(SECONDS)
    assert list(tmp_path.iterdir())  # what it left
    assert not is_locked(tmp_path, NAME)
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_holds_is_not_taken_and_not_waited_for(
    holder: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    lock = RunLock(tmp_path, NAME)
    began = time.monotonic()
    lock.acquire()
    assert time.monotonic() - began < 5  # seconds
    lock.release()
    sweep(tmp_path)
    assert is_locked(tmp_path, NAME)
    holder.kill()
    holder.wait(SECONDS)
    lock.acquire()
    assert is_locked(tmp_path, NAME)
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
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [other]


def test_a_lock_is_taken_anew_where_the_folder_has_vanished(tmp_path: Path) -> None:
    home = tmp_path / "runs"
    lock = RunLock(home, NAME)
    lock.acquire()
    assert not home.exists()  # making it is not the lock's business
    for _ in range(2):
        home.mkdir()
        lock.acquire()
        assert is_locked(home, NAME)
        shutil.rmtree(home)
        assert not is_locked(home, NAME)
    lock.release()


def test_where_there_can_be_no_lock_there_is_none(tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.lock").mkdir()
    lock = RunLock(tmp_path, NAME)
    lock.acquire()
    assert not is_locked(tmp_path, NAME)
    lock.release()
    assert [path.name for path in tmp_path.iterdir()] == [f".{NAME}.lock"]


@pytest.mark.parametrize("name", ["", "..", "../../20260301-120000-abcd", f"{NAME}/x", f"{NAME}\n"])
def test_what_is_no_name_of_a_run_locks_nothing(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home" / "runs"
    home.mkdir(parents=True)
    lock = RunLock(home, name)
    lock.acquire()
    assert not is_locked(home, name)
    lock.release()
    assert [path.name for path in tmp_path.rglob("*")] == ["home", "runs"]
