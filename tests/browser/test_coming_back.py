"""The Train page in Chromium, left and met again: other pages, other tabs, another server."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from mlmusic.digits.runs import list_runs
from tests.browser.server import Server
from tests.browser.tabs import Chromium
from tests.browser.training import (
    end_run,
    fill,
    keep,
    metric,
    metric_value,
    start,
    start_a_short_run,
    step_of,
    wait_for_another_step,
    wait_for_more_steps,
)


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Start a server on the test's own runs; those still going on are stopped at the end."""
    servers: list[Server] = []

    def start_server() -> Server:
        servers.append(Server(tmp_path / "runs"))
        return servers[-1]

    yield start_server
    for server in servers:
        server.stop()


@pytest.fixture
def learning(page: Page, train_server: Server) -> Iterator[tuple[Page, list[WebSocketRoute]]]:
    """The Train page while a network learns, and the connections that it has made so far."""
    connections: list[WebSocketRoute] = []

    def note(connection: WebSocketRoute) -> None:
        connections.append(connection)
        connection.connect_to_server()

    page.route_web_socket(re.compile("/_stcore/stream"), note)
    page.goto(f"{train_server.url}/Train")
    end_run(page)
    fill(page, "Seed", "42")
    start(page)
    wait_for_more_steps(page, 1)
    yield page, connections
    if page.url.endswith("/Train"):
        end_run(page)


def test_a_run_goes_on_whatever_becomes_of_the_page(
    learning: tuple[Page, list[WebSocketRoute]], chromium: Chromium, train_server: Server
) -> None:
    page, connections = learning
    # Another page and back: what was set is still there.
    before = step_of(page)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    wait_for_more_steps(page, before + 2)
    expect(page.get_by_label("Seed", exact=True)).to_have_value("42")
    # A reload: the curve is still there.
    before = step_of(page)
    page.reload()
    wait_for_more_steps(page, before)
    expect(page.get_by_label("Loss curve").first).to_be_visible()
    # A connection that is lost, twice.
    for _ in range(2):
        count = len(connections)
        connections[-1].close(code=3000, reason="a cable was pulled")
        wait_for_more_steps(page, step_of(page) + 5)
        assert len(connections) > count
    expect(page.get_by_label("Loss curve").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    # Somebody else sees the same run, cannot start another, and may stop it.
    with chromium.tab(apart=True) as other:
        other.goto(f"{train_server.url}/Train")
        wait_for_more_steps(other, 1)
        expect(other.get_by_role("button", name="Start training")).to_be_disabled()
        other.get_by_role("button", name="Stop").click()
        expect(page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()


def test_a_run_that_ended_while_nobody_looked_is_found_finished(
    page: Page, chromium: Chromium, train_server: Server
) -> None:
    page.goto(f"{train_server.url}/Train")
    start_a_short_run(page, images=500)
    page.goto("about:blank")
    with chromium.tab(apart=True) as later:
        later.goto(f"{train_server.url}/Train")
        expect(later.get_by_text(re.compile("^Finished 1 epoch"))).to_be_visible()
        expect(metric_value(later, "Step")).to_have_text("5 / 5")
        expect(later.get_by_label("Loss curve").first).to_be_visible()


def test_ctrl_c_in_the_middle_of_a_run_ends_the_server_cleanly_and_the_next_one_lists_the_runs(
    page: Page, new_server: Callable[[], Server]
) -> None:
    server = new_server()
    keep(server.home, "an earlier one", hours=0)
    page.goto(f"{server.url}/Train")
    start(page)
    wait_for_more_steps(page, 1)
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
    again = new_server()
    page.goto(f"{again.url}/Train")
    expect(page.get_by_text(re.compile("^No run yet"))).to_be_visible()  # in this process
    runs, _ = list_runs(again.home)
    assert [run.status for run in runs] == ["stopped", "finished"]
    table = page.get_by_test_id("stDataFrame")
    for run in runs:
        expect(table.get_by_text(run.name, exact=True)).to_be_attached()
        expect(table.get_by_text(run.status, exact=True)).to_be_attached()


def test_a_double_click_and_two_tabs_at_once_start_one_run(
    train_page: Page, chromium: Chromium, train_server: Server
) -> None:
    before = len(list_runs(train_server.home)[0])
    with chromium.tab(apart=True) as other:
        other.goto(f"{train_server.url}/Train")
        buttons = [tab.get_by_role("button", name="Start training") for tab in (train_page, other)]
        for button in buttons:
            expect(button).to_be_enabled()
        step = metric(train_page, "Step")
        for button in buttons:  # a button that is disabled by then takes no click
            button.evaluate("b => { b.click(); b.click(); }")
        wait_for_another_step(train_page, step)
        wait_for_more_steps(train_page, 1)
        other.get_by_role("button", name="Stop").click()
        expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
        expect(train_page.get_by_role("button", name="Start training")).to_be_enabled()
    assert len(list_runs(train_server.home)[0]) == before + 1
