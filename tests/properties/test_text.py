"""Any text is shown as it is."""

import re

from hypothesis import given
from hypothesis import strategies as st

from mlmusic.app.markdown import JOINER, escape
from tests.properties.trying import TEXT, tried

# All that begins or ends something in Markdown, and is that only where no backslash is before it.
PLAIN = re.compile(r"(\\[!-/:-@\[-`{-~]|[^\\`*_{}\[\]<>()#+\-.!|$:~^=&])*", re.DOTALL)
# What Streamlit 1.67 puts other things in the place of, after the backslashes are gone.
REPLACED = re.compile(
    r":material[/_]\w+:|:streamlit:|https?://[-.\w]|www\.[-.\w]|[-.\w+]@[-\w]+\.[-\w]"
    r"|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    re.IGNORECASE,
)
MARKS = st.sampled_from(
    (
        *(":material/delete:", ":streamlit:", "http://a.b", "https://", "www.", "a@b.c", "b.c"),
        *(" -> ", "<->", " <- ", " -- ", " >= ", " <= ", " ~= ", ":red[", "]", "**", "<b>", "\\"),
    )
)


@tried(400)
@given(st.lists(MARKS | TEXT, max_size=6).map("".join))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    markdown = escape(text)
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
    assert PLAIN.fullmatch(markdown)
    assert not REPLACED.search(shown)
    assert shown.replace(JOINER, "") == text.replace(JOINER, "")
