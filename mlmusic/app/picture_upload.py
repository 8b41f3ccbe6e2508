"""Upload a picture of a digit, and see what a network makes of it."""

import streamlit as st

from mlmusic.app.reading import Reading, read_picture, show_answer
from mlmusic.digits.model import AlexNet
from mlmusic.digits.picture import picture_of_image
from mlmusic.errors import InputError

MAX_MB = 50


@st.fragment
def upload_and_read(network: AlexNet, *, key: str = "digit_picture") -> None:
    """Show the uploader, the digit, what the network sees and the probabilities in one line."""
    file = st.file_uploader(
        "Upload a picture of a digit",
        type=["png", "jpg", "jpeg"],
        max_upload_size=MAX_MB,
        key=key,
        help="A photo, a scan or a drawing of one digit: dark on light or light on dark.",
    )
    if file is None:
        return
    try:
        reading = read_upload(file.getvalue(), network)
    except InputError as error:
        st.error(f"This picture cannot be read: {error}.")
        return
    show_answer(reading)
    if reading.probabilities is not None:
        st.caption(probabilities_in_words(reading.probabilities))


def read_upload(content: bytes, network: AlexNet) -> Reading:
    """Return what a network makes of a PNG or JPEG file; InputError if it cannot be read."""
    picture = picture_of_image(content)
    if picture is None:
        return Reading(None, None, "No digit stands out from the paper.")
    return read_picture(picture, network)


def probabilities_in_words(probabilities: list[float]) -> str:
    """Return the ten probabilities in one line."""
    return " · ".join(f"{digit}: {share:.1%}" for digit, share in enumerate(probabilities))
