import gc
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import menu
from mlmusic.app.garbage import freeze_garbage

HOME = Path(__file__).parents[2] / "streamlit_app.py"


def test_objects_are_set_aside_once_for_each_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append("again"))
    freeze_garbage.cache_clear()
    for moment in ("drawing", "training", "drawing"):
        freeze_garbage(moment)
    assert len(frozen) == 2


def test_a_page_sets_aside_what_pytorch_has_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    moments: list[str] = []
    monkeypatch.setattr(menu, "freeze_garbage", moments.append)
    AppTest.from_file(str(HOME)).run()
    assert moments == ["Home"]  # the tests have loaded it
    monkeypatch.delitem(menu.sys.modules, "torch")
    AppTest.from_file(str(HOME)).run()
    assert moments == ["Home"]
