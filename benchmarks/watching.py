"""A training step in the app, with one open tab that shows it live, and one on the command line."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.timing import table
from benchmarks.turns import in_turn, machine, ratio, spread
from mlmusic.digits.runs import list_runs
from tests.browser.server import ARGUMENTS, CHROMIUM, Server

STEPS = 600  # a turn: an epoch
WAIT_MS = 120_000.0
_ARITHMETIC: set[str] = set()  # of all turns
COMMAND_LINE, APP = "command line", "app, one tab open"
IN_A_SCRIPT = f"""
from itertools import islice
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.recipe import named_recipe
from mlmusic.digits.training import Training, train
training = Training(named_recipe("notebook"))
for _ in islice(train(training, load_mnist()), {STEPS}):
    pass
print(training.train_seconds / training.step, training.arithmetic)
"""


def measure(*, quick: bool) -> str:
    """Return the table of seconds a step."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        contenders = {COMMAND_LINE: command_line, APP: lambda: app(chromium)}
        found = in_turn(contenders, rounds=1 if quick else 6)
        chromium.close()
    rows = [
        [
            name,
            spread([1000 * value for value in values], ".0f"),
            f"{ratio(values, found[COMMAND_LINE]):.2f}",
        ]
        for name, values in found.items()
    ]
    head = ["where", "ms a step, median (lowest to highest)", "ratio"]
    return f"{table(head, rows)}\n\n{', '.join(_ARITHMETIC)}. {machine()}."


def command_line() -> float:
    """Return the seconds of a step in a process that does nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SCRIPT], capture_output=True, text=True, check=True
    )
    seconds, arithmetic = done.stdout.strip().split(" ", 1)
    _note(arithmetic)
    return float(seconds)


def app(chromium: Browser) -> float:
    """Return the seconds of a step in the app while somebody watches it."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "runs")
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(WAIT_MS)
        try:
            _train(page, server.url)
        finally:
            page.close()
            server.stop()
        (run,), _ = list_runs(server.home)
    _note(str(run.arithmetic))
    return run.train_seconds / run.steps


def _note(arithmetic: str) -> None:
    """Make sure that all turns compute alike."""
    _ARITHMETIC.add(arithmetic)
    if len(_ARITHMETIC) > 1:
        raise RuntimeError(f"steps in different arithmetic cannot be compared: {_ARITHMETIC}")


def _train(page: Page, url: str) -> None:
    """Start a run, and stop it after some steps."""
    page.goto(f"{url}/Train")
    expect(page.get_by_text(re.compile("takes about"))).to_be_visible()
    page.get_by_role("button", name="Start training").click()
    page.wait_for_function(
        """steps => [...document.querySelectorAll("[data-testid=stMetric]")].some(metric => {
            const [label, value] = metric.innerText.split("\\n").filter(line => line.trim());
            return label === "Step" && parseInt(value?.replaceAll(",", "")) >= steps;
        })""",
        arg=STEPS,
    )
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped in epoch"))).to_be_visible()
