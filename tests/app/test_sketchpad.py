"""What the sketch pad keeps for a session."""

import pytest

from mlmusic.app import sketchpad


def test_what_was_drawn_is_kept_before_the_page_is_drawn_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strokes = [[[1.0, 2.0], [3.0, 4.0]]]
    monkeypatch.setattr(sketchpad.st, "session_state", {"pad": {"strokes": strokes}})
    sketchpad._note("pad")  # what Streamlit calls first, also where another page is asked for
    del sketchpad.st.session_state["pad"]  # which Streamlit forgets with the page
    assert sketchpad.drawn_on("pad") == strokes
