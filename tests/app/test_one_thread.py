"""One thread draws whatever a session asks for: parts of a page, and then the whole of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server

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


def test_a_page_is_drawn_in_its_place_after_a_part_of_it_was(
    page: Page, patient_server: Server
) -> None:
    page.goto(f"{patient_server.url}/Train")
    expect(page.get_by_text("takes about")).to_be_visible()  # which a part of the page says anew
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
