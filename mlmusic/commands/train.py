"""``train``: a training run with a progress bar."""

import argparse
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mlmusic.commands.interruption import interruption
from mlmusic.commands.parsers import Subparsers
from mlmusic.digits.checkpoints import Checkpoints
from mlmusic.digits.checks import finite
from mlmusic.digits.distributed import DistributedTraining, is_launched, process_group
from mlmusic.digits.files import replace_file
from mlmusic.digits.history import History
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import CHOICES, MACHINE, RECIPES, named_recipe
from mlmusic.digits.resume import is_unfinished, resume
from mlmusic.digits.run import Ending, Origin
from mlmusic.digits.run_lock import is_locked
from mlmusic.digits.runs import last_whole_test, list_runs
from mlmusic.digits.training import DivergedError, Training, train
from mlmusic.digits.weights import pack_weights
from mlmusic.errors import InputError

# Options that change a field of the recipe.
NUMBERS = {
    "epochs": (int, "passes over the training images"),
    "training_images": (int, "how many of the 60,000 to use"),
    "batch_size": (int, "images a step"),
    "learning_rate": (float, "how far a step goes"),
    "momentum": (float, "share of the last update that is kept, 0 to below 1"),
    "seed": (int, "the same seed gives the same run"),
}


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the options of ``train``."""
    parser = subparsers.add_parser("train", help="train AlexNet on MNIST and keep the run")
    parser.add_argument("--recipe", choices=RECIPES, help="notebook, if none is given")
    for name, (kind, help_text) in NUMBERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar="N", help=help_text)
    for name in MACHINE:
        parser.add_argument(f"--{name.replace('_', '-')}", choices=CHOICES[name])
    parser.add_argument(
        "--save", type=Path, metavar="W.safetensors", help="also write the weights here"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the newest run that did not reach its end, from its last checkpoint",
    )
    return parser


def run(options: argparse.Namespace) -> dict[str, Any] | None:
    """Train, keep the run, and return what it came to; None but in the main process."""
    if not is_launched():
        return _train(options, Training)
    with process_group() as is_main:
        return _train(options, DistributedTraining, is_main=is_main)


def _train(
    options: argparse.Namespace, kind: type[Training], *, is_main: bool = True
) -> dict[str, Any] | None:
    """Train; in the main process also keep the run and return what it came to."""
    if options.save and not options.save.absolute().parent.is_dir():
        raise InputError(f"the folder of {options.save} does not exist; make it first")
    if options.save and options.save.is_dir():
        raise InputError(f"{options.save} is a folder; give the path of a .safetensors file")
    started = datetime.now().astimezone()
    training, history, origin = _begun(options, kind)
    recipe = training.recipe
    items = train(training, load_mnist())
    if not is_main:
        deque(items, maxlen=0)  # the same steps, in silence
        return None
    checkpoints = Checkpoints(started=started, origin=origin)
    try:
        checkpoints.hold()
        saved = _kept(items, training, history, checkpoints, options.save)
    finally:
        checkpoints.release()
    test = training.evaluation or last_whole_test(history)  # of the last epoch's end
    assert test
    return {
        "recipe": recipe.name,
        "seed": recipe.seed,
        "device": training.device.type,
        "precision": training.arithmetic.precision,
        "memory_format": training.arithmetic.memory_format,
        "epochs": recipe.epochs,
        "steps": training.step,
        "train_seconds": training.train_seconds,
        "images_per_second": (
            training.images / training.train_seconds if training.train_seconds else 0.0
        ),
        "test_accuracy": test.accuracy,
        "test_loss": finite(test.loss),
        "saved": str(saved),
    }


def _kept(
    items: Iterable[Progress],
    training: Training,
    history: History,
    checkpoints: Checkpoints,
    path: Path | None,
) -> Path:
    """Train, keep the run however it ends, and return where its weights are."""
    first = training.step
    try:
        with interruption() as is_interrupted:
            for _ in _followed(items, history, first=first, total=training.last_step):
                if is_interrupted():
                    raise KeyboardInterrupt
                _checkpoint(checkpoints, training, history)
    except (DivergedError, KeyboardInterrupt) as error:
        status: Ending = "failed" if isinstance(error, DivergedError) else "stopped"
        if training.step > first:
            _finish(training, history, checkpoints, status)
        raise
    return _finish(training, history, checkpoints, "finished", path)


def _finish(
    training: Training,
    history: History,
    checkpoints: Checkpoints,
    status: Ending,
    path: Path | None = None,
) -> Path:
    """Keep the run that has ended and return where its weights are.

    They are written to the path as well, if there is one. Where neither can be done, they are
    written into a temporary folder: a disk that is full costs no network.
    """
    weights, reason, kept = pack_weights(training.network), "", None
    try:
        kept = checkpoints.finish(training, history, status).weights
    except OSError as error:
        reason = error.strerror or str(error)
    try:
        if path:
            replace_file(path.absolute(), weights)
            kept = path.absolute()
    except OSError:
        if kept:
            raise
    if not kept:
        kept = Path(tempfile.mkdtemp(prefix="mlmusic-")) / "weights.safetensors"
        replace_file(kept, weights)
    if reason:
        _warn(f"the run cannot be kept ({reason}); its network is in {kept}")
    return kept


def _begun(
    options: argparse.Namespace, kind: type[Training]
) -> tuple[Training, History, Origin | None]:
    """Return a new run, or with ``--resume`` the one that goes on, and what came before it."""
    changes = {name: getattr(options, name) for name in ("recipe", *NUMBERS, *MACHINE)}
    given = {name: value for name, value in changes.items() if value is not None}
    if not options.resume:
        return kind(named_recipe(given.pop("recipe", "notebook"), **given)), History(), None
    if given:
        option = next(iter(given)).replace("_", "-")
        raise InputError(f"--resume goes on with the run's own recipe; leave --{option} out")
    if kind is not Training:
        raise InputError("--resume goes on in one process; start it without torchrun")
    runs, problems = list_runs()
    for problem in problems:
        _warn(problem)
    continued = {run.origin.folder for run in runs if run.origin and run.status != "failed"}
    for run in runs:
        if run.status == "failed" or run.folder.name in continued:
            continue
        if is_unfinished(run) and not is_locked(run.folder.parent, run.identity):
            continuation = resume(run)
            return continuation.training, continuation.history, continuation.origin
    raise InputError("there is no run to go on with; start a new one without --resume")


def report(result: dict[str, Any]) -> str:
    """Return the result in words."""
    return (
        f"Test accuracy {result['test_accuracy']:.2%} after {result['steps']:,} steps "
        f"({result['train_seconds']:.0f} s, {result['images_per_second']:,.0f} images/s, "
        f"{result['device']}, {result['precision']}).\nSaved: {result['saved']}"
    )


def _followed(
    items: Iterable[Progress], history: History, *, first: int, total: int
) -> Iterator[Progress]:
    """Fill the history while a progress bar moves; yield what is in it."""
    with tqdm(initial=first, total=total, unit="step", file=sys.stderr) as bar:
        for progress in items:
            history.add(progress)
            bar.update(progress.step - bar.n)
            bar.set_description(f"epoch {progress.epoch}/{progress.epochs}", refresh=False)
            shown = {"loss": f"{progress.loss:.3f}"}
            if history.tests:
                shown["test accuracy"] = f"{history.tests[-1].accuracy:.2%}"
            bar.set_postfix(shown, refresh=False)
            yield progress


def _checkpoint(checkpoints: Checkpoints, training: Training, history: History) -> None:
    """Keep the run so far, from time to time; where that fails, say so and go on."""
    if not checkpoints.is_due:
        return
    try:
        checkpoints.write(training, history)
    except OSError as error:
        reason = error.strerror or error
        _warn(f"the run cannot be kept at the moment ({reason}); it goes on, in memory alone")


def _warn(sentence: str) -> None:
    tqdm.write(f"train: {sentence}", file=sys.stderr)
