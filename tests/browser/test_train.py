"""The Train page in Chromium: set up a run, start, pause, step and stop it."""

import re

from playwright.sync_api import Page, expect

from mlmusic.digits.runs import list_runs
from tests.browser.server import Server
from tests.browser.training import (
    fill,
    metric,
    metric_value,
    start_a_short_run,
    step_of,
    wait_for_more_steps,
)


def test_a_newcomer_gets_from_the_first_page_to_a_run_and_its_accuracy(
    page: Page, train_server: Server
) -> None:
    page.goto(train_server.url)
    page.get_by_role("link", name="Watch it learn").click()
    start_a_short_run(page, images=2000)
    chart = page.get_by_label("Loss curve").first
    expect(chart).to_be_visible()
    wait_for_more_steps(page, 2)
    assert re.fullmatch(r"\d\.\d{3}", metric(page, "Training loss"))
    expect(page.get_by_text(re.compile("^Finished 1 epoch"))).to_be_visible()
    assert metric(page, "Step") == "20 / 20"
    assert re.fullmatch(r"\d+\.\d\d%", metric(page, "Test accuracy"))
    run = list_runs(train_server.home)[0][0]
    assert f"{run.test_accuracy:.2%}" == metric(page, "Test accuracy")
    in_the_table = page.get_by_test_id("stDataFrame").get_by_text(run.name)
    expect(in_the_table.first).to_be_attached()
    for name in ("Start training", "One step"):
        expect(page.get_by_role("button", name=name)).to_be_enabled()
    for name in ("Pause", "Resume", "Stop"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()


def test_a_refused_value_single_steps_pause_resume_and_stop(train_page: Page) -> None:
    fill(train_page, "Batch size", "60001")
    expect(train_page.get_by_text("batch_size=60001 cannot be used")).to_be_visible()
    expect(train_page.get_by_role("button", name="Start training")).to_be_disabled()
    fill(train_page, "Batch size", "100")
    expect(train_page.get_by_role("button", name="Start training")).to_be_enabled()
    train_page.get_by_role("button", name="One step").click()
    expect(train_page.get_by_text(re.compile("^Paused in epoch 1"))).to_be_visible()
    assert step_of(train_page) == 1
    train_page.get_by_role("button", name="One step").click()
    expect(metric_value(train_page, "Step")).to_have_text(re.compile("^2 /"))
    train_page.get_by_role("button", name="Resume").click()
    wait_for_more_steps(train_page, 3)
    train_page.get_by_role("button", name="Pause").click()
    expect(train_page.get_by_text(re.compile("^Paused in epoch 1"))).to_be_visible()
    train_page.get_by_role("button", name="Stop").click()
    expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
