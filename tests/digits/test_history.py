import csv
import io
import json
from dataclasses import replace

import pytest

from mlmusic.digits.history import History
from mlmusic.digits.training import Progress, TestResult
from mlmusic.errors import InputError

STEP = Progress(
    step=1, steps=2, epoch=1, epochs=1, loss=2.0, learning_rate=0.1, images=5, train_seconds=0.5
)
TEST = TestResult(step=2, images=10_000, loss=1.25, accuracy=0.5)


@pytest.fixture
def history() -> History:
    history = History()
    history.add(STEP)
    history.add(replace(STEP, step=2, loss=1.5))
    history.add(replace(STEP, step=2, loss=1.5, is_step=False, tested=0.5))
    history.add(replace(STEP, step=2, loss=1.5, is_step=False, tested=1.0, test=TEST))
    return history


def test_steps_and_tests_are_taken_in_once(history: History) -> None:
    assert history == History(losses=[2.0, 1.5], tests=[TEST], epoch_ends=[2])


def test_it_survives_json(history: History) -> None:
    assert History.from_dict(json.loads(json.dumps(history.to_dict()))) == history


def test_a_copy_does_not_grow_with_the_original(history: History) -> None:
    copy = history.copy()
    history.add(replace(STEP, step=3))
    assert len(copy.losses) == 2


def test_the_table_has_a_line_a_step(history: History) -> None:
    rows = list(csv.DictReader(io.StringIO(history.to_csv())))
    assert [row["training_loss"] for row in rows] == ["2.0", "1.5"]
    assert [row["test_accuracy"] for row in rows] == ["", "0.5"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"losses": "abc", "tests": [], "epoch_ends": []}, {"losses": [None]}, {"losses": 3}],
)
def test_damaged_fields_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InputError, match="the history cannot be read"):
        History.from_dict(fields)
