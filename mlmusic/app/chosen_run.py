"""A ticked run: rename it, take it along, continue it, delete it."""

import re
from collections.abc import Callable, Sequence

import streamlit as st

from mlmusic.app.markdown import escape
from mlmusic.app.trainer import trainer
from mlmusic.digits.housekeeping import NAME_LENGTH, delete_run, rename_run
from mlmusic.digits.resume import is_unfinished, resume
from mlmusic.digits.run import Run
from mlmusic.digits.script import run_script
from mlmusic.digits.weights import read_tensors
from mlmusic.errors import InputError

DELETING = "run_to_delete"  # the session's key for the run that a confirmation is asked for
MESSAGE = "runs_message"  # the session's key for what went wrong last, and with which run
STARTED = "run_continued"  # the session's key for whether a run was continued just now


def chosen_run(ticked: Sequence[Run]) -> None:
    """Draw what can be done with a ticked run; of several, one is chosen."""
    run = ticked[0]
    if len(ticked) > 1:
        names = {run.folder.name: run.name for run in ticked}
        chosen = st.selectbox(
            "Chosen run",
            list(names),
            format_func=lambda identity: names.get(identity, identity),
            help="Which of the ticked runs to rename, download, continue or delete.",
        )
        run = next(run for run in ticked if run.folder.name == chosen)
    with st.container(border=True):
        _facts(run)
        if run.status == "going on":
            st.caption(
                "It is in training, or being continued, at the moment. Once that has ended it "
                "can be renamed, continued or deleted."
            )
            _downloads(run)
        else:
            _rename(run)
            _downloads(run)
            _continue(run)
            _delete(run)
        identity, message = st.session_state.get(MESSAGE, ("", ""))
        if identity == run.folder.name:
            st.error(escape(message), icon=":material/error:")
    if st.session_state.pop(STARTED, False):
        st.rerun()  # the whole page: the run is watched at its top


def _facts(run: Run) -> None:
    """Say what the run is and which one it continues."""
    recipe = run.recipe
    when = "at the moment," if run.status == "going on" else "after"
    text = f"**{escape(run.name)}**: {run.status} {when} {run.steps:,} of {run.last_step:,} steps."
    if run.origin:
        text += f" It continues **{escape(run.origin.name)}** from step {run.origin.steps:,}"
        text += f"; {escape(run.origin.seam)}." if run.origin.seam else "."
    st.markdown(text)
    st.caption(
        f"batches of {recipe.batch_size:,} from {recipe.training_images:,} images · learning rate "
        f"{recipe.learning_rate:g}, {recipe.schedule} · momentum {recipe.momentum:g}"
        f"{', Nesterov' if recipe.nesterov else ''} · weight decay {recipe.weight_decay:g} · "
        f"augmentation {recipe.augmentation} · seed {recipe.seed}"
    )


