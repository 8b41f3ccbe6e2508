"""The Evaluate page, opened and used without a browser."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from mlmusic.digits.history import History
from mlmusic.digits.run import Run
from mlmusic.digits.runs import save_run
from mlmusic.digits.training import Training

ROOT = Path(__file__).parents[2]
DRAWINGS = ROOT / "tests" / "drawings"


def keep(trained: Training, *, minutes_ago: float = 0) -> Run:
    started = datetime.now().astimezone() - timedelta(minutes=minutes_ago)
    return save_run(trained, History(), status="finished", started=started)


def open_page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/2_Evaluate.py").run()
    assert not app.exception
    return app


def draw(app: AppTest, strokes: object) -> AppTest:
    app.session_state["sketch"] = {"strokes": strokes}
    app.run()
    assert not app.exception
    return app


def guessed(app: AppTest, name: str) -> AppTest:
    return draw(app, json.loads((DRAWINGS / f"{name}.json").read_text()))


def metric(app: AppTest, label: str) -> str:
    return str(next(item.value for item in app.metric if item.label == label))


def captions(app: AppTest) -> str:
    return " ".join(str(item.value) for item in app.caption)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def texts(app: AppTest) -> str:
    return " ".join(str(item.value) for item in app.markdown)
