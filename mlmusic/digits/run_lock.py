"""Which runs go on: the process that trains one holds a lock, which ends with the process.

The lock is a hidden file among the runs, named after the run; the operating system holds it.
"""

import re
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from mlmusic.digits.run import IDENTITY

NAME = re.compile(rf"({IDENTITY})(-at-\d+)?")  # of a run's folder, or a checkpoint's
WAIT_S = 0.2  # for somebody who only looks
LOOK_S = 0.02


class RunLock:
    """Says to other processes that a run goes on, until it is released or the process ends.

    Where there can be no lock, as in a folder that cannot be written, there is none.

    Parameters
    ----------
    folder : Path
        The folder of all runs.
    name : str
        Of the run's own folder, or of its checkpoint's; another text locks nothing.
    """

    def __init__(self, folder: Path, name: str) -> None:
        path = _path(folder, name)
        self._lock = FileLock(path, thread_local=False) if path else None  # of the process

    def acquire(self) -> None:
        """Take the lock, if it is not held and can be had."""
        if not self._lock:
            return
        path = Path(self._lock.lock_file)
        if self._lock.is_locked and not path.exists():  # the folder has vanished since
            self.release()
        if not self._lock.is_locked and path.parent.is_dir():
            with suppress(OSError, NotImplementedError):  # Timeout is one
                self._lock.acquire(timeout=WAIT_S, poll_interval=LOOK_S)

    def release(self) -> None:
        """Give the lock up and remove its file."""
        if self._lock and self._lock.is_locked:
            _remove(self._lock)


def is_locked(folder: Path, name: str) -> bool:
    """Whether a process holds the lock of a run; removes what one that was killed left."""
    path = _path(folder, name)
    if not path or not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=LOOK_S, poll_interval=LOOK_S / 2)
    except Timeout:
        return True
    except (OSError, NotImplementedError):  # it belongs to somebody else
        return False
    _remove(lock)
    return False


def _remove(lock: FileLock) -> None:
    """Remove the file of a lock that is held, and give it up; who waits for it notices."""
    with suppress(OSError):  # Windows removes it with the next line
        Path(lock.lock_file).unlink()
    with suppress(OSError):
        lock.release()


def _path(folder: Path, name: str) -> Path | None:
    found = NAME.fullmatch(name)
    return folder / f".{found[1]}.lock" if found else None
