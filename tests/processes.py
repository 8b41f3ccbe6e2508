"""Programs of a few lines that tests start, talk to and kill."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def started(
    code: str, *arguments: str, stderr: int = subprocess.DEVNULL, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in a process and a session of its own; kill it at the end.

    Parameters
    ----------
    code : str
    *arguments : str
        Its ``sys.argv[1:]``.
    stderr : int
        Where its standard error goes, as ``subprocess.Popen`` takes it.
    **environment : str
        More variables of its environment.

    Yields
    ------
    subprocess.Popen
        With its standard input and output as pipes of text.
    """
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        bufsize=1,  # a line
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
