"""What a network makes of a drawing or a picture, and how that is shown."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch

from mlmusic.app.percentages import percentage
from mlmusic.app.sketchpad import SIDE
from mlmusic.digits.evaluation import classify
from mlmusic.digits.model import AlexNet
from mlmusic.digits.normalise import IMAGE_PX, Picture
from mlmusic.digits.sketch import picture_of_strokes
from mlmusic.errors import InputError
from mlmusic.plots.digits import enlarged
from mlmusic.plots.probabilities import probabilities_chart
from mlmusic.plots.theme import Brightness

SMALLEST = 0.05 * SIDE  # a drawing smaller than this is a slip of the pen
ANSWER_WIDTH = 150  # pixels: beside the picture on a phone
PICTURE_WIDTH = 168  # pixels on the screen: six for each of the picture's
CLOSE = 0.2  # two probabilities less than this apart do not tell the digits apart
BLANK = np.zeros((IMAGE_PX, IMAGE_PX), np.float32)


@dataclass(frozen=True)
class Reading:
    """What a network made of a drawing."""

    picture: Picture | None  # None where nothing is drawn
    probabilities: list[float] | None  # of the ten digits
    remark: str  # for people

    @property
    def guess(self) -> int | None:
        """The likeliest digit."""
        shares = self.probabilities
        return None if shares is None else shares.index(max(shares))

    @property
    def digit(self) -> str:
        """The likeliest digit, or a dash."""
        return "–" if self.guess is None else str(self.guess)

    @property
    def announcement(self) -> str:
        """The answer as one sentence, for a screen reader."""
        return self.remark if self.guess is None else f"Read as {self.guess}, {self.remark}"


def read(strokes: object, network: AlexNet) -> Reading:
    """Return what a network makes of strokes in the sketch pad's units; never an error."""
    try:
        picture = picture_of_strokes(strokes, smallest=SMALLEST)
    except InputError as error:
        return Reading(None, None, f"This cannot be read: {error}.")
    if picture is None:
        return Reading(None, None, "Too small to read." if strokes else "The pad is empty.")
    return read_picture(picture, network)


def read_picture(picture: Picture, network: AlexNet) -> Reading:
    """Return what a network makes of a 28 × 28 picture."""
    rows = reader().submit(classify, network, torch.from_numpy(picture)[None]).result()
    if not rows.isfinite().all():
        return Reading(picture, None, "This network's numbers overflow: choose another one.")
    probabilities = rows[0].tolist()
    return Reading(picture, probabilities, remark_on(probabilities))


def remark_on(probabilities: Sequence[float]) -> str:
    """Say how sure a network is; where the two likeliest digits are close, name both.

    Less than 0.2 apart they are unsure: of 21 such test digits, a network that reads 99.6 % of
    the others right read 6 right.
    """
    second, first = sorted(range(10), key=probabilities.__getitem__)[-2:]
    if probabilities[first] - probabilities[second] < CLOSE:
        return f"unsure: {min(first, second)} or {max(first, second)}"
    return f"{percentage(probabilities[first])} sure"


@st.cache_resource(show_spinner=False)
def reader() -> ThreadPoolExecutor:
    """Return a thread that computes on one core, and leaves the others' threads as they are.

    One picture is too little to share: on two busy cores, with a run going on, sharing it
    took 70 ms, and one core alone 1.6 ms.
    """
    threads = torch.get_num_threads()
    executor = ThreadPoolExecutor(1, "reader", initializer=torch.set_num_threads, initargs=(1,))
    executor.submit(torch.get_num_threads).result()  # from now on this thread keeps its number
    torch.set_num_threads(threads)  # PyTorch's threads that begin later take this one
    return executor


def show_answer(
    reading: Reading, *, what: str = "your drawing", nothing: str = "nothing yet"
) -> None:
    """Show the digit and the picture beside it, or below it where there is less room.

    Parameters
    ----------
    reading : Reading
    what, nothing : str
        What the picture was made of, and what is said without a picture.
    """
    shown = nothing if reading.picture is None else what
    with st.container(horizontal=True):
        with st.container(width=ANSWER_WIDTH, gap=None):
            st.metric("Prediction", reading.digit)
            st.caption(reading.remark)
        with st.container(width=PICTURE_WIDTH, gap="xsmall"):
            st.caption("What the network sees")
            st.image(
                enlarged(BLANK if reading.picture is None else reading.picture),
                width=PICTURE_WIDTH,
                alt=f"What the network sees: {shown}",
            )


def show_probabilities(reading: Reading, *, key: str) -> None:
    """Show the ten probabilities as bars."""
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    chart = probabilities_chart(reading.probabilities, brightness=brightness)
    st.vega_lite_chart(chart.data, chart.specification, key=key)
