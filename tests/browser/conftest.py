"""Real Chromium, and servers for it to visit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mlmusic.digits.history import History
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training
from tests.browser.pad import open_evaluate
from tests.browser.server import ARGUMENTS, CHROMIUM, Server

WAIT_MS = 60_000.0  # for anything that a person would wait for; machines may be busy

expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them where there is no Chromium."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, trained: Training) -> Iterator[Server]:
    """A server that has one finished run, trained in this session."""
    home = tmp_path_factory.mktemp("server") / "runs"
    save_run(
        trained, History(), status="finished", started=datetime.now().astimezone(), folder=home
    )
    server = Server(home)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def app_url(app: Server) -> str:
    return app.url


@contextmanager
def new_tab(browser: Browser, **options: Any) -> Iterator[Page]:
    """A tab of 1280 × 800 pixels; an uncaught error of the page's own scripts fails the test."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
    tab = context.new_page()
    tab.set_default_timeout(WAIT_MS)
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors, errors


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with new_tab(browser) as tab:
        yield tab


@pytest.fixture
def evaluate(page: Page, app_url: str) -> Page:
    """The Evaluate page with its pad ready."""
    return open_evaluate(page, app_url)


@pytest.fixture(scope="module")
def train_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the file's own, with no run yet."""
    server = Server(tmp_path_factory.mktemp("train") / "runs")
    yield server
    server.stop()


@pytest.fixture
def train_page(page: Page, train_server: Server) -> Iterator[Page]:
    """The Train page with no run going on, before and after."""
    page.goto(f"{train_server.url}/Train")
    yield page
    stop = page.get_by_role("button", name="Stop")
    if page.url.endswith("/Train"):
        stop.evaluate("button => button.click()")  # nothing, where the run has just ended
        expect(stop).to_be_disabled()