def _rename(run: Run) -> None:
    key = f"name_{run.folder.name}"

    def rename() -> None:
        _try(run, "The run could not be renamed", lambda: rename_run(run, st.session_state[key]))

    with st.form(f"rename_{run.folder.name}", border=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        left.text_input("Name", run.name, max_chars=NAME_LENGTH, key=key)
        right.form_submit_button("Rename", width="stretch", on_click=rename)


def _downloads(run: Run) -> None:
    """Draw the three downloads.

    The files are there before the click: this part is drawn anew every few seconds, and what
    is only made at the click may have been asked of a button that is gone.
    """
    file_name = re.sub(r"[^\w.-]+", "-", run.name).strip("-.") or "run"
    with st.container(horizontal=True):
        for label, read, ending, mime, help_text in (
            (
                "Weights",
                _weights,
                "safetensors",
                "application/octet-stream",
                "The network, as a safetensors file.",
            ),
            (
                "History",
                _history,
                "csv",
                "text/csv",
                "The loss of each step and the tests, as a table.",
            ),
        ):
            try:
                content, reason = read(run.folder.as_posix(), run), help_text
            except (InputError, OSError) as error:
                content, reason = b"", escape(_sentence(f"{error}"))
            st.download_button(
                label,
                content,
                file_name=f"{file_name}.{ending}",
                mime=mime,
                help=reason,
                disabled=not content,
                on_click="ignore",
                icon=":material/download:",
                key=f"{label}_{run.folder.name}",
            )
        try:
            script, reason = run_script(run), "Trains the same network with torch alone."
        except InputError as error:
            script, reason = "", escape(_sentence(f"{error}"))
        st.download_button(
            "Python script",
            script,
            file_name=f"{file_name}.py",
            mime="text/x-python",
            help=reason,
            disabled=not script,
            on_click="ignore",
            icon=":material/code:",
            key=f"script_{run.folder.name}",
        )
    if not script:
        st.caption(reason)


@st.cache_resource(max_entries=4, show_spinner=False)
def _weights(folder: str, _run: Run) -> bytes:
    """Return a run's safetensors file; it never changes."""
    return read_tensors(_run.weights)


@st.cache_resource(max_entries=4, show_spinner=False)
def _history(folder: str, _run: Run) -> bytes:
    """Return a run's curves as a table; they never change."""
    return _run.load_history().to_csv().encode()


def _continue(run: Run) -> None:
    """Let a run go on: to its end, or for more epochs."""
    busy = trainer().snapshot().is_active
    unfinished = is_unfinished(run)
    key = f"epochs_{run.folder.name}"

    def go_on() -> None:
        epochs = 0 if unfinished else st.session_state[key]
        _try(run, "The run cannot be continued", lambda: _go_on(run, epochs))

    with st.form(f"continue_{run.folder.name}", border=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        if unfinished:
            left.markdown(
                f"It can go on where it was, at step {run.steps:,}, to its end at step "
                f"{run.last_step:,}."
            )
        else:
            left.number_input(
                "More epochs",
                value=1,
                step=1,
                help="How often the network is to see all its training images once more.",
                key=key,
            )
        label = "Finish the run" if unfinished else "Continue"
        right.form_submit_button(label, width="stretch", disabled=busy, on_click=go_on)
    if busy:
        st.caption("Another run is going on; this one can be continued after it.")
    elif not unfinished and run.recipe.schedule != "constant":
        st.caption(
            f"Its {run.recipe.schedule} schedule has ended: a new one begins, with the learning "
            "rate rising to its peak once more."
        )


def _go_on(run: Run, epochs: int) -> None:
    if epochs < 1 and not is_unfinished(run):
        raise InputError(f"{epochs} more epochs are too few; choose 1 or more")
    continuation = resume(run, epochs=epochs)
    if not trainer().start(continuation.training.recipe, continuation=continuation):
        raise InputError("another run was started a moment ago; wait until it has ended")
    st.session_state[STARTED] = True


def _delete(run: Run) -> None:
    """Delete the run once it has been confirmed."""
    identity = run.folder.name

    def ask() -> None:
        st.session_state[DELETING] = identity

    def keep() -> None:
        st.session_state.pop(DELETING, None)

    def delete() -> None:
        keep()
        _try(run, "The run could not be deleted", lambda: delete_run(run))

    if st.session_state.get(DELETING) != identity:
        st.button("Delete", icon=":material/delete:", key=f"delete_{identity}", on_click=ask)
        return
    st.warning(f"Delete **{escape(run.name)}** for good? Its network and its curve are lost.")
    with st.container(horizontal=True):
        st.button(
            "Delete for good", type="primary", key=f"delete_for_good_{identity}", on_click=delete
        )
        st.button("Keep it", key=f"keep_{identity}", on_click=keep)


def _try(run: Run, what: str, act: Callable[[], object]) -> None:
    """Do something with a run; where it fails, say why until the next try."""
    st.session_state.pop(MESSAGE, None)
    try:
        act()
    except InputError as error:
        st.session_state[MESSAGE] = run.folder.name, _sentence(f"{what}: {error}")
    except OSError as error:
        st.session_state[MESSAGE] = run.folder.name, f"{what} ({error.strerror or error})."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
