"""The names of runs, as they are shown."""

from mlmusic.app.markdown import escape
from mlmusic.app.names import different


def test_runs_of_the_same_name_are_told_apart() -> None:
    assert different(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]
    assert different(["a", "a", "a (2)"]) == ["a", "a (3)", "a (2)"]
    assert different(["a (2)", "a", "a", "a (2)"]) == ["a (2)", "a", "a (3)", "a (2) (2)"]


def test_a_name_is_shown_as_it_is() -> None:
    assert escape(":red[x] $y$ <b> **z**") == r"\:red\[x\] \$y\$ \<b\> \*\*z\*\*"
