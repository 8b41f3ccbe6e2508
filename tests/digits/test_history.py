import csv
import io
import json
import math
from dataclasses import replace

import pytest

from mlmusic.digits.history import History
from mlmusic.digits.progress import Progress, TestResult
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


def test_a_loss_beyond_all_numbers_survives_as_json_can_hold_it(history: History) -> None:
    history.tests[0] = replace(TEST, loss=math.inf)
    text = json.dumps(history.to_dict(), allow_nan=False)
    again = History.from_dict(json.loads(text))
    assert math.isnan(again.tests[0].loss)
    assert again.tests[0].accuracy == 0.5


def test_a_large_loss_is_a_loss(history: History) -> None:
    history.losses[1] = 3.4e38
    assert History.from_dict(history.to_dict()) == history


@pytest.mark.parametrize("name", ["losses", "tests", "epoch_ends"])
@pytest.mark.parametrize("value", [None, 3, "", "abc", {}, [None], [[]], [math.inf], [True]])
def test_damaged_fields_are_refused(history: History, name: str, value: object) -> None:
    fields = history.to_dict()
    del fields[name]
    with pytest.raises(InputError, match=f"the history cannot be read .*{name}"):
        History.from_dict(fields)
    with pytest.raises(InputError, match="the history cannot be read"):
        History.from_dict(fields | {name: value})


@pytest.mark.parametrize("loss", [math.nan, 10**400, 1e39, -1.0, "2.0"])
def test_a_training_loss_that_is_no_number_is_refused(history: History, loss: object) -> None:
    with pytest.raises(InputError, match=r"losses=.* is not a number from 0 to 3\.5e\+38"):
        History.from_dict(history.to_dict() | {"losses": [2.0, loss]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", "1"),
        ("step", 1.5),
        ("step", -1),
        ("images", 10**30),
        ("loss", math.nan),
        ("loss", "x"),
        ("accuracy", "y"),
        ("accuracy", 55),
        ("accuracy", None),
        ("accuracy", math.nan),
    ],
)
def test_an_odd_value_of_a_test_is_refused_by_name(
    history: History, name: str, value: object
) -> None:
    fields = history.to_dict()
    fields["tests"][0][name] = value
    with pytest.raises(InputError, match=rf"the history cannot be read \(tests\.{name}="):
        History.from_dict(fields)


def test_a_test_of_the_sample_within_an_epoch_ends_none() -> None:
    history = History()
    history.add(replace(STEP, test=replace(TEST, step=1, images=1000)))
    assert history.epoch_ends == []
    assert len(history.tests) == 1
