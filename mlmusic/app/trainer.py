"""Training in the background: one run at a time in a process, whoever started it.

Pages ask for a `Snapshot` and show it. The thread never touches Streamlit, and hangs on
no browser session: a closed tab changes nothing.
"""

import atexit
import copy
import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from mlmusic.app.faults import reason
from mlmusic.app.garbage import freeze_garbage
from mlmusic.app.pace import Pace
from mlmusic.app.snapshot import ACTIVE, Moment, Phase, Snapshot
from mlmusic.digits.checkpoints import Checkpoints
from mlmusic.digits.history import History
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.resume import Continuation
from mlmusic.digits.run import Ending, Origin, Run
from mlmusic.digits.training import Training, train
from mlmusic.digits.weights import pack_weights
from mlmusic.errors import InputError

Order = Literal["run", "pause", "step", "stop"]

EXIT_SECONDS = 10.0  # how long the end of the program waits for a step and for saving

_log = logging.getLogger(__name__)


class Trainer:
    """Runs one training at a time in a thread of its own. All methods are thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._order: Order = "pause"
        self._phase: Phase = "idle"
        self._number = 0
        self._thread: threading.Thread | None = None
        self._recipe: Recipe | None = None
        self._forget()
        atexit.register(self.close)

    def _forget(self) -> None:
        """Clear what is known of the last run."""
        self._started: datetime | None = None
        self._training: Training | None = None
        self._history = History()
        self._progress: Progress | None = None
        self._pace = Pace()
        self._message = ""
        self._run: Run | None = None
        self._origin: Origin | None = None
        self._checkpoints: Checkpoints | None = None
        self._unsaved = False
        self._moment: Moment | None = None  # that somebody has asked for
        self._moment_wanted = False

    def start(
        self, recipe: Recipe, *, paused: bool = False, continuation: Continuation | None = None
    ) -> bool:
        """Start a run; return False, and change nothing, if one is going on.

        With a continuation, that training goes on, and the recipe is its own.
        """
        with self._changed:
            if self._phase in ACTIVE:
                return False
            self._forget()
            self._phase, self._recipe = "starting", recipe
            self._order = "step" if paused else "run"
            self._number += 1
            self._started = datetime.now().astimezone()
            if continuation:
                self._history, self._origin = continuation.history, continuation.origin
            self._checkpoints = Checkpoints(started=self._started, origin=self._origin)
            self._thread = threading.Thread(
                target=self._work,
                args=(recipe, continuation.training if continuation else None),
                name="trainer",
                daemon=True,
            )
            self._thread.start()
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
            training = self._training
            return Snapshot(
                phase=self._phase,
                number=self._number,
                recipe=self._recipe,
                started=self._started,
                device=training.device.type if training else "",
                arithmetic=str(training.arithmetic) if training else "",
                progress=self._progress,
                history=self._history.copy(),
                images_per_second=self._pace.images_per_second,
                network=training.network if training else None,
                sampled=training.sampled if training else None,
                message=self._message,
                run=self._run,
                identity=self._checkpoints.identity if self._checkpoints else "",
                origin=self._origin,
                unsaved=self._unsaved,
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
        if self._training and self._progress:
            network = copy.deepcopy(self._training.network).cpu()
            self._moment = Moment(self._number, self._progress.step, network)
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
            training = None if self._phase in ACTIVE else self._training
        return pack_weights(training.network) if training else None

    def save_again(self) -> None:
        """Try once more to keep a run that could not be saved."""
        with self._changed:
            if self._unsaved and self._phase in ("finished", "stopped", "failed"):
                self._message = self._keep(self._phase)

    def _work(self, recipe: Recipe, training: Training | None) -> None:
        """Train until the end, an order to stop, or a failure; then keep the run."""
        status: Ending = "failed"
        message = "Training ended by a fault of the program; the server's log has the details."
        try:
            training = training or Training(recipe)
            mnist = load_mnist()
            freeze_garbage("training")
            with self._changed:
                self._training = training
                self._phase = "running"
            status = self._follow(training, train(training, mnist))
            message = ""
        except InputError as error:
            message = f"Training ended: {error}."
        except (RuntimeError, MemoryError) as error:  # PyTorch's, out of memory among them
            _log.exception("training failed")
            message = f"Training ended: {reason(error, recipe)}."
        finally:
            self._finish(status, message)

    def _follow(self, training: Training, items: Iterator[Progress]) -> Ending:
        """Take the items of a run as fast as the orders allow."""
        while self._may_go_on():
            progress = next(items, None)
            if progress is None:
                return "finished"
            with self._changed:
                self._history.add(progress)
                self._progress = progress
                self._pace.add(train_seconds=progress.train_seconds, images=progress.images)
                if self._order == "step" and progress.completes_step:
                    self._order = "pause"
                self._changed.notify_all()
            self._checkpoint(training)
        return "stopped"

    def _checkpoint(self, training: Training) -> None:
        """Keep the run so far, from time to time; where that fails, say so and go on."""
        assert self._checkpoints
        if not self._checkpoints.is_due:
            return
        message = ""
        try:
            self._checkpoints.write(training, self._history)
        except OSError as error:
            message = (
                f"The run cannot be kept at the moment ({error.strerror or error}). Training "
                "goes on, in memory alone."
            )
        with self._changed:
            self._message = message

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

    def _finish(self, status: Ending, message: str) -> None:
        """Keep the run if it got anywhere, and tell everybody that it is over."""
        try:
            message = f"{message} {self._keep(status)}".strip()
        finally:
            with self._changed:
                self._phase, self._message = status, message
                self._changed.notify_all()

    def _keep(self, status: Ending) -> str:
        """Save the run; return why that failed, or nothing."""
        earlier = self._origin.steps if self._origin else 0
        if not (self._training and self._checkpoints and len(self._history.losses) > earlier):
            return ""
        self._unsaved = True
        try:
            self._run = self._checkpoints.finish(self._training, self._history, status)
        except OSError as error:
            return (
                f"The run could not be saved ({error.strerror or error}). "
                "It stays here until the next run or until the app ends."
            )
        self._unsaved = False
        return ""


_TRAINER = Trainer()


def trainer() -> Trainer:
    """Return the one trainer of this process."""
    return _TRAINER
