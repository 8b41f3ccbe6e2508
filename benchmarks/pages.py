"""First paint, clicks while a network trains, five people at once, and two hundred sessions."""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.timing import table
from benchmarks.turns import in_turn, machine, ratio, spread
from tests.browser.server import ARGUMENTS, CHROMIUM, Server

WAIT_MS = 120_000.0
PAGES = {"Home": "mlmusic", "Train": "Train", "Evaluate": "Evaluate", "Audio": "Audio"}
EMPTY, HOME = "empty Streamlit app", "home page"
PEOPLE = 5


def measure(*, quick: bool) -> str:
    """Return the tables of all four."""
    expect.set_options(timeout=WAIT_MS)
    with (
        tempfile.TemporaryDirectory() as name,
        sync_playwright() as playwright,
    ):
        folder = Path(name)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        script = folder / "empty.py"
        script.write_text('import streamlit as st\n\nst.title("mlmusic")\n')
        with (
            running(Server(folder / "empty", script=str(script))) as empty,
            running(Server(folder / "runs")) as app,
        ):
            parts = []
            for part in (
                lambda: first_paints(chromium, empty.url, app.url, rounds=5 if quick else 20),
                lambda: clicks(chromium, app.url, rounds=3 if quick else 15),
                lambda: people(chromium, app.url),
                lambda: soak(chromium, empty, app, sessions=20 if quick else 200),
            ):
                parts.append(part())
                print(parts[-1], file=sys.stderr, flush=True)  # the last takes long
        chromium.close()
    return "\n\n".join([*parts, f"{machine()}."])


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Stop a server at the end."""
    try:
        yield server
    finally:
        server.stop()


def first_paints(chromium: Browser, empty: str, app: str, *, rounds: int) -> str:
    """Return the table of seconds from asking for a page to its title."""

    def painted(address: str, title: str) -> Callable[[], float]:
        return lambda: _paint(chromium, address, title)

    contenders = {EMPTY: painted(empty, "mlmusic"), HOME: painted(app, "mlmusic")}
    for page, title in list(PAGES.items())[1:]:
        contenders[page] = painted(f"{app}/{page}", title)
    in_turn(contenders, rounds=2)  # warms up
    found = in_turn(contenders, rounds=rounds)
    rows = [
        [
            name,
            spread([1000 * value for value in values], ".0f"),
            f"{ratio(values, found[EMPTY]):.2f}",
        ]
        for name, values in found.items()
    ]
    return table(["first paint", "ms, median (lowest to highest)", "ratio"], rows)


def clicks(chromium: Browser, app: str, *, rounds: int) -> str:
    """Return how long a click on the menu takes while a network trains."""
    page = _new_page(chromium)
    page.goto(f"{app}/Train")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(re.compile("^Training: epoch"))).to_be_visible()
    found = []
    for number in range(rounds):
        for name, title in PAGES.items():
            seconds = _click(page, name, title)
            if number:  # the first round warms up
                found.append(seconds)
    page.goto(f"{app}/Train")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped in epoch"))).to_be_visible()
    page.close()
    slow = statistics.quantiles(found, n=20)[-1]
    return (
        f"A click on the menu while a network trains: median {statistics.median(found):.2f} s, "
        f"95 % {slow:.2f} s ({len(found)} clicks)."
    )


def people(chromium: Browser, app: str) -> str:
    """Return what went wrong while five people walk through the pages at once."""
    pages = [_new_page(chromium) for _ in range(PEOPLE)]
    errors: list[str] = []
    for page in pages:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(app)
    for name, title in PAGES.items():
        for page in pages:
            page.get_by_role("link", name=name, exact=True).first.click()
        for page in pages:
            expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
            errors += page.get_by_test_id("stException").all_inner_texts()
    for page in pages:
        page.close()
    return f"{PEOPLE} people on all pages at once: {len(errors)} errors."


def soak(chromium: Browser, empty: Server, app: Server, *, sessions: int) -> str:
    """Return what many sessions leave behind, in memory and threads."""
    rows = []
    for name, server in {EMPTY: empty, "mlmusic": app}.items():
        for _ in range(5):
            _paint(chromium, server.url, "mlmusic")
        megabytes, threads = _usage(server)
        for _ in range(sessions):
            _paint(chromium, server.url, "mlmusic")
        later_megabytes, later_threads = _usage(server)
        rows.append([name, f"{later_megabytes - megabytes:+.0f}", f"{threads}", f"{later_threads}"])
    return table([f"{sessions} sessions", "MB", "threads before", "after"], rows)


def _new_page(chromium: Browser) -> Page:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(WAIT_MS)
    return page


def _paint(chromium: Browser, address: str, title: str) -> float:
    """Return the seconds from asking for a page to its title, in a new session."""
    page = _new_page(chromium)
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    _wait_for_title(page, title)
    seconds = time.perf_counter() - began
    page.close()
    return seconds


def _click(page: Page, name: str, title: str) -> float:
    """Return the seconds from a click on the menu to the page's title."""
    link = page.get_by_role("link", name=name, exact=True).first
    link.scroll_into_view_if_needed()
    began = time.perf_counter()
    link.click()
    _wait_for_title(page, title)
    return time.perf_counter() - began


def _wait_for_title(page: Page, title: str) -> None:
    """Wait until the title is there, to 10 ms: a locator looks more and more seldom."""
    page.wait_for_function(
        "title => document.querySelector('h1')?.innerText.trim() === title",
        arg=title,
        polling=10,
    )


def _usage(server: Server) -> tuple[float, int]:
    """Return a server's memory in MB, and its threads; on Linux alone."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["Threads"])
