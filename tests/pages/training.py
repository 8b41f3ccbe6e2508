"""What the tests of the Train page do there without a browser, and how they read it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from mlmusic.app.trainer import Trainer
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import Kept, Run
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMALL = Recipe(epochs=1, training_images=200, precision="float32", device="cpu")
LONG = Recipe(epochs=50, precision="float32", device="cpu")
SECONDS = 240.0  # machines may be busy


def open_page() -> AppTest:
    main = Path(__file__).parents[2] / "streamlit_app.py"
    app = AppTest.from_file(str(main), default_timeout=SECONDS)
    return app.switch_page("pages/1_Train.py").run()


def button(page: AppTest, label: str) -> AppTest:
    return next(one for one in page.button if one.label == label)  # type: ignore[return-value]


def number(page: AppTest, label: str) -> AppTest:
    return next(one for one in page.number_input if one.label == label)  # type: ignore[return-value]


def recipe(page: AppTest) -> AppTest:
    return next(one for one in page.selectbox if one.label == "Recipe")  # type: ignore[return-value]


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def headline(page: AppTest) -> str:
    """Return the sentence at the progress bar."""
    return str(page.get("progress")[0].proto.text)


def charts(page: AppTest) -> list[str]:
    return [chart.proto.spec for chart in page.get("vega_lite_chart")]


def texts(page: AppTest) -> str:
    return "\n".join(
        one.value for one in (*page.markdown, *page.caption, *page.warning, *page.error, *page.info)
    )


def tick(page: AppTest, *rows: int) -> AppTest:
    """Tick rows of the table, counted from 0."""
    page.session_state[page.dataframe[0].key] = {"selection": {"rows": list(rows)}}
    return page.run()


def train_a_little(page: AppTest, trainer: Trainer) -> None:
    """Start a run of five steps by the page, and wait until it has ended."""
    number(page, "Training images").set_value(500).run()
    number(page, "Epochs").set_value(1).run()
    button(page, "Start training").click().run()
    assert trainer.wait(SECONDS)


def keep(
    hours: int,
    recipe: Recipe = SMALL,
    *,
    steps: int | None = None,
    status: Kept = "finished",
) -> Run:
    """Keep a run as if it had been trained for so many steps (by default all)."""
    training = Training(recipe)
    training.step = recipe.steps if steps is None else steps
    losses = [2.3 - 0.01 * step for step in range(training.step)]
    tests = [TestResult(training.step, 1000, 1.0, 0.5), TestResult(training.step, 10_000, 1.0, 0.6)]
    started = NOON + timedelta(hours=hours)
    return save_run(training, History(losses, tests), status=status, started=started)
