"""What many sessions leave behind on the server: nothing."""

import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.tabs import Chromium

# The first rounds load what is loaded once; what a session leaves behind is left in every round.
ROUNDS, SESSIONS = 8, 12
MOST_MB = 3  # a quarter of a megabyte a session; what Python keeps for later is not lost
POOL = 6  # threads that the event loop starts one by one, and keeps; a leak has 12
SECONDS = 30.0
PAGES = {"": "mlmusic", "Train": "Train", "Evaluate": "Evaluate", "Audio": "Audio"}


def usage(server: Server) -> tuple[int, float]:
    """Return the threads of a server, and its memory in MB."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["Threads"]), int(fields["VmRSS"].split()[0]) / 1024


def visit(chromium: Chromium, server: Server, page: str) -> None:
    with chromium.tab() as tab:
        tab.goto(f"{server.url}/{page}")
        expect(tab.get_by_role("heading", name=PAGES[page], level=1)).to_be_visible()
        expect(tab.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.slow
def test_threads_and_memory_return_to_their_level_after_many_sessions(
    chromium: Chromium, train_server: Server
) -> None:
    for _ in range(ROUNDS):
        threads, megabytes = usage(train_server)
        for number in range(SESSIONS):
            visit(chromium, train_server, list(PAGES)[number % len(PAGES)])
        end = time.monotonic() + SECONDS
        while usage(train_server)[0] > threads + POOL and time.monotonic() < end:
            time.sleep(0.1)  # the last session's thread is about to end
        later, later_megabytes = usage(train_server)
        if later <= threads + POOL and abs(later_megabytes - megabytes) <= MOST_MB:
            return
    pytest.fail(f"threads {threads} to {later}, memory {megabytes} to {later_megabytes} MB")
