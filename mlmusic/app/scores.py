"""How good a network is on the 10,000 test images: every measure, and the images behind it."""

import pandas as pd
import streamlit as st

from mlmusic.app.comparison import Others, show_comparison
from mlmusic.app.confusions import show_confusions
from mlmusic.app.gallery import gallery
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.metrics import (
    calibration,
    calibration_error,
    digit_scores,
    guesses,
    mistakes,
    wilson_interval,
)
from mlmusic.plots.calibration import CalibrationPoint, calibration_chart
from mlmusic.plots.theme import Brightness

MISTAKES = 30  # shown at the most
TABS = ("Confusions", "Digits", "Mistakes", "Comparison", "Calibration")


@st.fragment
def show_scores(evaluation: Evaluation, *, name: str, others: Others) -> None:
    """Show what a network reads right and wrong, in tabs of which the open one is drawn.

    A fragment: a click draws this part of the page anew, not the whole page.

    Parameters
    ----------
    evaluation : Evaluation
        Of all test images of MNIST, finished.
    name : str
        Of the network.
    others : name → function that returns an OngoingEvaluation
        The networks to compare with; a function is called once its name is chosen, and may
        raise InputError or OSError.
    """
    per_second = evaluation.total / max(evaluation.seconds, 1e-9)
    st.caption(
        f"Test loss {evaluation.loss:.4f} nats an image (mean cross-entropy). "
        f"{evaluation.total:,} images were read in {evaluation.seconds:.1f} s, "
        f"{per_second:,.0f} a second."
    )
    confusions, digits, wrong, compared, calibrated = st.tabs(
        TABS, key="scores_tab", on_change="rerun"
    )
    if confusions.open:
        with confusions:
            show_confusions(evaluation)
    if digits.open:
        with digits:
            _digits(evaluation)
    if wrong.open:
        with wrong:
            _mistakes(evaluation)
    if compared.open:
        with compared:
            show_comparison(evaluation, name=name, others=others)
    if calibrated.open:
        with calibrated:
            _calibration(evaluation)


def _digits(evaluation: Evaluation) -> None:
    """Show the precision, the recall and the F1 of each digit."""
    scores = digit_scores(evaluation)
    st.table(
        pd.DataFrame(
            {
                "Images": [f"{one.images:,}" for one in scores],
                "Precision": [_percent(one.precision) for one in scores],
                "Recall": [_percent(one.recall) for one in scores],
                "F1": [_percent(one.f1) for one in scores],
            },
            index=pd.Index([one.digit for one in scores], name="Digit"),
        )
    )
    st.caption(
        "Precision: of the images read as this digit, the share that show it. Recall: of the "
        "images that show this digit, the share read as it. F1: the harmonic mean of the two."
    )


def _percent(share: float | None) -> str:
    """Return a share in percent, or a dash where there is none."""
    return "–" if share is None else f"{share:.2%}"


def _mistakes(evaluation: Evaluation) -> None:
    """Show the images read wrong, the most confident guess first."""
    indices = mistakes(evaluation)
    if not len(indices):
        st.markdown("No mistakes: every image is read right.")
        return
    shown = f"; these are the {MISTAKES} most confident" if len(indices) > MISTAKES else ""
    st.markdown(
        f"**{len(indices):,}** of {evaluation.total:,} images are read wrong{shown}. Under each: "
        "the true digit, what it was read as, and how sure the network was."
    )
    gallery(guesses(evaluation, indices[:MISTAKES]))
    st.caption(
        "Not every mistake is the network's: about 15 of the 10,000 labels are known to be wrong "
        '(Northcutt, Athalye and Mueller, "Pervasive label errors in test sets", 2021).'
    )


def _calibration(evaluation: Evaluation) -> None:
    """Show whether the network is right as often as it is sure."""
    bins = calibration(evaluation)
    points = [
        CalibrationPoint(
            one.confidence,
            one.accuracy,
            *wilson_interval(round(one.accuracy * one.count), one.count),
            count=one.count,
        )
        for one in bins
        if one.confidence is not None and one.accuracy is not None
    ]
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    chart, words = st.columns([3, 2], gap="medium")
    chart.altair_chart(calibration_chart(points, brightness=brightness), key="calibration_curve")
    words.markdown(
        "Is it right as often as it is sure? On the dashed line it is; below, it is too sure of "
        "itself; above, not sure enough. The bars are 95 % intervals."
    )
    words.markdown(
        f"Over all images its confidence is {calibration_error(bins):.2%} off on average "
        f"(expected calibration error). {bins[-1].count:,} of {evaluation.total:,} guesses are "
        "more than 90 % sure."
    )
