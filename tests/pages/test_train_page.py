"""The Train page without a browser: the run that goes on, or was last."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mlmusic.app import recipe_form
from mlmusic.app import trainer as trainer_module
from mlmusic.app.markdown import escape
from mlmusic.app.snapshot import Phase, Snapshot
from mlmusic.app.trainer import Trainer
from mlmusic.digits.progress import Progress
from mlmusic.digits.runs import list_runs
from tests.pages.training import (
    LONG,
    SECONDS,
    button,
    charts,
    headline,
    metrics,
    open_page,
    train_a_little,
)

pytestmark = pytest.mark.usefixtures("short_tests")


def test_each_part_has_its_place_before_any_is_filled(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows a lost connection is told by its place; see the page."""
    page = open_page()
    whole = [type(part).__name__ for part in page.main.children.values()]
    assert "Runs" in [one.value for one in page.main.children[5].subheader]  # in the last of them
    monkeypatch.setattr(recipe_form, "recipe_form", st.stop)  # as far as a lost connection saw it
    begun = [type(part).__name__ for part in open_page().main.children.values()]
    assert whole[: len(begun)] == begun
    assert begun[2:] == 4 * ["Block"]


@pytest.fixture
def refreshed(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """How often the browser asks for each part of the page, in seconds, by the part's module."""
    seconds: dict[str, float] = {}
    fragment = st.fragment

    def note(part: Callable[[], None], *, run_every: float) -> Any:
        seconds[part.__module__.removeprefix("mlmusic.app.")] = run_every
        return fragment(part, run_every=run_every)

    monkeypatch.setattr(st, "fragment", note)
    return seconds


def test_a_run_started_on_the_page_ends_with_its_test_accuracy(
    page: AppTest, trainer: Trainer
) -> None:
    train_a_little(page, trainer)
    page.run()
    assert not page.exception
    assert metrics(page)["Step"] == "5 / 5"
    accuracy = list_runs()[0][0].test_accuracy
    assert metrics(page)["Test accuracy"] == f"{accuracy:.2%}"
    assert "Finished 1 epoch in " in headline(page)
    assert [chart.proto.spec for chart in page.get("vega_lite_chart")]


def test_a_run_that_ended_while_nobody_looked_is_found_finished(
    page: AppTest, trainer: Trainer
) -> None:
    train_a_little(page, trainer)
    later = open_page()  # another session
    assert metrics(later)["Step"] == "5 / 5"
    assert "Finished 1 epoch in " in headline(later)
    assert len(charts(later)) == 2


def test_buttons_that_make_no_sense_now_are_greyed_out(page: AppTest, trainer: Trainer) -> None:
    usable = {one.label for one in page.button if not one.disabled}
    assert {"Start training", "One step"} <= usable
    assert {"Pause", "Resume", "Stop"}.isdisjoint(usable)
    button(page, "One step").click().run()
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._phase == "paused", SECONDS)
    page.run()
    usable = {one.label for one in page.button if not one.disabled}
    assert {"Resume", "Stop", "One step"} <= usable
    assert {"Start training", "Pause"}.isdisjoint(usable)
    assert metrics(page)["Step"] == "1 / 1,200"


def test_a_failure_is_told_in_a_sentence(
    page: AppTest, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Iterator[object]:
        raise RuntimeError("a *fault* in a kernel")
        yield

    monkeypatch.setattr(trainer_module, "train", fail)
    button(page, "Start training").click().run()
    assert trainer.wait(SECONDS)
    page.run()
    assert escape("Training ended: a *fault* in a kernel.") in [one.value for one in page.warning]


def test_the_article_explains_each_word_and_the_table_each_layer(page: AppTest) -> None:
    text = "\n".join(one.value for one in page.markdown)
    for word in ("Convolution", "Loss", "Learning rate", "Momentum", "Epoch"):
        assert f"\n**{word}.**" in text
    assert "A compact relative of **AlexNet**" in text
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    weights = {row[1]: row[3] for row in rows if len(row) == 5}
    assert weights["Convolution 1, 5 × 5"] == "832"
    assert weights["**Total**"] == "**3,274,634**"


def test_the_logarithmic_axis_and_the_smoothing_reach_the_chart(
    page: AppTest, trainer: Trainer
) -> None:
    train_a_little(page, trainer)
    linear = page.run().get("vega_lite_chart")[0].proto
    page.segmented_control(key="loss_axis").select("log").run()
    assert '"type": "log"' in page.get("vega_lite_chart")[0].proto.spec
    assert '"type": "log"' not in linear.spec
    data = page.get("vega_lite_chart")[0].proto.data.data
    page.slider(key="smoothing").set_value(0.0).run()
    assert page.get("vega_lite_chart")[0].proto.data.data != data


def test_what_moves_is_drawn_twice_a_second_while_a_run_goes_on_and_seldom_before_and_after(
    page: AppTest, trainer: Trainer, refreshed: dict[str, float]
) -> None:
    page.run()
    idle = dict(refreshed)
    assert 1 < idle["live_run"] <= 5
    trainer.start(LONG)
    page.run()
    assert refreshed["live_run"] == 0.5
    assert refreshed["saved_runs"] > idle["saved_runs"]  # it would only slow the run down
    trainer.stop()
    assert trainer.wait(SECONDS)
    page.run()
    assert refreshed == idle


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [
        ("running", "Training: epoch 2 of 2, 1 min 05 s so far (cpu, float32, channels last)"),
        ("paused", "Paused in epoch 2 of 2, after 1 min 05 s."),
        ("stopped", "Stopped in epoch 2 of 2, after 1 min 05 s."),
        ("finished", "Finished 2 epochs in 1 min 05 s (cpu, float32, channels last)."),
    ],
)
def test_the_time_that_has_passed_is_told_during_the_run_and_after(
    page: AppTest, trainer: Trainer, monkeypatch: pytest.MonkeyPatch, phase: Phase, sentence: str
) -> None:
    progress = Progress(
        step=1200,
        steps=1200,
        epoch=2,
        epochs=2,
        loss=0.3,
        learning_rate=0.001,
        images=120_000,
        train_seconds=60.0,
        test_seconds=5.0,
    )
    snapshot = Snapshot(phase, progress=progress, device="cpu", arithmetic="float32, channels last")
    monkeypatch.setattr(trainer, "snapshot", lambda: snapshot)
    page.run()
    assert headline(page).startswith(sentence)
