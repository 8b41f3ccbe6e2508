"""The runs that the pages list."""

from mlmusic.app.trainer import trainer
from mlmusic.digits.run import Run
from mlmusic.digits.runs import list_runs


def kept_runs() -> tuple[list[Run], list[str]]:
    """Return the runs, the newest first, and what is wrong with others, as `list_runs` does.

    Without the checkpoints of the one that is going on here, which is not interrupted.
    """
    snapshot = trainer().snapshot()
    runs, problems = list_runs()
    if snapshot.is_active:
        runs = [run for run in runs if run.identity != snapshot.identity]
    return runs, problems
