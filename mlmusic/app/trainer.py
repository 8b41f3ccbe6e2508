"""Training in the background: one run at a time in a process, whoever started it.

Pages ask for a `Snapshot` and show it. The thread never touches Streamlit, and hangs on
no browser session: a closed tab changes nothing.
"""

import atexit
import copy
import logging
import threading
from collections.abc import Iterator
from typing import Literal

from mlmusic.app.faults import reason
from mlmusic.app.garbage import freeze_garbage
from mlmusic.app.ongoing_run import OngoingRun
from mlmusic.app.snapshot import ACTIVE, Moment, Phase, Snapshot
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.resume import Continuation
from mlmusic.digits.run import Ending
from mlmusic.digits.training import train
from mlmusic.digits.weights import pack_weights
from mlmusic.errors import InputError

Order = Literal["run", "pause", "step", "stop"]

EXIT_SECONDS = 10.0  # how long the end of the program waits for a step and for saving

_log = logging.getLogger(__name__)


class Trainer:
    """Runs one training at a time in a thread of its own. All methods are thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._saving = threading.Lock()
        self._order: Order = "pause"
        self._phase: Phase = "idle"
        self._number = 0
        self._thread: threading.Thread | None = None
        self._run: OngoingRun | None = None  # or the last one
        self._message = ""
        self._moment: Moment | None = None  # that somebody has asked for
        self._moment_wanted = False
        atexit.register(self.close)

    def start(
        self, recipe: Recipe, *, paused: bool = False, continuation: Continuation | None = None
    ) -> bool:
        """Start a run; return False, and change nothing, if one is going on.

        With a continuation, that training goes on, and the recipe is its own.
        """
        with self._changed:
            if self._phase in ACTIVE:
                return False
            self._run = OngoingRun(recipe, continuation)
            self._phase, self._message = "starting", ""
            self._order = "step" if paused else "run"
            self._number += 1
            self._moment, self._moment_wanted = None, False
            self._thread = threading.Thread(
                target=self._work, args=(self._run,), name="trainer", daemon=True
            )
            try:
                self._thread.start()
            except RuntimeError as error:  # the system has no thread left
                self._phase, self._message = "failed", f"Training cannot start: {error}."
            return True

    def pause(self) -> None:
        """Hold the run after the batch that is being learned."""
        self._give("pause")

    def resume(self) -> None:
        """Go on with a paused run."""
        self._give("run")

    def one_step(self) -> None:
        """Learn one batch, then hold; at the end of an epoch the test belongs to it."""
        self._give("step")

    def stop(self) -> None:
        """End the run after the batch that is being learned, and keep it."""
        self._give("stop")

    def close(self) -> None:
        """Stop and wait until the run is kept; called when the program ends."""
        self.stop()
        if self._thread:
            self._thread.join(EXIT_SECONDS)

    def snapshot(self) -> Snapshot:
        """Return the run as it is now."""
        with self._changed:
            return Snapshot(
                phase=self._phase,
                number=self._number,
                message=self._message,
                **(self._run.fields() if self._run else {}),
            )

    def moment(self) -> Moment | None:
        """Return the network as it is between two steps; None without a run that has begun.

        Waits for the end of the step that is going on.
        """
        with self._changed:
            if self._phase == "paused":
                self._take_moment()  # the thread waits for this very lock
                return self._moment
            self._moment, self._moment_wanted = None, self._phase == "running"
            self._changed.wait_for(lambda: not self._moment_wanted or self._phase not in ACTIVE)
            self._moment_wanted = False
            return self._moment

    def _take_moment(self) -> None:
        """Copy the network; between two steps only, and with the lock."""
        if self._run and self._run.training and self._run.progress:
            network = copy.deepcopy(self._run.training.network).cpu()
            self._moment = Moment(self._number, self._run.progress.step, network)
        self._moment_wanted = False
        self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until no run is going on; return False if it still is after ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._phase not in ACTIVE, timeout)

    def _give(self, order: Order) -> None:
        with self._changed:
            if self._phase not in ACTIVE or self._order == "stop":
                return
            self._order = order
            if self._phase == "paused" and order != "pause":
                self._phase = "running"
            self._changed.notify_all()

    def weights(self) -> bytes | None:
        """Return the last run's weights as a safetensors file; None while one goes on."""
        with self._changed:
            ended = None if self._phase in ACTIVE else self._run
        training = ended.training if ended else None
        return pack_weights(training.network) if training else None

    def save_again(self) -> None:
        """Try once more to keep a run that could not be saved."""
        with self._saving:  # a slow disk keeps nobody waiting who only looks
            with self._changed:
                run, status = self._run, self._phase
            if run and run.unsaved and status in ("finished", "stopped", "failed"):
                message = run.keep(status)
                with self._changed:
                    if self._run is run:
                        self._message = message

    def _work(self, run: OngoingRun) -> None:
        """Train until the end, an order to stop, or a failure; then keep the run."""
        status: Ending = "failed"
        message = "Training ended by a fault of the program; the server's log has the details."
        try:
            training = run.prepared()
            mnist = load_mnist()
            freeze_garbage("training")
            with self._changed:
                run.training = training
                self._phase = "running"
            status = self._follow(run, train(training, mnist))
            message = ""
        except InputError as error:
            message = f"Training ended: {error}."
        except (RuntimeError, MemoryError) as error:  # PyTorch's, out of memory among them
            _log.exception("training failed")
            message = f"Training ended: {reason(error, run.recipe)}."
        finally:
            self._finish(run, status, message)

    def _follow(self, run: OngoingRun, items: Iterator[Progress]) -> Ending:
        """Take the items of a run as fast as the orders allow."""
        while self._may_go_on():
            progress = next(items, None)
            if progress is None:
                return "finished"
            with self._changed:
                run.add(progress)
                if self._order == "step" and progress.completes_step:
                    self._order = "pause"
                self._changed.notify_all()
            if run.checkpoint_is_due:
                message = run.checkpoint()
                with self._changed:
                    self._message = message
        return "stopped"

    def _may_go_on(self) -> bool:
        """Wait while the run is paused; return False once it is to stop."""
        with self._changed:
            if self._moment_wanted:
                self._take_moment()
            if self._order == "pause":
                self._phase = "paused"
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._order != "pause")
                self._phase = "running"
            return self._order != "stop"

    def _finish(self, run: OngoingRun, status: Ending, message: str) -> None:
        """Keep the run if it got anywhere, and tell everybody that it is over."""
        try:
            message = f"{message} {run.keep(status)}".strip()
        finally:
            run.release()
            with self._changed:
                self._phase, self._message = status, message
                self._changed.notify_all()


_TRAINER = Trainer()


def trainer() -> Trainer:
    """Return the one trainer of this process."""
    return _TRAINER
