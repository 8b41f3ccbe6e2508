"""Which runs go on: the process that trains one holds a lock, which ends with the process.

The lock is a hidden file among the runs, named after the run; the operating system holds it.
Where there can be none, as in a folder that cannot be written, nobody is told.
"""

import errno
import re
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from mlmusic.digits.run import IDENTITY

NAME = re.compile(rf"({IDENTITY})(-at-\d+)?")  # of a run's folder, or a checkpoint's
LOOK_S = 0.02  # how long it is tried: another process may be looking, too
TAKE_S = 0.2
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)  # some network drives

GOES_ON = "this run goes on at the moment; wait until it has ended"  # in an InputError

_held: set[Path] = set()  # by this process


class RunLock:
    """Says that a run goes on, until it is released or the process ends.

    Parameters
    ----------
    folder : Path
        The folder of all runs.
    name : str
        Of the run's own folder, or of its checkpoint's; another text locks nothing.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = _path(folder, name)
        self._lock = _lock(self._path) if self._path else None

    def acquire(self) -> bool:
        """Take the lock, if it can be had; return False if somebody else holds it."""
        if not self._path or not self._lock:
            return True
        try:
            if self._lock.is_locked and not self._path.exists():  # the folder has vanished since
                self.release()
            if not self._lock.is_locked and self._path.parent.is_dir():
                self._lock.acquire(timeout=TAKE_S, poll_interval=LOOK_S)
                _held.add(self._path)
        except Timeout:
            return False
        except OSError as error:
            if error.errno in NO_LOCKS:  # and its file was made all the same
                with suppress(OSError):
                    self._path.unlink()
        return True

    def release(self) -> None:
        """Give the lock up and remove its file."""
        if self._path and self._lock and self._lock.is_locked:
            _held.discard(self._path)
            _remove(self._lock)


def is_locked(folder: Path, name: str) -> bool:
    """Whether somebody holds the lock of a run: this process or another one."""
    path = _path(folder, name)
    if not path or path in _held:
        return bool(path)
    try:
        if not path.exists():
            return False
        lock = _lock(path)
        lock.acquire(timeout=LOOK_S, poll_interval=LOOK_S / 2)
        lock.release()
    except PermissionError:  # it is another account's
        return _is_held(path)
    except Timeout:
        return True
    except OSError:
        return False
    return False


def _is_held(path: Path) -> bool:
    """Whether a lock is held that this account may not write; True where it may not be read."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def remove_free_locks(folder: Path) -> None:
    """Remove the locks that killed processes left."""
    with suppress(OSError):
        for path in folder.glob(".*.lock"):
            if _path(folder, path.name[1:-5]) != path or path in _held:
                continue
            with suppress(OSError):  # Timeout is one
                lock = _lock(path)
                lock.acquire(timeout=LOOK_S, poll_interval=LOOK_S / 2)
                _remove(lock)


def _lock(path: Path) -> FileLock:
    # For all threads: a run is started by one and may be kept by another.
    return FileLock(path, thread_local=False, fallback_to_soft=False)


def _remove(lock: FileLock) -> None:
    """Remove the file of a lock that is held, and give it up; who waits for it notices."""
    with suppress(OSError):  # Windows removes it with the next line
        Path(lock.lock_file).unlink()
    with suppress(OSError):
        lock.release()


def _path(folder: Path, name: str) -> Path | None:
    found = NAME.fullmatch(name)
    return folder / f".{found[1]}.lock" if found else None
