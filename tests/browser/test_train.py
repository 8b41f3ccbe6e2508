"""The Train page in Chromium: set up a run, start, pause, step, stop and come back to it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mlmusic.digits.runs import list_runs
from tests.browser.conftest import WAIT_MS, Server
from tests.browser.training import fill, metric, metric_value, start, step_of, wait_for_more_steps


def test_a_run_is_watched_from_the_first_step_to_its_accuracy(
    train_page: Page, train_server: Server
) -> None:
    train_page.get_by_text("More settings").click()
    fill(train_page, "Training images", "2000")
    fill(train_page, "Epochs", "1")
    expect(train_page.get_by_label("Recipe", exact=True)).to_have_value("custom")
    start(train_page)
    chart = train_page.get_by_label("Loss curve").first
    expect(chart).to_be_visible()
    wait_for_more_steps(train_page, 2)
    assert re.fullmatch(r"\d\.\d{3}", metric(train_page, "Training loss"))
    expect(train_page.get_by_text(re.compile("^Finished 1 epoch"))).to_be_visible()
    assert metric(train_page, "Step") == "20 / 20"
    assert re.fullmatch(r"\d+\.\d\d%", metric(train_page, "Test accuracy"))
    run = list_runs(train_server.home)[0][0]
    assert f"{run.test_accuracy:.2%}" == metric(train_page, "Test accuracy")
    expect(train_page.get_by_role("button", name="Start training")).to_be_enabled()


def test_neither_a_reload_nor_another_page_stops_a_run_or_loses_its_curve(
    train_page: Page,
) -> None:
    train_page.get_by_text("More settings").click()
    fill(train_page, "Training images", "60000")
    start(train_page)
    wait_for_more_steps(train_page, 2)
    before = step_of(train_page)
    train_page.reload()
    wait_for_more_steps(train_page, before)
    expect(train_page.get_by_label("Loss curve").first).to_be_visible()
    train_page.get_by_role("link", name="Home").click()
    expect(train_page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    train_page.get_by_role("link", name="Train", exact=True).click()
    wait_for_more_steps(train_page, before + 2)


def test_what_was_set_is_still_there_after_a_visit_to_another_page(train_page: Page) -> None:
    fill(train_page, "Seed", "42")
    train_page.get_by_role("link", name="Home").click()
    expect(train_page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    train_page.get_by_role("link", name="Train", exact=True).click()
    expect(train_page.get_by_label("Seed", exact=True)).to_have_value("42")


def test_stop_ends_the_run_where_it_is(train_page: Page) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 1)
    train_page.get_by_role("button", name="Stop").click()
    expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()


def test_pause_resume_and_single_steps(train_page: Page) -> None:
    train_page.get_by_role("button", name="One step").click()
    expect(train_page.get_by_text(re.compile("^Paused in epoch 1"))).to_be_visible()
    assert step_of(train_page) == 1
    train_page.get_by_role("button", name="One step").click()
    expect(metric_value(train_page, "Step")).to_have_text(re.compile("^2 /"))
    train_page.get_by_role("button", name="Resume").click()
    wait_for_more_steps(train_page, 3)
    train_page.get_by_role("button", name="Pause").click()
    expect(train_page.get_by_text(re.compile("^Paused in epoch 1"))).to_be_visible()


def test_a_second_tab_sees_the_same_run_and_cannot_start_another(
    train_page: Page, browser: Browser, train_server: Server
) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 1)
    other = browser.new_page()
    other.goto(f"{train_server.url}/Train")
    other.set_default_timeout(WAIT_MS)
    wait_for_more_steps(other, 1)
    expect(other.get_by_role("button", name="Start training")).to_be_disabled()
    other.get_by_role("button", name="Stop").click()
    expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
    other.close()


def test_nothing_is_fetched_from_outside(page: Page, train_server: Server) -> None:
    outside: list[str] = []
    page.on(
        "request",
        lambda request: (
            outside.append(request.url)
            if not request.url.startswith((train_server.url, "data:", "blob:"))
            else None
        ),
    )
    for name in ("", "Train", "Evaluate", "Audio"):
        page.goto(f"{train_server.url}/{name}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert outside == []


def test_ctrl_c_in_the_middle_of_a_run_ends_the_server_cleanly(page: Page, tmp_path: Path) -> None:
    server = Server(tmp_path / "runs")
    page.goto(f"{server.url}/Train")
    start(page)
    wait_for_more_steps(page, 1)
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
    assert list_runs(server.home)[0][0].status == "stopped"


def test_the_page_says_how_long_a_run_will_take(train_page: Page) -> None:
    expect(
        train_page.get_by_text(re.compile(r"1,200 steps and takes about .*(s|min)"))
    ).to_be_visible()


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("Batch size", "60001", "batch_size=60001 cannot be used"),
        ("Epochs", "0", "epochs=0 cannot be used"),
        ("Seed", "-1", "seed=-1 cannot be used"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_reason(
    train_page: Page, label: str, value: str, reason: str
) -> None:
    fill(train_page, label, value)
    expect(train_page.get_by_text(reason)).to_be_visible()
    expect(train_page.get_by_role("button", name="Start training")).to_be_disabled()


def test_a_learning_rate_of_10_is_said_to_diverge(train_page: Page) -> None:
    fill(train_page, "Learning rate", "10")
    start(train_page)
    expect(train_page.get_by_text(re.compile("is diverging|beyond all bounds"))).to_be_visible()


def test_a_newcomer_gets_from_the_first_page_to_a_run_by_what_is_written(
    page: Page, train_server: Server
) -> None:
    page.goto(train_server.url)
    page.get_by_role("link", name="Watch it learn").click()
    page.get_by_role("button", name="Start training").click()
    wait_for_more_steps(page, 1)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()


def test_a_double_click_and_two_tabs_at_once_start_one_run(
    train_page: Page, browser: Browser, train_server: Server
) -> None:
    before = len(list_runs(train_server.home)[0])
    other = browser.new_page()
    other.set_default_timeout(WAIT_MS)
    other.goto(f"{train_server.url}/Train")
    buttons = [page.get_by_role("button", name="Start training") for page in (train_page, other)]
    for button in buttons:
        expect(button).to_be_enabled()
    for button in buttons:
        button.dblclick(no_wait_after=True)
    wait_for_more_steps(train_page, 1)
    other.get_by_role("button", name="Stop").click()
    expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
    expect(train_page.get_by_role("button", name="Start training")).to_be_enabled()
    other.close()
    assert len(list_runs(train_server.home)[0]) == before + 1


def test_a_run_that_ended_while_nobody_looked_is_found_finished(
    page: Page, browser: Browser, train_server: Server
) -> None:
    page.goto(f"{train_server.url}/Train")
    page.get_by_text("More settings").click()
    fill(page, "Training images", "500")
    fill(page, "Epochs", "1")
    expect(page.get_by_label("Recipe", exact=True)).to_have_value("custom")
    start(page)
    page.goto("about:blank")
    later = browser.new_page()
    later.set_default_timeout(WAIT_MS)
    later.goto(f"{train_server.url}/Train")
    expect(later.get_by_text(re.compile("^Finished 1 epoch"))).to_be_visible()
    expect(metric_value(later, "Step")).to_have_text("5 / 5")
    expect(later.get_by_label("Loss curve").first).to_be_visible()
    later.close()
