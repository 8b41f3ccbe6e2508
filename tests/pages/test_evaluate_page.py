"""The Evaluate page, driven without a browser."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import trainer as trainer_module
from mlmusic.app.networks import IN_TRAINING
from mlmusic.app.trainer import Trainer
from mlmusic.digits.history import History
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.runs import Run, save_run
from mlmusic.digits.training import Training

ROOT = Path(__file__).parents[2]
DRAWINGS = ROOT / "tests" / "drawings"


@pytest.fixture
def run(trained: Training) -> Run:
    return keep(trained)


def keep(trained: Training, *, minutes_ago: float = 0) -> Run:
    started = datetime.now().astimezone() - timedelta(minutes=minutes_ago)
    return save_run(trained, History(), status="finished", started=started)


def open_page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert not app.exception
    return app


def draw(app: AppTest, strokes: object) -> AppTest:
    app.session_state["sketch"] = {"strokes": strokes}
    app.run()
    assert not app.exception
    return app


def guessed(app: AppTest, name: str) -> AppTest:
    return draw(app, json.loads((DRAWINGS / f"{name}.json").read_text()))


def metric(app: AppTest, label: str) -> str:
    return str(next(item.value for item in app.metric if item.label == label))


def captions(app: AppTest) -> str:
    return " ".join(str(item.value) for item in app.caption)


def test_without_a_run_the_network_that_comes_with_mlmusic_reads() -> None:
    app = guessed(open_page(), "7-crossed")
    assert metric(app, "Prediction") == "7"


def test_the_accuracy_is_measured_on_all_test_images(run: Run) -> None:
    app = open_page()
    for _ in range(200):  # each run of the page measures a slice
        if metric(app, "Test accuracy") != "–":
            break
        app.run()
    assert metric(app, "Test accuracy") == f"{run.test_accuracy:.2%}"
    assert "of 10,000 test digits read right" in captions(app)


def test_an_empty_pad_predicts_nothing(run: Run) -> None:
    app = open_page()
    assert metric(app, "Prediction") == "–"
    assert "The pad is empty." in captions(app)


@pytest.mark.parametrize("name", ["0-round", "1-plain", "7-crossed"])
def test_a_drawing_is_read(run: Run, name: str) -> None:
    app = guessed(open_page(), name)
    assert metric(app, "Prediction") == name[0]
    assert "sure" in captions(app)
    draw(app, [])
    assert metric(app, "Prediction") == "–"


def test_a_slip_of_the_pen_predicts_nothing(run: Run) -> None:
    app = draw(open_page(), [[[100, 100], [103, 104]]])
    assert metric(app, "Prediction") == "–"
    assert "Too small to read." in captions(app)


def test_strokes_that_are_none_are_refused_in_a_sentence(run: Run) -> None:
    app = draw(open_page(), [[["a", "b"]]])
    assert metric(app, "Prediction") == "–"
    assert "This cannot be read: each stroke must be" in captions(app)


def test_the_newest_run_is_chosen_and_a_choice_stays(trained: Training) -> None:
    older, newer = keep(trained, minutes_ago=5), keep(trained)
    app = open_page()
    assert app.selectbox(key="network").value == newer.folder.name
    app.selectbox(key="network").set_value(older.folder.name).run()
    app.switch_page("streamlit_app.py").run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert app.selectbox(key="network").value == older.folder.name
    newest = keep(trained, minutes_ago=-1)
    app.run()
    assert app.selectbox(key="network").value == newest.folder.name


def test_a_network_that_cannot_be_used_is_named_and_another_can_be_chosen(
    trained: Training,
) -> None:
    good, damaged = keep(trained, minutes_ago=5), keep(trained)
    damaged.weights.write_bytes(b"no weights")
    app = open_page()
    assert "not a safetensors file" in app.error[0].value
    app.selectbox(key="network").set_value(good.folder.name).run()
    assert not app.error
    assert metric(app, "Prediction") == "–"


def test_weights_that_may_not_be_read_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", "weights.safetensors")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    app = open_page()
    assert "This network cannot be used: " in app.error[0].value
    assert "Permission denied" in app.error[0].value


def test_a_drawing_is_still_there_after_a_visit_to_another_page(run: Run) -> None:
    app = guessed(open_page(), "7-plain")
    app.switch_page("streamlit_app.py").run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert metric(app, "Prediction") == "7"


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def texts(app: AppTest) -> str:
    return " ".join(str(item.value) for item in app.markdown)


def load(app: AppTest, content: bytes) -> AppTest:
    app.file_uploader(key="load_drawings").set_value(("d.json", content, "application/json")).run()
    assert not app.exception
    return app


def test_before_a_guess_there_is_nothing_to_judge(run: Run) -> None:
    app = open_page()
    buttons = {button.label: button for button in app.button}
    assert buttons["Right"].disabled
    assert buttons["Wrong"].disabled


def test_a_drawing_that_was_read_right_is_counted_and_leaves_the_pad(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    assert "Your hand: 1 of 1 read right, 100%" in texts(app)
    assert metric(app, "Prediction") == "–"
    assert app.session_state["sketch"]["strokes"] == []


def test_a_drawing_that_was_read_wrong_is_counted_with_its_digit(run: Run) -> None:
    app = guessed(open_page(), "1-plain")
    press(app, "Wrong")
    assert "Choose first which digit it was." in captions(app)
    assert metric(app, "Prediction") == "1"
    app.selectbox(key="sketch_truth").select(4).run()
    press(app, "Wrong")
    assert "Your hand: 0 of 1 read right, 0%" in texts(app)
    assert "Choose first" not in captions(app)
    assert metric(app, "Prediction") == "–"
    assert app.selectbox(key="sketch_truth").value is None
    press(guessed(app, "0-round"), "Right")
    assert "Your hand: 1 of 2 read right, 50%" in texts(app)


def test_the_score_outlives_a_visit_to_another_page(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    app.switch_page("streamlit_app.py").run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert "Your hand: 1 of 1 read right" in texts(app)
    assert metric(app, "Prediction") == "–"


def test_loaded_drawings_are_scored_on_the_network_that_is_chosen(
    trained: Training, run: Run
) -> None:
    names = ["0-round", "1-plain", "7-crossed"]
    strokes = [json.loads((DRAWINGS / f"{name}.json").read_text()) for name in names]
    items = [
        {"label": int(name[0]), "strokes": one} for name, one in zip(names, strokes, strict=True)
    ]
    items.append({"label": 8, "strokes": strokes[1]})
    app = load(open_page(), json.dumps(items).encode())
    assert "Loaded: 4 drawings: 3 read right, 75%" in texts(app)
    untrained = keep(Training(trained.recipe), minutes_ago=5)
    app.run()
    app.selectbox(key="network").set_value(untrained.folder.name).run()
    assert "Loaded: 4 drawings: 3 read right" not in texts(app)
    assert "Loaded: 4 drawings:" in texts(app)


def test_a_file_that_holds_no_drawings_loses_nothing(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    load(app, json.dumps([{"label": 1, "strokes": [[[0, 0], [0, 9]]]}]).encode())
    load(app, b"__import__('os').abort()")
    assert app.error[0].value.startswith("These drawings cannot be loaded: this is not JSON")
    assert "Your hand: 1 of 1 read right" in texts(app)
    assert "Loaded: 1 drawing: 1 read right" in texts(app)


def test_the_network_in_training_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer()
    monkeypatch.setattr(trainer_module, "_TRAINER", trainer)
    app = open_page()
    assert "the one in training" not in app.selectbox(key="network").options
    trainer.start(Recipe(precision="float32", device="cpu"), paused=True)
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._phase == "paused", 60)
    app.run()
    app.selectbox(key="network").set_value(IN_TRAINING).run()
    assert not app.exception
    assert "as it was at step 1; now it is at step 1" in captions(app)
    trainer.one_step()
    with trainer._changed:
        assert trainer._changed.wait_for(
            lambda: trainer._phase == "paused" and trainer._progress.step == 2,  # type: ignore[union-attr]
            60,
        )
    app.run()
    assert "as it was at step 1; now it is at step 2" in captions(app)
    next(one for one in app.button if one.label == "Look at it as it is now").click().run()
    assert "as it was at step 2; now it is at step 2" in captions(app)
    trainer.close()
    app.run()
    assert not app.exception
    assert app.selectbox(key="network").value != IN_TRAINING
