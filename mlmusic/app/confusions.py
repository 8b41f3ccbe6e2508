"""The confusion matrix, and the very images of the cell that a person clicks."""

import streamlit as st

from mlmusic.app.gallery import gallery
from mlmusic.app.own_drawings import ask_for
from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.metrics import confused, guesses, row_percentages
from mlmusic.plots.confusion import SELECTION, confusion_chart
from mlmusic.plots.theme import Brightness

CELL_IMAGES = 60  # shown at the most
COUNTS, PERCENTAGES = "counts", "row percentages"
DIGITS = range(10)
# The session's keys of what can be chosen.
NUMBERS, LABEL, PREDICTION = "confusion_numbers", "true_digit", "read_as"
CHART = "confusion_chart"  # which of the charts is shown; see `_chart_key`


def show_confusions(evaluation: Evaluation) -> None:
    """Show the matrix, and beside it the images of one cell.

    The cell is chosen by a click, or by the selectboxes ``True digit`` and ``Read as``.
    """
    if LABEL not in st.session_state or PREDICTION not in st.session_state:
        st.session_state[LABEL], st.session_state[PREDICTION] = _most_frequent_mistake(evaluation)
    matrix, images = st.columns(2, gap="medium")
    with matrix:
        _matrix(evaluation)
    with images:
        _cell(evaluation)


def _matrix(evaluation: Evaluation) -> None:
    """Show the confusion matrix with the chosen cell framed."""
    numbers = st.segmented_control(
        "Numbers in the cells",
        [COUNTS, PERCENTAGES],
        default=COUNTS,
        required=True,
        key=NUMBERS,
        persist_state="session",
    )
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    chart = confusion_chart(
        evaluation.confusion.tolist(),
        row_percentages(evaluation.confusion).tolist(),
        numbers="row percentages" if numbers == PERCENTAGES else "counts",
        shown=(st.session_state[LABEL], st.session_state[PREDICTION]),
        brightness=brightness,
    )
    st.vega_lite_chart(chart.data, chart.specification, key=_chart_key(), on_select=_take_click)
    st.caption(
        "Blue is read right, orange is not; the stronger the orange, the larger the share of "
        "the row. Click a cell to see its images."
    )


def _cell(evaluation: Evaluation) -> None:
    """Show the selectboxes and the images of the chosen cell."""
    left, right = st.columns(2)
    label = left.selectbox(
        "True digit", DIGITS, key=LABEL, persist_state="session", on_change=_forget_click
    )
    prediction = right.selectbox(
        "Read as", DIGITS, key=PREDICTION, persist_state="session", on_change=_forget_click
    )
    indices = confused(evaluation, label=label, prediction=prediction)
    st.markdown(_describe(evaluation, label, prediction))
    if not len(indices):
        return
    if st.button(f"Draw {_a(label)} yourself", icon=":material/draw:"):
        ask_for(label)
        st.rerun()  # the whole page: the sketch pad stands outside this part
    gallery(guesses(evaluation, indices[:CELL_IMAGES]))


def _describe(evaluation: Evaluation, label: int, prediction: int) -> str:
    """Return how many images a cell has, and which of them are shown."""
    count = int(evaluation.confusion[label, prediction])
    total = int(evaluation.confusion[label].sum())
    if not count:
        return f"None of the {total:,} images of {_a(label)} was read as {_a(prediction)}."
    words = "was" if count == 1 else "were"
    text = (
        f"**{count:,}** of the {total:,} images of {_a(label)} {words} read as "
        f"{_a(prediction)} ({count / total:.1%})."
    )
    if count == 1:
        return text
    order = "least sure" if label == prediction else "most confident"
    if count > CELL_IMAGES:
        return f"{text} These are the {CELL_IMAGES} {order}."
    return f"{text} The {order} come first."


def _a(digit: int) -> str:
    """Return a digit with its article."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def _most_frequent_mistake(evaluation: Evaluation) -> tuple[int, int]:
    """Return the true digit and the guess of the fullest cell beside the diagonal."""
    wrong = evaluation.confusion.clone().fill_diagonal_(0)
    label, prediction = divmod(int(wrong.argmax()), len(DIGITS))
    return label, prediction


def _chart_key() -> str:
    """Return the key of the chart, which is another one after `_forget_click`."""
    return f"{CHART}_{st.session_state.get(CHART, 0)}"


def _take_click() -> None:
    """Choose the cell that was clicked."""
    cells = st.session_state[_chart_key()].selection.get(SELECTION)
    if cells:
        st.session_state[LABEL] = int(cells[0]["label"])
        st.session_state[PREDICTION] = int(cells[0]["prediction"])


def _forget_click() -> None:
    """Take a new chart: the old one would not report a second click on the same cell."""
    st.session_state[CHART] = st.session_state.get(CHART, 0) + 1
