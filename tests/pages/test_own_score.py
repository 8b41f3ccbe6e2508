"""Your own score on the Evaluate page: judged, kept and loaded drawings."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import ongoing_evaluation
from mlmusic.app.own_drawings import TRUTH
from mlmusic.digits.drawings import MAX_DRAWINGS, MAX_POINTS, Drawing
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.run import Run
from mlmusic.digits.training import Training
from tests.pages.evaluating import DRAWINGS, captions, draw, guessed, keep, metric, open_page, press


@pytest.fixture
def run(trained: Training, unmeasured: None) -> Run:
    return keep(trained)


def load(app: AppTest, content: bytes) -> AppTest:
    app.file_uploader(key="load_drawings").set_value(("d.json", content, "application/json")).run()
    assert not app.exception
    return app


def score(app: AppTest) -> str:
    return next(one.value for one in app.caption if one.value.endswith(" read right"))


@pytest.mark.parametrize("strokes", [[5], [[5]], [[["x", 1]]], {"a": 1}, 7, "text", [None]])
def test_what_is_no_drawing_is_not_judged(strokes: object, run: Run) -> None:
    app = draw(open_page(), strokes)
    assert metric(app, "Prediction") == "–"
    for label in ("Right", "Wrong"):
        button = next(one for one in app.button if one.label == label)
        button.proto.disabled = False  # a browser of somebody's own may press it all the same
        app.session_state[TRUTH] = 4
        press(app, label)
    assert "own_drawings" not in app.session_state


def test_before_a_guess_there_is_nothing_to_judge(run: Run) -> None:
    app = open_page()
    buttons = {button.label: button for button in app.button}
    assert buttons["Right"].disabled
    assert buttons["Wrong"].disabled


def test_a_drawing_that_was_read_right_is_counted_and_leaves_the_pad(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    assert (metric(app, "Your hand"), score(app)) == ("100%", "1 of 1 read right")
    assert metric(app, "Prediction") == "–"
    assert app.session_state["sketch"]["strokes"] == []


def test_a_drawing_that_was_read_wrong_is_counted_with_its_digit(run: Run) -> None:
    app = guessed(open_page(), "1-plain")
    press(app, "Wrong")
    assert "Choose first which digit it was." in captions(app)
    assert metric(app, "Prediction") == "1"
    app.selectbox(key="sketch_truth").select(4).run()
    press(app, "Wrong")
    assert (metric(app, "Your hand"), score(app)) == ("0%", "0 of 1 read right")
    assert "Choose first" not in captions(app)
    assert metric(app, "Prediction") == "–"
    assert app.selectbox(key="sketch_truth").value is None
    press(guessed(app, "0-round"), "Right")
    assert (metric(app, "Your hand"), score(app)) == ("50%", "1 of 2 read right")


def test_the_score_outlives_a_visit_to_another_page(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    app.switch_page("streamlit_app.py").run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert metric(app, "Your hand") == "100%"
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
    assert metric(app, "Loaded drawings") == "75%"
    assert "3 of 4 read right" in captions(app)
    untrained = keep(Training(trained.recipe), minutes_ago=5)
    app.run()
    app.selectbox(key="network").set_value(untrained.folder.name).run()
    assert metric(app, "Loaded drawings") != "75%"


def test_a_file_that_holds_no_drawings_loses_nothing(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    load(app, json.dumps([{"label": 1, "strokes": [[[0, 0], [0, 9]]]}]).encode())
    load(app, b"__import__('os').abort()")
    assert app.error[0].value.startswith("These drawings cannot be loaded: this is not JSON")
    assert metric(app, "Your hand") == "100%"
    assert metric(app, "Loaded drawings") == "100%"


def test_the_score_stands_beside_the_test_accuracy(
    trained: Training, short_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ongoing_evaluation, "load_mnist", lambda: short_mnist)
    keep(trained)
    app = open_page()
    assert (metric(app, "Your hand"), metric(app, "Test digits")) == ("–", "–")
    while metric(app, "Test accuracy") == "–":
        app.run()
    app.run()
    assert metric(app, "Test digits") == metric(app, "Test accuracy")


def test_a_judgement_is_taken_back_and_its_drawing_returns(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    press(app, "Take the last one back")
    assert (metric(app, "Your hand"), metric(app, "Prediction")) == ("–", "7")
    press(app, "Right")
    guessed(app, "1-plain")
    press(app, "Take the last one back")  # does not take the place of what is drawn
    assert (metric(app, "Your hand"), metric(app, "Prediction")) == ("–", "1")


def test_all_drawings_are_forgotten(run: Run) -> None:
    app = guessed(open_page(), "7-crossed")
    press(app, "Right")
    press(app, "Forget them")
    assert metric(app, "Your hand") == "–"


def test_what_was_chosen_for_another_drawing_is_not_kept(run: Run) -> None:
    app = guessed(open_page(), "1-plain")
    app.selectbox(key="sketch_truth").select(4).run()
    draw(app, [])
    guessed(app, "7-crossed")
    assert app.selectbox(key="sketch_truth").value is None


@pytest.mark.parametrize(
    "kept",
    [[Drawing(1, [[[0, 0]]])] * MAX_DRAWINGS, [Drawing(1, [[[0, 0]] * (MAX_POINTS // 20)])] * 20],
)
def test_no_more_is_kept_than_can_be_loaded_again(run: Run, kept: list[Drawing]) -> None:
    app = open_page()
    app.session_state["own_drawings"] = tuple(kept)
    guessed(app, "7-crossed")
    assert "No more drawings can be kept" in captions(app)
    assert next(one for one in app.button if one.label == "Right").disabled


def ask(app: AppTest, digit: int) -> AppTest:
    """Ask for a digit as the button beside the confusion matrix does."""
    app.session_state["asked_digit"] = digit
    app.run()
    assert not app.exception
    return app


def test_a_digit_that_was_asked_for_is_judged_by_what_was_asked(run: Run) -> None:
    app = ask(open_page(), 8)
    assert "Draw **an 8**" in " ".join(str(one.value) for one in app.markdown)
    guessed(app, "1-plain")
    buttons = {button.label: button for button in app.button}
    assert buttons["Right"].disabled
    assert app.selectbox(key="sketch_truth").value == 8
    press(app, "Wrong")
    assert score(app) == "0 of 1 read right"
    assert not any("Draw **" in str(one.value) for one in app.markdown)
    guessed(ask(app, 1), "1-plain")
    assert {button.label: button for button in app.button}["Wrong"].disabled
    press(app, "Right")
    assert score(app) == "1 of 2 read right"


def test_one_may_draw_something_else(run: Run) -> None:
    app = ask(open_page(), 8)
    press(app, "Draw something else")
    assert not any("Draw **" in str(one.value) for one in app.markdown)
