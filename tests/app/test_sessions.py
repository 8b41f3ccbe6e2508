"""What many sessions leave behind on the server: nothing."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server
from tests.session import session
from tests.sizes import size

WARMING, SESSIONS = 8, size(24, full=96)
MOST_MB = SESSIONS / 8  # an eighth of a megabyte a session
POOL = 6  # threads that the event loop starts one by one, and keeps; a leak has one a session
SECONDS = 60.0  # machines may be busy
PAGES = ("", "Train", "Evaluate", "Audio")
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


def visit(server: Server, page: str) -> str:
    """Open a page in a session of its own; return what it says."""
    with session(server.url) as one:
        messages, said = one.open(page), one.texts()
    elements = {message.delta.new_element.WhichOneof("type") for message in messages}
    assert "heading" in elements
    assert "exception" not in elements
    return said


def visit_until(server: Server, page: str, words: str) -> None:
    """Open a page again and again until it says something."""
    end = time.monotonic() + SECONDS
    while words not in visit(server, page):
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.slow
def test_threads_and_memory_return_to_their_level_after_many_sessions(server: Server) -> None:
    # What goes on in the background goes on once, and ends.
    visit_until(server, "Train", "takes about")
    visit_until(server, "Evaluate", "test digits read right")
    for number in range(WARMING):
        visit(server, PAGES[number % len(PAGES)])
    threads, megabytes = usage(server)
    for number in range(SESSIONS):
        visit(server, PAGES[number % len(PAGES)])
    end = time.monotonic() + SECONDS
    while usage(server)[0] > threads + POOL and time.monotonic() < end:
        time.sleep(0.1)  # the last session's thread is about to end
    later, later_megabytes = usage(server)
    assert later <= threads + POOL
    assert later_megabytes <= megabytes + MOST_MB
