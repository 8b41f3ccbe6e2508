"""One thread draws whatever a session asks for: parts of a page, and then the whole of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import Server
from tests.session import session

# A thread that has drawn something waits for what is asked for next, instead of ending. So does one
# by chance that is about to end when a click comes.
WAIT = """
import time
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType

ready = ScriptRequests.on_scriptrunner_ready

def wait(requests):
    while requests._state is ScriptRequestType.CONTINUE:
        time.sleep(0.01)
    return ready(requests)

ScriptRequests.on_scriptrunner_ready = wait
"""


@pytest.fixture
def patient_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, whose threads wait."""
    server = Server(tmp_path / "runs", prelude=WAIT)
    yield server
    server.stop()


def places(messages: list[ForwardMsg]) -> dict[str, list[int]]:
    """Return where in the page its headings are drawn."""
    return {
        message.delta.new_element.heading.body: list(message.metadata.delta_path)
        for message in messages
        if message.delta.new_element.WhichOneof("type") == "heading"
    }


@pytest.mark.slow
def test_a_page_is_drawn_in_its_place_after_a_part_of_it_was(patient_server: Server) -> None:
    with session(patient_server.url) as fresh:
        expected = places(fresh.open(""))
    with session(patient_server.url) as one:
        train = one.open("Train")
        assert "Train" in places(train)
        part = next(
            message.auto_rerun.fragment_id for message in train if message.auto_rerun.interval
        )
        assert any(
            message.WhichOneof("type") == "delta" for message in one.draw_part(part, "Train")
        )
        assert places(one.open("")) == expected
