"""The network that comes with mlmusic."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import torch

from mlmusic.digits import embedded
from mlmusic.digits.embedded import FOLDER, default_network, embed, embedded_run
from mlmusic.digits.evaluation import evaluate
from mlmusic.digits.history import History
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.recipe import Recipe, named_recipe
from mlmusic.digits.run import read_run
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training


@pytest.mark.slow
def test_it_reads_what_it_is_stated_to_read(mnist: Mnist) -> None:
    run = embedded_run()
    evaluation = evaluate(run.load_network(), mnist.test_images, mnist.test_labels)
    assert run.test_accuracy is not None
    assert run.test_accuracy >= 0.994
    assert evaluation.accuracy == pytest.approx(run.test_accuracy, abs=2e-4)  # other processors
    assert evaluation.loss == pytest.approx(run.test_loss, rel=0.02)


def test_it_comes_of_the_projects_own_recipe() -> None:
    run = embedded_run()
    assert run.recipe == named_recipe("accurate", precision="float32", seed=0)
    assert (run.status, run.steps) == ("finished", 3000)


def test_it_is_stored_in_half_precision() -> None:
    assert 6_500_000 < (FOLDER / "weights.safetensors").stat().st_size < 6_600_000


def test_a_run_is_embedded_with_what_its_halved_weights_are_worth(
    tmp_path: Path, short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "load_mnist", lambda: short_mnist)
    training = Training(Recipe(training_images=100, precision="float32", device="cpu"))
    started = datetime(2026, 3, 1, tzinfo=UTC)
    run = save_run(training, History(), status="stopped", started=started)
    evaluation = embed(run, tmp_path / "network")
    kept = read_run(tmp_path / "network")
    assert kept.test_accuracy == evaluation.accuracy
    assert kept.recipe == run.recipe
    weights = kept.load_network().fc1.weight
    assert weights.dtype == torch.float32
    assert torch.equal(weights, training.network.fc1.weight.half().float())


def test_the_newest_run_comes_first_and_the_embedded_network_else() -> None:
    assert torch.equal(default_network().fc2.bias, embedded_run().load_network().fc2.bias)
    training = Training(Recipe(device="cpu", precision="float32"))
    save_run(training, History(), status="stopped", started=datetime(2026, 3, 1, tzinfo=UTC))
    assert torch.equal(default_network().fc2.bias, training.network.fc2.bias)
