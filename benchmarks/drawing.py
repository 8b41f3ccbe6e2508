"""From lifting the pen to the new bars, on an idle server and while a network trains."""

import re
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.timing import table
from benchmarks.turns import machine
from tests.browser.pad import metric, open_evaluate, sweep
from tests.browser.server import ARGUMENTS, CHROMIUM, Server

STROKES, QUICK_STROKES = 40, 10
WAIT_MS = 120_000.0
ONE = [(0.5, 0.15 + 0.07 * step) for step in range(11)]  # a digit 1, from top to bottom


def measure(*, quick: bool) -> str:
    """Return the table of milliseconds."""
    expect.set_options(timeout=WAIT_MS)
    strokes = QUICK_STROKES if quick else STROKES
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        server = Server(Path(folder) / "runs")
        try:
            idle = latencies(chromium, server.url, strokes=strokes)
            busy = latencies_while_training(chromium, server.url, strokes=strokes)
        finally:
            chromium.close()
            server.stop()
    rows = [
        [
            name,
            f"{1000 * statistics.median(found):.0f}",
            f"{1000 * statistics.quantiles(found, n=20)[-1]:.0f}",
            f"{1000 * max(found):.0f}",
        ]
        for name, found in {"idle": idle, "while a network trains": busy}.items()
    ]
    head = ["server", "median, ms", "95 %, ms", "longest, ms"]
    return f"{table(head, rows)}\n\n{strokes} strokes each. {machine()}."


def latencies(chromium: Browser, url: str, *, strokes: int) -> list[float]:
    """Return the seconds from the pen's lift to the guess, for each of some strokes."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(WAIT_MS)
    open_evaluate(page, url)
    expect(metric(page, "Test accuracy").first).to_have_text(re.compile(r"\d%"))
    _latency(page)  # the first one warms up
    found: list[float] = []
    while len(found) < strokes:
        if (seconds := _latency(page)) is not None:
            found.append(seconds)
    page.close()
    return found


def latencies_while_training(chromium: Browser, url: str, *, strokes: int) -> list[float]:
    """Return the same while the server trains."""
    train = chromium.new_page()
    train.set_default_timeout(WAIT_MS)
    train.goto(f"{url}/Train")
    train.get_by_role("button", name="Start training").click()
    expect(train.get_by_text(re.compile("^Training: epoch"))).to_be_visible()
    train.goto("about:blank")
    found = latencies(chromium, url, strokes=strokes)
    train.goto(f"{url}/Train")
    train.get_by_role("button", name="Stop").click()
    expect(train.get_by_text(re.compile("^Stopped in epoch"))).to_be_visible()
    return found


def _latency(page: Page) -> float | None:
    """Clear the pad, draw a line, and wait for the guess; None if it came before the lift."""
    page.get_by_role("button", name="Clear").click()
    prediction = metric(page, "Prediction")
    expect(prediction).to_have_text(re.compile(r"Prediction\s*–$"))
    handle = prediction.element_handle()
    sweep(page, *ONE, lift=False)
    early = re.search(r"\d", prediction.inner_text())
    began = time.perf_counter()
    page.mouse.up()
    page.wait_for_function("metric => /\\d/.test(metric.innerText)", arg=handle, polling=10)
    return None if early else time.perf_counter() - began
