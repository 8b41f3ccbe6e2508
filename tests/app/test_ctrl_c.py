"""Ctrl-C while a network learns: the server ends cleanly, and the run is kept."""

import time
from pathlib import Path

import pytest

from mlmusic.digits.runs import list_runs
from tests.browser.server import Server
from tests.session import session

SECONDS = 120.0  # machines may be busy


@pytest.mark.slow
def test_ctrl_c_in_the_middle_of_a_run_ends_the_server_cleanly_and_keeps_the_run(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path / "runs")
    try:
        with session(server.url) as one:
            one.open("Train")
            one.press("Start training", "Train")
            end = time.monotonic() + SECONDS
            while "Training: epoch 1 of 2" not in one.texts():
                assert time.monotonic() < end, one.texts()
                time.sleep(0.1)
                one.open("Train")
    finally:
        status = server.stop()
    assert status == 0
    assert "Traceback" not in server.log.read_text()
    (run,), problems = list_runs(server.home)
    assert not problems
    assert run.status == "stopped"
    assert run.steps > 0
