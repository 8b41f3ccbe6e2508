"""A worker that dies amid one person's song is one sentence on that page, and nothing on others."""

import os
import signal
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.listening import alert, audio_tab, expect_pictures, upload, use_demo
from tests.browser.server import Server
from tests.browser.tabs import Chromium
from tests.sounds import encoded

STOPPED = "This cannot be opened: the decoder stopped at this file; choose another one."


def decoders(server: Server) -> list[int]:
    """Return the ids of the processes that decode for a server."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            is_decoder = b"mlmusic.audio.decoding" in (folder / "cmdline").read_bytes()
        except OSError:  # it has ended
            continue
        if is_decoder and int(parent) == server.process.pid:
            found.append(int(folder.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks for a process in /proc")
def test_a_killed_decoder_is_a_sentence_on_one_page_alone(
    chromium: Chromium, app: Server, tmp_path: Path
) -> None:
    song = tmp_path / "song.wav"
    song.write_bytes(encoded("wav"))
    url = app.url
    with audio_tab(chromium, url, apart=True) as other, audio_tab(chromium, url) as one:
        use_demo(other)  # the worker is warm
        (pid,) = decoders(app)
        os.kill(pid, signal.SIGSTOP)  # it takes the song and does not end it
        try:
            upload(one, song)
            expect(one.get_by_text("Decoding the song")).to_be_visible()
        finally:
            os.kill(pid, signal.SIGKILL)
        expect(alert(one, STOPPED)).to_be_visible()
        other.get_by_text("log", exact=True).click()
        expect(other.get_by_role("radio", name="log")).to_be_checked()
        expect_pictures(other, "9.0 s")
        expect(other.get_by_role("alert")).to_have_count(0)
