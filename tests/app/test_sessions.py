"""What many sessions leave behind on the server: nothing."""

import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.tabs import Chromium

WARMING, SESSIONS = 8, 24
MOST_MB = 3  # an eighth of a megabyte a session
POOL = 6  # threads that the event loop starts one by one, and keeps; a leak has 24
SECONDS = 60.0  # machines may be busy
PAGES = {"": "mlmusic", "Train": "Train", "Evaluate": "Evaluate", "Audio": "Audio"}
# On a signal the server tells how many threads there are, and how much memory is in use: without
# the sessions that Streamlit keeps for two minutes, in case that their browsers come back, and
# without what was freed, which the C library keeps for later. That library also gives each thread a
# heap of its own, by chance a full or an empty one: here all have the same.
TELL = """
import ctypes, gc, os, signal

def tell(*_):
    from streamlit.runtime import get_instance
    get_instance()._session_mgr._session_storage._cache.clear()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    path = os.environ["USAGE"]
    with open("/proc/self/status") as status, open(path + "-new", "w") as file:
        file.write(status.read())
    os.replace(path + "-new", path)

signal.signal(signal.SIGUSR1, tell)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which tells what it uses."""
    environment = {"USAGE": str(tmp_path / "usage"), "MALLOC_ARENA_MAX": "1"}
    server = Server(tmp_path / "runs", environment=environment, prelude=TELL)
    yield server
    server.stop()


def usage(server: Server) -> tuple[int, float]:
    """Return the threads of a server, and the memory that it uses, in MB."""
    told = server.home.parent / "usage"
    told.unlink(missing_ok=True)
    server.process.send_signal(signal.SIGUSR1)
    end = time.monotonic() + SECONDS
    while not told.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    fields = dict(line.split(":", 1) for line in told.read_text().splitlines())
    return int(fields["Threads"]), int(fields["VmRSS"].split()[0]) / 1024


def open_page(tab: Page, server: Server, page: str) -> None:
    tab.goto(f"{server.url}/{page}")
    expect(tab.get_by_role("heading", name=PAGES[page], level=1)).to_be_visible()
    expect(tab.get_by_test_id("stException")).to_have_count(0)


def visit(chromium: Chromium, server: Server, sessions: int) -> None:
    """Open the pages in turn, each in a session of its own."""
    for number in range(sessions):
        with chromium.tab() as tab:
            open_page(tab, server, list(PAGES)[number % len(PAGES)])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.slow
def test_threads_and_memory_return_to_their_level_after_many_sessions(
    chromium: Chromium, server: Server
) -> None:
    with chromium.tab() as tab:  # what goes on in the background goes on once, and ends
        open_page(tab, server, "Train")
        expect(tab.get_by_text(re.compile("takes about"))).to_be_visible()
        open_page(tab, server, "Evaluate")
        expect(tab.get_by_text(re.compile("test digits read right"))).to_be_visible()
    visit(chromium, server, WARMING)
    threads, megabytes = usage(server)
    visit(chromium, server, SESSIONS)
    end = time.monotonic() + SECONDS
    while usage(server)[0] > threads + POOL and time.monotonic() < end:
        time.sleep(0.1)  # the last session's thread is about to end
    later, later_megabytes = usage(server)
    assert later <= threads + POOL
    assert later_megabytes <= megabytes + MOST_MB
