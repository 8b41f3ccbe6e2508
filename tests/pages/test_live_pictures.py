"""The test digits and the filters of the network in training, drawn every other time."""

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import live_pictures
from mlmusic.app.trainer import Trainer
from mlmusic.digits.mnist import load_mnist
from tests.pages.training import LONG, SECONDS


def test_what_was_drawn_a_moment_ago_stays_while_a_run_goes_on(
    page: AppTest, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(live_pictures, "EVERY_S", 1000.0)
    monkeypatch.setattr(live_pictures, "_filters", lambda one: drawn.append(one.phase) or "")
    trainer.start(LONG)
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._phase == "running", SECONDS)
    page.run()
    page.run()
    assert drawn == ["running"]
    monkeypatch.setattr(live_pictures, "EVERY_S", 0.0)
    page.run()
    assert drawn == ["running", "running"]
    trainer.stop()
    assert trainer.wait(SECONDS)
    page.run()
    page.run()
    assert drawn[2:] == ["stopped", "stopped"]  # what stands there is what the run came to


def test_right_and_wrong_differ_in_sign_and_words() -> None:
    label = int(load_mnist().test_labels[0])
    assert f"<figcaption>✓ {label}</figcaption>" in live_pictures._card(0, label)
    wrong = live_pictures._card(0, (label + 1) % 10)
    assert f"<figcaption>✗ {(label + 1) % 10}</figcaption>" in wrong
    assert "wrong" in wrong
