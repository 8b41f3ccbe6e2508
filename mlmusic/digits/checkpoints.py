"""A run that goes on, kept again and again: whatever ends the program, little is lost.

A checkpoint is a run with the status ``interrupted``, in a folder named after the run and the
step. It is written whole before the one before it is removed; so is the run that has ended.
"""

import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from mlmusic.digits.files import make_folder, remove_folder
from mlmusic.digits.history import History
from mlmusic.digits.housekeeping import sweep
from mlmusic.digits.run import Ending, Kept, Origin, Run
from mlmusic.digits.run_lock import GOES_ON, RunLock
from mlmusic.digits.runs import new_identity, runs_folder, save_run
from mlmusic.digits.training import Training
from mlmusic.errors import InputError

EVERY_S = 30.0  # between two checkpoints; one takes about a tenth of a second


class Checkpoints:
    """Keeps one run while it goes on, and in the end.

    Parameters
    ----------
    started : datetime
        With a time zone.
    origin : Origin, optional
        The run that this one continues.
    folder : Path, optional
        The folder of all runs; by default `runs_folder`.
    """

    def __init__(
        self, *, started: datetime, origin: Origin | None = None, folder: Path | None = None
    ) -> None:
        self.identity = new_identity(started)
        self._started, self._origin = started, origin
        self._folder = folder or runs_folder()
        names = [self.identity, origin.folder] if origin else [self.identity]
        self._locks = [RunLock(self._folder, name) for name in names]
        self._latest: Run | None = None
        self._looked = time.monotonic()

    def hold(self) -> None:
        """Tell other processes, until `release`, that the run goes on, and from which one.

        Raises
        ------
        InputError
            If that one is continued somewhere else already.
        """
        if not all(lock.acquire() for lock in self._locks):
            self.release()
            raise InputError(GOES_ON)

    def release(self) -> None:
        """Tell other processes that the run has ended."""
        for lock in self._locks:
            lock.release()

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next one."""
        return time.monotonic() - self._looked >= EVERY_S

    def write(self, training: Training, history: History) -> None:
        """Keep the run as it is now, if it got anywhere since the last time.

        Raises
        ------
        OSError
            If that fails; the checkpoint before stays.
        """
        self._looked = time.monotonic()
        reached = self._latest or self._origin
        if training.step > (reached.steps if reached else 0):
            identity = f"{self.identity}-at-{training.step}"  # a CHECKPOINT
            make_folder(self._folder)
            for lock in self._locks:  # where the folder was not there before
                lock.acquire()
            self._put(self._saved(training, history, "interrupted", identity))

    def finish(self, training: Training, history: History, status: Ending) -> Run:
        """Keep the run that has ended, in the place of its checkpoint, and return it.

        Raises
        ------
        OSError
            If that fails; the checkpoint stays, and another try may do better.
        """
        run = self._saved(training, history, status, self.identity)
        self._put(run)
        sweep(run.folder.parent)
        return run

    def _saved(self, training: Training, history: History, status: Kept, identity: str) -> Run:
        return save_run(
            training,
            history,
            status=status,
            started=self._started,
            origin=self._origin,
            folder=self._folder,
            identity=identity,
        )

    def _put(self, run: Run) -> None:
        """Remove what a newer one stands for."""
        if self._latest:
            with suppress(OSError):  # it stays, and is not shown
                remove_folder(self._latest.folder)
        self._latest = run
