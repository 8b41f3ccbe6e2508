"""The runs that were kept: a table, their curves over one another, and what to do with one."""

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mlmusic.app.chosen_run import chosen_run
from mlmusic.app.kept_runs import kept_runs
from mlmusic.app.markdown import escape
from mlmusic.app.names import different
from mlmusic.app.snapshot import Snapshot
from mlmusic.app.trainer import trainer
from mlmusic.digits.curve import smooth, thin
from mlmusic.digits.run import Run
from mlmusic.digits.training import TEST_SAMPLE
from mlmusic.errors import InputError
from mlmusic.plots.overlay import MAX_RUNS, RunCurve, overlay_chart

IDLE_SECONDS = 3.0  # a run may end in another tab or on the command line
BUSY_SECONDS = 15.0  # while one goes on here: it is slowed by whatever the page draws
LOSS_POINTS, ACCURACY_POINTS = 700, 250  # sent to the browser at the most, for all runs
SMOOTHING = 0.95  # of the loss curves; see `curve.smooth`
TICKED = "ticked_runs"  # the session's key for the folders' names of the ticked runs
TABLE_ROWS = 8  # shown at once; the rest is scrolled to

Curve = list[tuple[int, float]]


def saved_runs() -> None:
    """Draw the table of runs and what belongs to the ticked ones; it keeps itself up to date."""
    busy = trainer().snapshot().is_active
    st.fragment(_saved_runs, run_every=BUSY_SECONDS if busy else IDLE_SECONDS)()


def _saved_runs() -> None:
    st.subheader("Runs", anchor="runs")
    _state_of_training(trainer().snapshot())
    runs, problems = kept_runs()
    for problem in problems:
        st.warning(escape(problem), icon=":material/warning:")
    if not runs:
        st.caption("Every run that ends is kept here, also when the app is closed.")
        return
    ticked = _table(runs)
    if not ticked:
        st.caption(
            "Tick a run to rename, download, continue or delete it; tick several to lay their "
            "curves over one another."
        )
        return
    _curves(ticked[:MAX_RUNS])
    if len(ticked) > MAX_RUNS:
        st.caption(f"The curves are those of the first {MAX_RUNS} of {len(ticked)} ticked runs.")
    chosen_run(ticked)


def _state_of_training(snapshot: Snapshot) -> None:
    """Say what the run in training continues, and offer one that could not be saved."""
    origin = snapshot.origin
    if origin and snapshot.is_active:
        seam = f"; {origin.seam}" if origin.seam else ""
        st.info(
            f"The run in training continues **{escape(origin.name)}** from step "
            f"{origin.steps:,}{escape(seam)}.",
            icon=":material/update:",
        )
    if not (snapshot.unsaved and snapshot.history and snapshot.started) or snapshot.is_active:
        return
    st.warning(escape(snapshot.message), icon=":material/save:")
    name = f"run-{snapshot.started:%Y%m%d-%H%M%S}"
    with st.container(horizontal=True):
        st.button("Save again", on_click=trainer().save_again, icon=":material/save:")
        st.download_button(
            "Unsaved weights",
            lambda: trainer().weights() or b"",
            file_name=f"{name}.safetensors",
            on_click="ignore",
        )
        st.download_button(
            "Unsaved history",
            snapshot.history.to_csv(),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
        )


def _table(runs: Sequence[Run]) -> list[Run]:
    """Draw the table and return the runs that are ticked."""
    identities = [run.identity for run in runs]
    ticked = [
        row for row, name in enumerate(identities) if name in st.session_state.get(TICKED, ())
    ]
    # A tick is a row's number: with other rows, the table is another one, ticked anew.
    key = hashlib.sha1("/".join(identities).encode(), usedforsecurity=False).hexdigest()
    chosen = st.dataframe(
        _rows(runs),
        hide_index=True,
        height="auto" if len(runs) <= TABLE_ROWS else 35 * (TABLE_ROWS + 1) + 2,
        column_config={
            "Name": st.column_config.TextColumn(width="medium", pinned=True),
            "Date": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            "Test accuracy": st.column_config.NumberColumn(format="%.2f %%"),
            "Test loss": st.column_config.NumberColumn(format="%.4f"),
            "Training time": st.column_config.NumberColumn(format="%.0f s"),
        },
        placeholder="–",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        key=f"runs_{key}",
        alt="Runs",
    )
    rows = [row for row in chosen["selection"]["rows"] if row < len(runs)]
    st.session_state[TICKED] = [identities[row] for row in rows]
    return [runs[row] for row in sorted(rows)]


def _rows(runs: Sequence[Run]) -> pd.DataFrame:
    """Return what the table shows, a run a row."""
    return pd.DataFrame(
        {
            "Name": [run.name for run in runs],
            "Status": [run.status for run in runs],
            "Test accuracy": [
                None if run.test_accuracy is None else 100 * run.test_accuracy for run in runs
            ],
            "Test loss": [run.test_loss for run in runs],
            "Recipe": [run.recipe.name for run in runs],
            "Epochs": [run.epochs for run in runs],
            "Steps": [run.steps for run in runs],
            "Training time": [run.train_seconds for run in runs],
            "Computed on": [f"{run.device}, {run.arithmetic}" for run in runs],
            "Date": [run.started.astimezone().replace(tzinfo=None) for run in runs],
            "Continues": [run.origin.name if run.origin else None for run in runs],
        }
    )


def _curves(runs: Sequence[Run]) -> None:
    """Draw the loss and the accuracy of the runs over one another."""
    losses, accuracies = [], []
    names = different([run.name for run in runs])
    for run, name in zip(runs, names, strict=True):
        try:
            loss, accuracy = _points(str(run.folder), run.steps, len(runs), run)
        except InputError as error:
            st.warning(
                f"The curve of {escape(run.name)} is not shown: {escape(str(error))}.",
                icon=":material/warning:",
            )
            continue
        losses.append(RunCurve(name, loss))
        accuracies.append(RunCurve(name, accuracy))
    if not losses:
        return
    brightness = st.context.theme.type or "light"
    left, right = st.columns([3, 2])
    left.altair_chart(
        overlay_chart(
            losses,
            description="Loss curves of the chosen runs",
            title="Training loss, smoothed",
            brightness=brightness,
        ),
        key="loss_overlay",
    )
    right.altair_chart(
        overlay_chart(
            accuracies,
            description="Test accuracy of the chosen runs",
            title="Test accuracy",
            axis_format=".0%",
            zero=False,
            brightness=brightness,
        ),
        key="accuracy_overlay",
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _points(folder: str, steps: int, runs: int, _run: Run) -> tuple[Curve, Curve]:
    """Return the points of a run's smoothed loss and of its accuracy, one of ``runs``."""
    history = _run.load_history()
    indices, losses = thin(smooth(history.losses, SMOOTHING), LOSS_POINTS // runs)
    sampled = [test for test in history.tests if test.images == TEST_SAMPLE]
    tests = sampled or history.tests  # a short run has none on the sample
    kept, _ = thin([test.accuracy for test in tests], ACCURACY_POINTS // runs)
    return (
        list(zip((indices + 1).tolist(), losses.tolist(), strict=True)),
        [(tests[index].step, tests[index].accuracy) for index in kept],
    )
