"""The frame that each page begins with."""

import pytest
from streamlit.testing.v1 import AppTest

from mlmusic.app import menu


def test_a_page_begins_at_its_top_wherever_its_thread_drew_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(menu, "PAGES", ())  # which this one has not

    def page() -> None:
        import streamlit as st

        from mlmusic.app.menu import open_page

        st.container().__enter__()  # as a thread is left by a fragment
        open_page("Train")
        st.title("Train")

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [type(part).__name__ for part in app.main.children.values()] == ["Block", "Title"]
