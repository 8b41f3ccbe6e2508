import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mlmusic.digits.runs import list_runs
from mlmusic.digits.weights import load_weights
from tests.browser.server import Server
from tests.browser.training import keep

ROW_PX, TICK_PX = 35, 20  # height of a table's row; where its box is, from the left


@pytest.fixture
def server(train_server: Server) -> Server:
    """A server with two runs, `second` above `first`."""
    shutil.rmtree(train_server.home, ignore_errors=True)
    keep(train_server.home, "first", hours=0)
    keep(train_server.home, "second", hours=1)
    return train_server


@pytest.fixture
def table(page: Page, server: Server) -> Page:
    """The Train page with these runs."""
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


def test_runs_are_ticked_compared_renamed_and_deleted(table: Page, server: Server) -> None:
    tick(table, 0)
    expect(table.get_by_label("Name", exact=True)).to_have_value("second")
    chart = table.get_by_label("Loss curves of the chosen runs").first
    expect(chart).to_be_visible()
    tick(table, 1)
    expect(table.get_by_label("Chosen run", exact=True)).to_be_visible()
    expect(chart).to_be_visible()
    expect(table.get_by_label("Test accuracy of the chosen runs").first).to_be_visible()
    tick(table, 1)
    expect(table.get_by_label("Chosen run", exact=True)).to_have_count(0)
    # One that ends elsewhere appears by itself, one that is damaged is named, and ticks stay.
    keep(server.home, "third", hours=2)
    broken = keep(server.home, "broken", hours=3)
    (broken.folder / "run.json").write_text("{")
    expect(table.get_by_test_id("stDataFrame").get_by_text("third").first).to_be_attached()
    expect(table.get_by_text(f"The run in {broken.folder.name} was skipped")).to_be_visible()
    expect(chart).to_be_visible()
    name = table.get_by_label("Name", exact=True)
    expect(name).to_have_value("second")
    name.fill("../my *best* run")
    table.get_by_role("button", name="Rename").click()
    expect(table.get_by_text("../my *best* run: finished")).to_be_visible()
    assert names(server) == ["third", "../my *best* run", "first"]
    name.fill(" ")
    table.get_by_role("button", name="Rename").click()
    expect(table.get_by_text("a run needs a name")).to_be_visible()
    sure = table.get_by_text("Delete ../my *best* run for good?")
    table.get_by_role("button", name="Delete", exact=True).click()
    expect(sure).to_be_visible()
    table.get_by_role("button", name="Keep it").click()
    expect(sure).to_have_count(0)
    assert names(server) == ["third", "../my *best* run", "first"]
    table.get_by_role("button", name="Delete", exact=True).click()
    table.get_by_role("button", name="Delete for good").click()
    expect(table.get_by_text("Tick a run to rename")).to_be_visible()
    assert names(server) == ["third", "first"]


def test_a_run_is_taken_along_and_continued(table: Page, server: Server, tmp_path: Path) -> None:
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
    table.get_by_role("button", name="Continue", exact=True).click()
    expect(table.get_by_text(re.compile("^Finished 2 epochs"))).to_be_visible()
    newest = list_runs(server.home)[0][0]
    assert newest.origin is not None
    assert (newest.origin.name, newest.steps) == ("first", 6)
