"""What can be done with a ticked run, without a browser."""

from pathlib import Path

import pytest

from mlmusic.app.trainer import Trainer
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.run_lock import RunLock
from mlmusic.digits.runs import list_runs
from tests.pages.training import SECONDS, button, keep, number, open_page, texts, tick

pytestmark = pytest.mark.usefixtures("trainer", "short_tests")


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


def test_a_run_that_goes_on_elsewhere_is_left_alone(runs_home: Path) -> None:
    keep(0, steps=1, status="interrupted")
    page = tick(open_page(), 0)
    elsewhere = RunLock(runs_home, list_runs()[0][0].folder.name)
    elsewhere.acquire()
    button(page, "Finish the run").click()  # seen before it went on
    page.run()
    assert "cannot be continued\\: this run goes on at the moment" in texts(page)
    page.run()
    assert page.dataframe[0].value["Status"].tolist() == ["going on"]
    assert "going on at the moment, 1 of 2 steps" in texts(page)
    assert "Once that has ended it can be renamed" in texts(page)
    assert {"Rename", "Finish the run", "Delete"}.isdisjoint(one.label for one in page.button)
    assert {"Weights", "History"} <= {one.label for one in page.get("download_button")}
    elsewhere.release()
    page.run()
    assert {"Rename", "Finish the run", "Delete"} <= {one.label for one in page.button}


def test_what_cannot_be_continued_is_said_in_a_sentence(trainer: Trainer) -> None:
    run = keep(0)
    page = tick(open_page(), 0)
    number(page, "More epochs").set_value(0)
    button(page, "Continue").click()
    page.run()
    assert "0 more epochs are too few" in page.error[0].value
    run.weights.write_bytes(b"rubbish")
    number(page, "More epochs").set_value(1)
    button(page, "Continue").click()
    page.run()
    assert "is not a safetensors file of weights" in page.error[0].value
    assert trainer.snapshot().number == 0


def test_the_files_are_there_before_the_click_and_a_damaged_one_is_named() -> None:
    run = keep(0)
    (run.folder / "history.json").write_text("[")
    page = tick(open_page(), 0)
    downloads = {one.label: one.proto for one in page.get("download_button")}
    weights, history = downloads["Weights"], downloads["History"]
    assert weights.url
    assert not weights.HasField("deferred_file_id")  # it would be gone when the page refreshes
    assert history.disabled
    assert history.help == r"History\.json is missing or damaged\."


def test_weights_of_endless_length_are_not_offered() -> None:
    run = keep(0)
    with run.weights.open("ab") as file:
        file.truncate(2**40)  # takes no room
    page = tick(open_page(), 0)
    assert not page.exception
    weights = next(one.proto for one in page.get("download_button") if one.label == "Weights")
    assert weights.disabled
    assert "too large" in weights.help


def test_what_went_wrong_with_one_run_is_not_said_of_another() -> None:
    keep(0)
    keep(1)
    page = tick(open_page(), 0)
    number(page, "More epochs").set_value(0)
    button(page, "Continue").click()
    page.run()
    assert page.error
    tick(page, 1)
    assert not page.error
