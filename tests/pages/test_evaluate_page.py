"""The Evaluate page, driven without a browser."""

import shutil
from pathlib import Path

import pytest

from mlmusic.app import networks
from mlmusic.app import trainer as trainer_module
from mlmusic.app.networks import IN_TRAINING
from mlmusic.app.trainer import Trainer
from mlmusic.digits.embedded import embedded_run
from mlmusic.digits.housekeeping import delete_run
from mlmusic.digits.model import AlexNet
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import Run
from mlmusic.digits.training import Training
from tests.pages.evaluating import captions, draw, guessed, keep, metric, open_page


@pytest.fixture
def run(trained: Training, unmeasured: None) -> Run:
    return keep(trained)


def test_without_a_run_the_network_that_comes_with_mlmusic_reads(unmeasured: None) -> None:
    app = guessed(open_page(), "7-crossed")
    assert metric(app, "Prediction") == "7"


@pytest.mark.slow
def test_the_accuracy_is_measured_on_all_test_images(trained: Training) -> None:
    keep(trained)
    app = open_page()
    for _ in range(200):  # each run of the page measures a slice
        if metric(app, "Test accuracy") != "–":
            break
        app.run()
    stated = embedded_run().test_accuracy  # of the same network, on some other processor
    measured = float(metric(app, "Test accuracy").removesuffix("%")) / 100
    assert measured == pytest.approx(stated, abs=2e-4)
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


def test_the_newest_run_is_chosen_and_a_choice_stays(trained: Training, unmeasured: None) -> None:
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


def test_a_choice_outlives_the_deletion_of_the_newest_run(
    trained: Training, unmeasured: None
) -> None:
    oldest, older, newest = (keep(trained, minutes_ago=ago) for ago in (9, 5, 0))
    app = open_page()
    app.selectbox(key="network").set_value(oldest.folder.name).run()
    shutil.rmtree(newest.folder)
    app.run()
    assert app.selectbox(key="network").value == oldest.folder.name
    shutil.rmtree(oldest.folder)
    app.run()
    assert app.selectbox(key="network").value == older.folder.name


def test_the_embedded_network_comes_with_its_accuracy_and_its_commands(unmeasured: None) -> None:
    about = captions(open_page())
    assert "recipe accurate, seed 0" in about
    assert f"{embedded_run().test_accuracy:.2%} of the test digits read right" in about
    assert "`python -m mlmusic embed`" in about


def test_a_network_that_cannot_be_used_is_named_and_another_can_be_chosen(
    trained: Training, unmeasured: None
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


def test_a_run_that_vanishes_while_the_page_is_drawn_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = networks.Choice.network

    def vanish(choice: networks.Choice) -> AlexNet:
        found = network(choice)
        delete_run(run)  # in another tab, or by the next checkpoint
        return found

    monkeypatch.setattr(networks.Choice, "network", vanish)
    app = open_page()
    assert not app.exception
    assert "This network cannot be used: it is no longer there." in app.error[0].value


def test_a_drawing_is_still_there_after_a_visit_to_another_page(run: Run) -> None:
    app = guessed(open_page(), "7-plain")
    app.switch_page("streamlit_app.py").run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert metric(app, "Prediction") == "7"


def test_the_network_in_training_can_be_looked_at(
    unmeasured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
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
            lambda: trainer._phase == "paused" and trainer.snapshot().progress.step == 2,  # type: ignore[union-attr]
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
