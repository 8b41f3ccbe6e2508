"""Chromium, and servers for it to visit."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from mlmusic.digits.history import History
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training
from tests.browser.pad import empty_pad, open_evaluate
from tests.browser.server import HEADLESS_CHROMIUM, Server
from tests.browser.tabs import WAIT_MS, Chromium
from tests.browser.training import end_run

expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them where there is no Chromium."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if not HEADLESS_CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        chromium = Chromium(playwright.chromium)
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


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    with chromium.tab() as tab:
        yield tab


@pytest.fixture(scope="package")
def evaluate_tab(chromium: Chromium, app_url: str) -> Iterator[Page]:
    """The Evaluate page that most of its tests use, one after another."""
    with chromium.tab() as tab:
        yield open_evaluate(tab, app_url)


@pytest.fixture
def evaluate(evaluate_tab: Page, app_url: str) -> Page:
    """The Evaluate page with an empty pad; what was judged before is still counted."""
    if not evaluate_tab.url.endswith("/Evaluate"):
        open_evaluate(evaluate_tab, app_url)
    empty_pad(evaluate_tab)
    return evaluate_tab


@pytest.fixture(scope="package")
def train_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server to train on; it keeps the runs of the tests before."""
    server = Server(tmp_path_factory.mktemp("train") / "runs")
    yield server
    server.stop()


@pytest.fixture
def train_page(page: Page, train_server: Server) -> Iterator[Page]:
    """The Train page; the tests before have left no run going on, nor does this one."""
    page.goto(f"{train_server.url}/Train")
    yield page
    end_run(page)
