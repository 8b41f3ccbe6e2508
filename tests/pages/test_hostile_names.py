"""The name of a run is text wherever the pages show it: no Markdown, no HTML, no path."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import pytest
import streamlit as st
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from mlmusic.app.markdown import escape
from mlmusic.app.trainer import Trainer
from mlmusic.digits.housekeeping import rename_run
from mlmusic.digits.resume import resume
from mlmusic.digits.run import Run
from tests.pages import evaluating
from tests.pages.training import SECONDS, button, keep, open_page, tick

HOSTILE = '../../<img src=x onerror=alert(1)> [x](http://a.b) :red[y] $z$ "q" `c` \\ w/\u202e'
# The fields that Streamlit takes for Markdown or HTML; `st.text` shows its body as it is.
INTERPRETED = {"body", "help", "label", "text"}


@pytest.fixture
def hostile(trainer: Trainer) -> Run:
    assert trainer
    run = rename_run(keep(0), HOSTILE)
    assert "<img src=x onerror=alert(1)> [x](http://a.b) :red[y] $z$" in run.name
    return run


def interpreted(page: AppTest) -> str:
    """Return all text of a page that is Markdown or HTML."""
    assert not page.exception
    return "\n".join(
        value
        for block in (page.main, page.sidebar)
        for element in block
        if element.type != "text" and getattr(element, "proto", None)
        for value in strings(element.proto)
    )


def strings(message: Message) -> Iterator[str]:
    """Yield the texts in a message of Streamlit's that are Markdown or HTML."""
    for field, value in message.ListFields():
        if isinstance(value, str):
            if field.name in INTERPRETED:
                yield value
        elif isinstance(value, Message):
            yield from strings(value)
        elif not isinstance(value, bytes | int | float) and field.message_type:
            for one in value:
                if isinstance(one, Message):
                    yield from strings(one)


def expect_text(page: AppTest, name: str, *, times: int) -> None:
    """The name stands so many times in what is interpreted, and each time escaped."""
    shown = interpreted(page)
    assert shown.count(escape(name)) == times
    left = shown.replace(escape(name), "")
    for sign in ("<img src=x", "[x]", ":red[", "$z$", "onerror"):
        assert sign not in left


def test_on_the_train_page_a_ticked_run_is_named_in_text(hostile: Run) -> None:
    page = tick(open_page(), 0)
    expect_text(page, hostile.name, times=1)
    button(page, "Delete").click().run()
    expect_text(page, hostile.name, times=2)
    assert page.dataframe[0].value["Name"].tolist() == [hostile.name]


def test_of_several_ticked_runs_one_is_chosen_by_its_name(hostile: Run) -> None:
    keep(1)
    page = tick(open_page(), 0, 1)
    (chosen,) = [one for one in page.selectbox if one.label == "Chosen run"]
    assert hostile.name in chosen.options  # which are shown as they are
    chosen.set_value(hostile.folder.name).run()
    expect_text(page, hostile.name, times=1)


def test_the_run_that_another_one_continues_is_named_in_text(
    hostile: Run, trainer: Trainer
) -> None:
    continuation = resume(hostile, epochs=1)
    trainer.start(continuation.training.recipe, continuation=continuation, paused=True)
    with trainer._changed:
        assert trainer._changed.wait_for(lambda: trainer._phase == "paused", SECONDS)
    expect_text(open_page(), hostile.name, times=1)
    trainer.stop()
    assert trainer.wait(SECONDS)
    expect_text(tick(open_page(), 0), hostile.name, times=1)


def test_a_download_is_called_by_a_file_name_and_no_path(
    hostile: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    button = st.download_button

    def noted(*values: Any, file_name: str, **options: Any) -> bool:
        names.append(file_name)
        return button(*values, file_name=file_name, **options)

    monkeypatch.setattr(st, "download_button", noted)
    assert not tick(open_page(), 0).exception
    assert [name.rpartition(".")[2] for name in names] == ["safetensors", "csv", "py"]
    for name in names:
        assert PurePosixPath(name).name == PureWindowsPath(name).name == name
        assert not name.startswith((".", "-"))
        assert not set(name) & set('<>:"/\\|?*`$ \u202e')


def test_on_the_evaluate_page_networks_are_named_in_text(hostile: Run) -> None:
    page = evaluating.open_page()
    (network,) = [one for one in page.selectbox if one.label == "Network"]
    assert hostile.name in network.options
    expect_text(page, hostile.name, times=0)


def test_a_folder_with_a_hostile_name_is_named_in_text(hostile: Run) -> None:
    folder = hostile.folder.with_name("<img src=x onerror=alert(1)> [x](a) :red[y] $z$")
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({}))
    shown = interpreted(open_page())
    assert escape("The run in <img src=x onerror=alert(1)> [x](a) :red[y] $z$") in shown
    assert "<img src=x" not in shown
