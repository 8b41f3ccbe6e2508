"""A server started as the README says, and Chromium's options, for tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SHELL = shutil.which("chromium-headless-shell")
# The browser that people use, where it is installed; for what is measured.
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome") or _SHELL
)
# Chromium without its windows, where it is installed: a page is there in two thirds of the time.
HEADLESS_CHROMIUM = _SHELL or CHROMIUM
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 90.0


class Server:
    """A Streamlit script, the app by default, in a process of its own.

    Parameters
    ----------
    home : Path
        The folder of its runs.
    *options : str
        Of ``streamlit run``.
    script : str
        Its path; relative ones begin at the project's root.
    environment : mapping
        More variables of its environment.
    prelude : str
        Python code that it runs when it starts.
    """

    def __init__(
        self,
        home: Path,
        *options: str,
        script: str = "streamlit_app.py",
        environment: Mapping[str, str] | None = None,
        prelude: str = "",
    ) -> None:
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.home = home
        self.log = home.parent / f"{home.name}.log"
        variables = os.environ | {"MLMUSIC_HOME": str(home)} | dict(environment or {})
        if prelude:
            folder = home.parent / f"{home.name}-prelude"
            folder.mkdir()
            (folder / "sitecustomize.py").write_text(prelude)  # Python looks for this one
            paths = (str(folder), variables.get("PYTHONPATH"))
            variables["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", script),
                    *(f"--server.port={port}", "--server.headless=true", *options),
                ],
                cwd=ROOT,
                env=variables,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_healthy()
        if "Error in sitecustomize" in self.log.read_text(errors="replace"):  # Python just goes on
            self.stop()
            raise RuntimeError(f"the prelude failed:\n{self.log.read_text(errors='replace')}")

    def _wait_until_healthy(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.2)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def stop(self) -> int:
        """End the server as Ctrl-C does; return its exit status."""
        self.process.send_signal(2)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
