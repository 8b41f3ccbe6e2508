"""Two networks side by side: which images one reads right and the other wrong."""

from collections.abc import Callable, Mapping

import streamlit as st
from torch import Tensor

from mlmusic.app.gallery import gallery
from mlmusic.app.markdown import escape
from mlmusic.app.ongoing_evaluation import OngoingEvaluation
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.metrics import compare, guesses
from mlmusic.errors import InputError

Others = Mapping[str, Callable[[], OngoingEvaluation]]  # a name → its evaluation, when asked for

EVERY_S = 0.3  # between two slices
SLICE_S = 0.1  # of evaluation; the last batch may go on for as long again
SHOWN = 30  # images in a gallery at the most


def show_comparison(evaluation: Evaluation, *, name: str, others: Others) -> None:
    """Show the selectbox ``Compare with`` and where the chosen network differs."""
    if not others:
        st.info("There is no second network yet. Train another one to compare the two.")
        return
    if st.session_state.get("compare_with") not in others:  # the first time, or deleted since
        st.session_state["compare_with"] = next(iter(others))
    other = st.selectbox("Compare with", list(others), key="compare_with", persist_state="session")
    try:
        second = others[other]()
    except (InputError, OSError) as error:  # weights that may not be read are an OSError
        st.error(f"This network cannot be used: {escape(str(error))}. Choose another one.")
        return
    measuring = not second.finished  # others may finish it, too
    every = EVERY_S if measuring else None
    st.fragment(_advance_and_compare, run_every=every)(evaluation, name, second, other, measuring)


def _advance_and_compare(
    evaluation: Evaluation, name: str, second: OngoingEvaluation, other: str, measuring: bool
) -> None:
    """Evaluate the second network a little more, and compare once it is done."""
    second.advance(seconds=SLICE_S)
    if second.finished and second.so_far:
        _compare(evaluation, name, second.so_far, other)
    else:
        done = second.so_far.total if second.so_far else 0
        st.progress(done / second.total, f"{done:,} of {second.total:,} test digits")
    if measuring and second.finished:
        st.rerun()  # the whole page, which stops asking for more


def _compare(first: Evaluation, name: str, second: Evaluation, other: str) -> None:
    """Show the counts, and the images themselves."""
    comparison = compare(first, second)
    st.text(
        f"First: {name}, {first.accuracy:.2%} read right\n"
        f"Second: {other}, {second.accuracy:.2%} read right"
    )
    st.markdown(
        f"Both are right on {comparison.both_right:,} of {first.total:,} images. Under each image "
        "below: what the first network read, then the second."
    )
    for heading, indices in (
        ("Only the first is right", comparison.only_first),
        ("Only the second is right", comparison.only_second),
        ("Both are wrong", comparison.both_wrong),
    ):
        _section(heading, indices, first, second)


def _section(heading: str, indices: Tensor, first: Evaluation, second: Evaluation) -> None:
    """Show some of the images with both guesses, the first network's above."""
    count, chosen = len(indices), indices[:SHOWN]
    shown = f"; the first {SHOWN} of them" if count > SHOWN else ""
    images = "1 image" if count == 1 else f"{count:,} images"
    st.markdown(f"**{heading}:** {images}{shown}")
    if count:
        gallery(guesses(first, chosen), guesses(second, chosen))
