import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import trainer as trainer_module
from mlmusic.app.markdown import escape
from mlmusic.app.names import different
from mlmusic.app.saved_runs import ACCURACY_POINTS, LOSS_POINTS, _points
from mlmusic.app.trainer import Trainer
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import Recipe, named_recipe
from mlmusic.digits.runs import Run, list_runs, save_run
from mlmusic.digits.training import Training

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMALL = Recipe(epochs=1, training_images=200, precision="float32", device="cpu")
SECONDS = 120.0


@pytest.fixture(autouse=True)
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    """A trainer of the test's own."""
    trainer = Trainer()
    monkeypatch.setattr(trainer_module, "_TRAINER", trainer)
    yield trainer
    trainer.close()


def keep(hours: int, recipe: Recipe = SMALL, *, steps: int | None = None) -> Run:
    """Keep a run as if it had been trained for so many steps (by default all)."""
    training = Training(recipe)
    training.step = recipe.steps if steps is None else steps
    losses = [2.3 - 0.01 * step for step in range(training.step)]
    tests = [TestResult(training.step, 1000, 1.0, 0.5), TestResult(training.step, 10_000, 1.0, 0.6)]
    started = NOON + timedelta(hours=hours)
    return save_run(training, History(losses, tests), status="finished", started=started)


def open_page() -> AppTest:
    main = Path(__file__).parents[2] / "streamlit_app.py"
    app = AppTest.from_file(str(main), default_timeout=SECONDS)
    return app.switch_page("pages/1_Train.py").run()


def tick(page: AppTest, *rows: int) -> AppTest:
    page.session_state[page.dataframe[0].key] = {"selection": {"rows": list(rows)}}
    return page.run()


def button(page: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(one for one in page.button if one.label == label)


def charts(page: AppTest) -> list[str]:
    return [chart.proto.spec for chart in page.get("vega_lite_chart")]


def texts(page: AppTest) -> str:
    return "\n".join(
        one.value for one in (*page.markdown, *page.caption, *page.warning, *page.error, *page.info)
    )


def test_the_table_has_the_runs_the_newest_first() -> None:
    keep(0)
    keep(1, named_recipe("fast", training_images=300, precision="float32", device="cpu"))
    page = open_page()
    assert not page.exception
    table = page.dataframe[0].value
    assert table["Recipe"].tolist() == ["custom", "custom"]
    assert table["Steps"].tolist() == [3, 2]
    assert table["Test accuracy"].tolist() == [60.0, 60.0]
    assert table["Computed on"].tolist() == ["cpu, float32"] * 2
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


def test_a_run_is_renamed() -> None:
    keep(0)
    page = tick(open_page(), 0)
    page.text_input[0].set_value("  <b>my</b> *run*  ")
    button(page, "Rename").click()
    page.run()
    assert list_runs()[0][0].name == "<b>my</b> *run*"
    page.text_input[0].set_value("   ")
    button(page, "Rename").click()
    page.run()
    assert "a run needs a name" in page.error[0].value
    assert list_runs()[0][0].name == "<b>my</b> *run*"


def test_a_run_is_deleted_once_that_is_confirmed() -> None:
    keep(0)
    kept = keep(1)
    page = tick(open_page(), 1)
    button(page, "Delete").click().run()
    assert len(list_runs()[0]) == 2
    button(page, "Keep it").click().run()
    button(page, "Delete").click().run()
    button(page, "Delete for good").click().run()
    assert list_runs()[0] == [kept]
    page.run()
    assert not page.exception
    assert page.dataframe[0].value["Name"].tolist() == [kept.name]


def test_a_run_is_continued(trainer: Trainer) -> None:
    old = keep(0)
    page = tick(open_page(), 0)
    assert "schedule has ended" not in texts(page)
    button(page, "Continue").click()
    page.run()
    assert trainer.wait(SECONDS)
    newest = list_runs()[0][0]
    assert newest.origin is not None
    assert newest.origin.folder == old.folder.name
    assert (newest.steps, newest.epochs) == (4, 2)
    page.run()
    assert page.dataframe[0].value["Continues"].dropna().tolist() == [old.name]


def test_the_page_says_that_a_new_schedule_begins() -> None:
    keep(0, named_recipe("fast", training_images=200, precision="float32", device="cpu"))
    page = tick(open_page(), 0)
    assert "Its one-cycle schedule has ended: a new one begins" in texts(page)


def test_a_run_that_has_not_ended_can_be_finished(trainer: Trainer) -> None:
    keep(0, steps=1)
    page = tick(open_page(), 0)
    button(page, "Finish the run").click()
    page.run()
    assert trainer.wait(SECONDS)
    newest = list_runs()[0][0]
    assert (newest.steps, newest.epochs, newest.status) == (2, 1, "finished")


def test_what_cannot_be_continued_is_said_in_a_sentence(trainer: Trainer) -> None:
    run = keep(0)
    page = tick(open_page(), 0)
    next(one for one in page.number_input if one.label == "More epochs").set_value(0)
    button(page, "Continue").click()
    page.run()
    assert "0 more epochs are too few" in page.error[0].value
    run.weights.write_bytes(b"rubbish")
    next(one for one in page.number_input if one.label == "More epochs").set_value(1)
    button(page, "Continue").click()
    page.run()
    assert "is not a safetensors file of weights" in page.error[0].value
    assert trainer.snapshot().number == 0


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


def test_runs_of_the_same_name_are_told_apart() -> None:
    assert different(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]
    assert different(["a", "a", "a (2)"]) == ["a", "a (3)", "a (2)"]
    assert different(["a (2)", "a", "a", "a (2)"]) == ["a (2)", "a", "a (3)", "a (2) (2)"]


def test_a_name_is_shown_as_it_is() -> None:
    assert escape(":red[x] $y$ <b> **z**") == r"\:red\[x\] \$y\$ \<b\> \*\*z\*\*"
