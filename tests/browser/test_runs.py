import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mlmusic.digits.history import History
from mlmusic.digits.housekeeping import rename_run
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import Run
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.training import Training
from mlmusic.digits.weights import load_weights
from tests.browser.server import Server

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECIPE = Recipe(epochs=1, training_images=300, precision="float32", device="cpu")
ROW_PX, TICK_PX = 35, 20  # height of a table's row; where its box is, from the left


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("kept") / "runs")
    yield server
    server.stop()


def keep(server: Server, name: str, *, hours: int) -> Run:
    """Keep a run as if it had been trained to its end."""
    training = Training(RECIPE)
    training.step = RECIPE.steps
    history = History([2.3, 2.2, 2.1], [TestResult(3, 10_000, 2.1, 0.25)], [3])
    started = NOON + timedelta(hours=hours)
    run = save_run(training, history, status="finished", started=started, folder=server.home)
    return rename_run(run, name)


@pytest.fixture
def table(page: Page, server: Server) -> Page:
    """The Train page with two runs, `second` above `first`."""
    shutil.rmtree(server.home, ignore_errors=True)
    keep(server, "first", hours=0)
    keep(server, "second", hours=1)
    page.goto(f"{server.url}/Train")
    expect(page.get_by_text(re.compile("takes about"))).to_be_visible()  # nothing moves any more
    expect(page.get_by_test_id("stDataFrame").get_by_text("first").first).to_be_attached()
    return page


def tick(page: Page, row: int) -> None:
    """Tick a row of the table, counted from 0."""
    page.get_by_test_id("stDataFrame").click(
        position={"x": TICK_PX, "y": ROW_PX * (row + 1.5)}  # the first one is the header
    )


def names(server: Server) -> list[str]:
    return [run.name for run in list_runs(server.home)[0]]


def saved(page: Page, label: str, folder: Path) -> Path:
    """Press a download button and return the file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_ticked_runs_are_laid_over_one_another(table: Page) -> None:
    tick(table, 0)
    expect(table.get_by_role("button", name="Rename")).to_be_visible()
    expect(table.get_by_label("Loss curves of the chosen runs").first).to_be_visible()
    tick(table, 1)
    expect(table.get_by_label("Chosen run", exact=True)).to_be_visible()
    expect(table.get_by_label("Loss curves of the chosen runs").first).to_be_visible()
    expect(table.get_by_label("Test accuracy of the chosen runs").first).to_be_visible()


def test_a_run_that_ends_elsewhere_appears_by_itself_and_ticks_stay(
    table: Page, server: Server
) -> None:
    tick(table, 0)
    expect(table.get_by_label("Name", exact=True)).to_have_value("second")
    keep(server, "third", hours=2)
    chart = table.get_by_label("Loss curves of the chosen runs").first
    expect(table.get_by_test_id("stDataFrame").get_by_text("third").first).to_be_attached()
    expect(chart).to_be_visible()
    expect(table.get_by_label("Name", exact=True)).to_have_value("second")


def test_a_run_is_renamed(table: Page, server: Server) -> None:
    tick(table, 1)
    table.get_by_label("Name", exact=True).fill("../my *best* run")
    table.get_by_role("button", name="Rename").click()
    expect(table.get_by_text("../my *best* run: finished")).to_be_visible()
    assert names(server) == ["second", "../my *best* run"]
    table.get_by_label("Name", exact=True).fill(" ")
    table.get_by_role("button", name="Rename").click()
    expect(table.get_by_text("a run needs a name")).to_be_visible()


def test_a_run_is_deleted_only_once_that_is_confirmed(table: Page, server: Server) -> None:
    tick(table, 0)
    table.get_by_role("button", name="Delete", exact=True).click()
    expect(table.get_by_text("Delete second for good?")).to_be_visible()
    table.get_by_role("button", name="Keep it").click()
    expect(table.get_by_text("Delete second for good?")).to_have_count(0)
    assert names(server) == ["second", "first"]
    table.get_by_role("button", name="Delete", exact=True).click()
    table.get_by_role("button", name="Delete for good").click()
    expect(table.get_by_text("Tick a run to rename")).to_be_visible()
    assert names(server) == ["first"]


def test_weights_history_and_script_are_downloaded(table: Page, tmp_path: Path) -> None:
    tick(table, 1)
    weights = saved(table, "Weights", tmp_path)
    assert weights.name == "first.safetensors"
    load_weights(weights)
    history = saved(table, "History", tmp_path)
    assert history.name == "first.csv"
    assert history.read_text().splitlines()[:2] == [
        "step,training_loss,test_images,test_loss,test_accuracy",
        "1,2.3,,,",
    ]
    script = saved(table, "Python script", tmp_path)
    assert script.name == "first.py"
    assert "# The run: first, trained on 01 Mar 2026." in script.read_text()


def test_a_run_is_continued(table: Page, server: Server) -> None:
    tick(table, 1)
    table.get_by_role("button", name="Continue", exact=True).click()
    expect(table.get_by_text(re.compile("^Finished 2 epochs"))).to_be_visible()
    newest = list_runs(server.home)[0][0]
    assert newest.origin is not None
    assert (newest.origin.name, newest.steps) == ("first", 6)


def test_a_damaged_run_is_named_and_the_others_are_shown(table: Page, server: Server) -> None:
    broken = keep(server, "broken", hours=3)
    (broken.folder / "run.json").write_text("{")
    expect(table.get_by_text(f"The run in {broken.folder.name} was skipped")).to_be_visible()
    tick(table, 0)
    expect(table.get_by_label("Name", exact=True)).to_have_value("second")
