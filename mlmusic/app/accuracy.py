"""The test accuracy of a network, as a number that is measured before one's eyes."""

import streamlit as st

from mlmusic.app.ongoing_evaluation import OngoingEvaluation
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.metrics import wilson_interval

EVERY_S = 0.3  # between two slices
HEIGHT_PX = 126  # the same while it is measured and afterwards


def show_accuracy(evaluation: OngoingEvaluation, *, measuring: bool) -> None:
    """Show the metric ``Test accuracy``, and a progress bar until it is final.

    Parameters
    ----------
    evaluation : OngoingEvaluation
        Others may finish it, too.
    measuring : bool
        Whether the page was drawn without the result: it is drawn anew once that is there.
    """
    st.fragment(_show, run_every=EVERY_S if measuring else None)(evaluation, measuring)


def accuracy_text(evaluation: Evaluation) -> str:
    """Return how many digits were read right, and how exactly that tells the accuracy."""
    low, high = wilson_interval(evaluation.correct, evaluation.total)
    return (
        f"{evaluation.correct:,} of {evaluation.total:,} test digits read right; "
        f"95 % interval {100 * low:.2f} to {100 * high:.2f} %"
    )


def _show(evaluation: OngoingEvaluation, measuring: bool) -> None:
    """Measure a little more, and show it."""
    evaluation.advance()
    so_far = evaluation.so_far
    with st.container(gap="xxsmall"):
        if so_far and evaluation.finished:
            st.metric("Test accuracy", f"{so_far.accuracy:.2%}")
            st.caption(accuracy_text(so_far))
        else:
            done = so_far.total if so_far else 0
            st.metric("Test accuracy", "–")
            st.progress(done / evaluation.total, f"{done:,} of {evaluation.total:,} test digits")
    if measuring and evaluation.finished:
        st.rerun()  # the whole page, which stops asking for more
