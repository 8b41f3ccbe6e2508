"""What the tests of the Train page do there, how they read it, and runs that are there before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from mlmusic.digits.history import History
from mlmusic.digits.housekeeping import rename_run
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import Run
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECIPE = Recipe(epochs=1, training_images=300, precision="float32", device="cpu")


def metric(page: Page, label: str) -> str:
    """Return a metric's value as it stands."""
    return metric_value(page, label).inner_text()


def metric_value(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def fill(page: Page, label: str, value: str) -> None:
    """Type into a number input as a person does."""
    page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Enter")


def step_of(page: Page) -> int:
    text = metric(page, "Step")
    return int(text.split("/")[0].replace(",", "")) if "/" in text else 0


def wait_for_more_steps(page: Page, than: int) -> None:
    page.wait_for_function(
        """than => {
            const metric = [...document.querySelectorAll('[data-testid=stMetric]')]
                .find(one => one.innerText.startsWith('Step'));
            const match = metric && metric.innerText.replace(/,/g, '').match(/(\\d+) \\//);
            return match && Number(match[1]) > than;
        }""",
        arg=than,
    )


def start(page: Page) -> None:
    """Start a run, and wait until it is no longer the one before that is to be seen."""
    before = metric(page, "Step")
    page.get_by_role("button", name="Start training").click()
    wait_for_another_step(page, before)


def wait_for_another_step(page: Page, before: str) -> None:
    expect(metric_value(page, "Step")).not_to_have_text(before)


def start_a_short_run(page: Page, *, images: int, epochs: int = 1) -> None:
    """Start a run of a recipe of one's own."""
    page.get_by_text("More settings").click()
    fill(page, "Training images", str(images))
    fill(page, "Epochs", str(epochs))
    expect(page.get_by_label("Recipe", exact=True)).to_have_value("custom")
    start(page)


def end_run(page: Page) -> None:
    """Press Stop, which does nothing where no run goes on."""
    stop = page.get_by_role("button", name="Stop")
    stop.evaluate("button => button.click()")
    expect(stop).to_be_disabled()


def keep(home: Path, name: str, *, hours: int) -> Run:
    """Keep a run as if it had been trained to its end."""
    training = Training(RECIPE)
    training.step = RECIPE.steps
    history = History([2.3, 2.2, 2.1], [TestResult(3, 10_000, 2.1, 0.25)], [3])
    started = NOON + timedelta(hours=hours)
    run = save_run(training, history, status="finished", started=started, folder=home)
    return rename_run(run, name)
