"""The Train page in Chromium, left and met again: other pages, other tabs, lost connections."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from mlmusic.digits.runs import list_runs
from tests.browser.server import Server
from tests.browser.tabs import Chromium
from tests.browser.training import (
    end_run,
    fill,
    metric,
    step_of,
    wait_for_another_step,
    wait_for_more_steps,
)


@pytest.fixture
def connections(page: Page) -> list[WebSocketRoute]:
    """The connections that the page has made so far."""
    made: list[WebSocketRoute] = []

    def note(connection: WebSocketRoute) -> None:
        made.append(connection)
        connection.connect_to_server()

    page.route_web_socket(re.compile("/_stcore/stream"), note)
    return made


@pytest.fixture
def other(chromium: Chromium, train_server: Server) -> Iterator[Page]:
    """Somebody else's Train page."""
    with chromium.tab(apart=True) as tab:
        tab.goto(f"{train_server.url}/Train")
        yield tab
        end_run(tab)


def test_one_run_goes_on_whatever_is_clicked_and_whatever_becomes_of_the_page(
    page: Page, other: Page, connections: list[WebSocketRoute], train_server: Server
) -> None:
    before = len(list_runs(train_server.home)[0])
    page.goto(f"{train_server.url}/Train")
    fill(page, "Seed", "42")
    # Two people click twice at once, and start one run.
    buttons = [tab.get_by_role("button", name="Start training") for tab in (page, other)]
    for button in buttons:
        expect(button).to_be_enabled()
    no_step = metric(page, "Step")
    for button in buttons:  # a button that is disabled by then takes no click
        button.evaluate("b => { b.click(); b.click(); }")
    wait_for_another_step(page, no_step)
    wait_for_more_steps(page, 1)
    expect(buttons[1]).to_be_disabled()
    # Another page and back: what was set is still there.
    step = step_of(page)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    wait_for_more_steps(page, step + 2)
    expect(page.get_by_label("Seed", exact=True)).to_have_value("42")
    # A reload: the curve is still there.
    step = step_of(page)
    page.reload()
    wait_for_more_steps(page, step)
    expect(page.get_by_label("Loss curve").first).to_be_visible()
    # A connection that is lost, twice.
    for _ in range(2):
        count = len(connections)
        connections[-1].close(code=3000, reason="a cable was pulled")
        wait_for_more_steps(page, step_of(page) + 5)
        assert len(connections) > count
    expect(page.get_by_label("Loss curve").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    # Somebody else may stop it.
    wait_for_more_steps(other, 1)
    other.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    assert len(list_runs(train_server.home)[0]) == before + 1
