"""The table of the runs that were kept, and their curves, without a browser."""

import json
import math
from pathlib import Path

import pytest

from mlmusic.app.markdown import escape
from mlmusic.app.saved_runs import ACCURACY_POINTS, LOSS_POINTS, _points
from mlmusic.app.trainer import Trainer
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.training import Training
from tests.pages.training import (
    NOON,
    SECONDS,
    SMALL,
    button,
    charts,
    keep,
    open_page,
    texts,
    tick,
)

pytestmark = pytest.mark.usefixtures("trainer", "short_tests")


def test_the_table_has_the_runs_the_newest_first() -> None:
    keep(0)
    keep(1, named_recipe("fast", training_images=300, precision="float32", device="cpu"))
    page = open_page()
    assert not page.exception
    table = page.dataframe[0].value
    assert table["Recipe"].tolist() == ["custom", "custom"]
    assert table["Steps"].tolist() == [5, 2]
    assert table["Test accuracy"].tolist() == [60.0, 60.0]
    assert table["Computed on"].tolist() == ["cpu, float32, channels last"] * 2
    assert table["Status"].tolist() == ["finished"] * 2
    assert "Tick a run" in texts(page)


def test_without_runs_a_sentence_says_what_will_be_here() -> None:
    page = open_page()
    assert not page.dataframe
    assert "Every run that ends is kept here" in texts(page)


def test_ticked_runs_are_laid_over_one_another() -> None:
    keep(0)
    keep(1)
    page = tick(open_page(), 0, 1)
    assert not page.exception
    spec = next(spec for spec in charts(page) if "Loss curves of the chosen runs" in spec)
    for run in list_runs()[0]:
        assert run.name in spec
    assert any("Test accuracy of the chosen runs" in spec for spec in charts(page))


def test_ticks_stay_with_their_run_when_another_one_appears() -> None:
    old = keep(0)
    page = tick(open_page(), 0)
    new = keep(1)
    page.run()
    assert page.dataframe[0].value["Name"].tolist() == [new.name, old.name]
    assert f"**{escape(old.name)}**" in texts(page)
    assert f"**{escape(new.name)}**" not in texts(page)


def test_damaged_runs_are_named_and_the_others_shown() -> None:
    keep(0)
    broken = keep(1)
    (broken.folder / "run.json").write_text("{")
    curveless = keep(2)
    (curveless.folder / "history.json").unlink()
    page = tick(open_page(), 0, 1)
    assert not page.exception
    warnings = " ".join(one.value for one in page.warning).replace("\\", "")
    assert (
        f"The run in {broken.folder.name} was skipped: run.json is missing or damaged" in warnings
    )
    assert f"The curve of {curveless.name} is not shown: history.json is missing" in warnings
    assert len(page.dataframe[0].value) == 2
    assert any("Loss curves of the chosen runs" in spec for spec in charts(page))


def test_odd_values_in_runs_take_no_page_down() -> None:
    odd: tuple[dict[str, object], ...] = (
        {"steps": 10**30},
        {"steps": math.inf},
        {"train_seconds": 10**400},
        {"started": "0001-01-01T00:00:00+14:00"},
        {"origin": {"folder": "zero", "name": 5, "steps": "x"}},
        {"name": "half of \ud83d"},
    )
    for changes in (*odd, {"started": "2026-03-01T12:00:00", "name": "local"}):
        path = keep(0).folder / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    (keep(1).folder / "history.json").write_text(
        '{"losses": [], "tests": [], "epoch_ends": [Infinity]}'
    )
    page = tick(open_page(), 0, 1)
    assert not page.exception
    warnings = [one.value.replace("\\", "") for one in page.warning]
    assert len([one for one in warnings if "was skipped: run.json cannot be read" in one]) == 6
    assert len([one for one in warnings if "epoch_ends=inf is not a whole number" in one]) == 1
    assert page.dataframe[0].value["Name"].tolist()[1:] == ["local"]


def test_a_run_that_could_not_be_saved_is_offered_and_saved_later(
    trainer: Trainer, runs_home: Path
) -> None:
    runs_home.write_text("a file where the folder should be")
    trainer.start(SMALL)
    assert trainer.wait(SECONDS)
    page = open_page()
    assert "The run could not be saved" in texts(page)
    runs_home.unlink()
    button(page, "Save again").click().run()
    assert len(page.dataframe[0].value) == 1
    assert "could not be saved" not in texts(page)


@pytest.mark.parametrize("runs", [1, 3, 8])
def test_few_points_are_sent_and_the_peak_is_among_them(runs: int) -> None:
    training = Training(SMALL)
    losses = [2.0] * 50_000
    losses[25_000] = 100.0
    tests = [TestResult(step, 1000, 1.0, 0.5) for step in range(20, 50_000, 20)]
    run = save_run(training, History(losses, tests), status="stopped", started=NOON)
    loss, accuracy = _points(str(run.folder), 50_000, runs, run)
    assert runs * len(loss) <= LOSS_POINTS
    assert runs * len(accuracy) <= ACCURACY_POINTS
    assert max(value for _, value in loss) == pytest.approx(2 + 0.05 * 98)
