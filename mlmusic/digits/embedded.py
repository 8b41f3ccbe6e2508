"""The network that comes with mlmusic, so that a newcomer draws at once.

It is a run as `runs` keeps them, without its curve, and with its weights in half the
precision. Its ``run.json`` has its recipe, its seed, and the accuracy that the halved
weights were measured to have. It is made again by

    python -m mlmusic train --recipe accurate --seed 0 --precision float32
    python -m mlmusic embed
"""

from dataclasses import replace
from pathlib import Path

from mlmusic.digits.evaluation import Evaluation, evaluate
from mlmusic.digits.files import pack_json, replace_file
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.run import RUN, WEIGHTS, Run, read_run, run_fields
from mlmusic.digits.runs import list_runs, newest_run
from mlmusic.digits.weights import pack_weights, unpack_weights

FOLDER = Path(__file__).parents[1] / "data" / "network"
NAME = "embedded network"


def embedded_run() -> Run:
    """Return the run whose network comes with mlmusic."""
    return read_run(FOLDER)


def default_network(folder: Path | None = None) -> AlexNet:
    """Return the network of the newest run that did not fail, else the embedded one."""
    run = newest_run(list_runs(folder)[0]) or embedded_run()
    return run.load_network()


def embed(run: Run, folder: Path = FOLDER) -> Evaluation:
    """Write a run's network as the one that comes with mlmusic; return what it is worth.

    Parameters
    ----------
    run : Run
    folder : Path
        Where to; its network, if there is one, is replaced.

    Raises
    ------
    InputError
        If the run's weights cannot be used.
    OSError
        If the folder cannot be written.
    """
    content = pack_weights(run.load_network(), half=True)
    mnist = load_mnist()
    halved = unpack_weights(content, name=WEIGHTS)
    evaluation = evaluate(halved, mnist.test_images, mnist.test_labels)
    kept = replace(run, name=NAME, test_accuracy=evaluation.accuracy, test_loss=evaluation.loss)
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / WEIGHTS, content)
    replace_file(folder / RUN, pack_json(run_fields(kept)))
    return evaluation
