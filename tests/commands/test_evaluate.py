"""``evaluate`` on the command line."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mlmusic.__main__ import main
from mlmusic.commands import evaluate as command
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.history import History
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import new_network
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training
from mlmusic.digits.weights import pack_weights


@pytest.fixture
def short(short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command read 1,100 test images."""
    monkeypatch.setattr(command, "load_mnist", lambda: short_mnist)


def evaluate(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["evaluate", "--json", *map(str, arguments)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.slow
def test_the_newest_run_is_evaluated(trained: Training, capsys: pytest.CaptureFixture[str]) -> None:
    save_run(trained, History(), status="finished", started=datetime.now().astimezone())
    found = evaluate(capsys)
    assert set(found) == {"precision", "test_accuracy", "correct", "total", "confusion"}
    confusion = np.array(found["confusion"])
    assert confusion.shape == (10, 10)
    assert confusion.sum(axis=1)[:3].tolist() == [980, 1135, 1032]  # the test set's digits
    assert found["total"] == confusion.sum() == 10_000
    assert found["correct"] == np.trace(confusion)
    assert found["test_accuracy"] == found["correct"] / 10_000
    assert found["test_accuracy"] > 0.95


def test_a_file_of_weights_is_evaluated_and_reported_in_words(
    tmp_path: Path, short: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "untrained.safetensors"
    path.write_bytes(pack_weights(new_network(seed=0)))
    assert main(["evaluate", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Test accuracy ")
    assert "of 1,100 images read right" in out
    assert len(out.splitlines()) == 14


def test_without_a_run_the_embedded_network_is_evaluated(
    short: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert evaluate(capsys)["test_accuracy"] >= 0.99


def test_half_precision_is_asked_for(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[bool] = []

    def note(*arguments: Any, bfloat16: bool, **options: Any) -> Evaluation:
        asked.append(bfloat16)
        labels = mnist.test_labels[:10]
        return Evaluation(torch.eye(10)[labels], labels, 0.0, 1.0)

    monkeypatch.setattr(command, "evaluate", note)
    assert evaluate(capsys)["precision"] == "float32"
    assert evaluate(capsys, "--precision", "bfloat16")["precision"] == "bfloat16"
    assert asked == [False, True]


def test_what_is_no_network_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"no weights")
    assert main(["evaluate", str(path)]) == 2
    error = capsys.readouterr().err
    assert "weights.safetensors is not a safetensors file" in error
    assert error.count("\n") == 1
