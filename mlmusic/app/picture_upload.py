"""Upload a picture of a digit, and see what a network makes of it."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mlmusic.app.percentages import percentage
from mlmusic.app.reading import Reading, read_picture, show_answer
from mlmusic.digits.model import AlexNet
from mlmusic.digits.normalise import Picture
from mlmusic.digits.picture import picture_of_image
from mlmusic.errors import InputError

MAX_MB = 50
DECODED = "decoded_upload"  # in the session: the page runs often, and decoding may take seconds


@dataclass(frozen=True)
class Decoded:
    """What was found in an uploaded file."""

    file_id: str
    picture: Picture | None  # None where no ink stands out
    fault: str | None = None  # why the file cannot be read


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
        st.session_state.pop(DECODED, None)
        return
    decoded = _decoded(file)
    if decoded.fault is not None:
        st.error(f"This picture cannot be read: {decoded.fault}.")
        return
    reading = read_upload(decoded.picture, network)
    show_answer(reading, what="your picture", nothing="no digit")
    if reading.probabilities is not None:
        st.caption(probabilities_in_words(reading.probabilities))


def read_upload(picture: Picture | None, network: AlexNet) -> Reading:
    """Return what a network makes of an upload's 28 × 28 picture."""
    if picture is None:
        return Reading(None, None, "No digit stands out from the paper.")
    return read_picture(picture, network)


def probabilities_in_words(probabilities: list[float]) -> str:
    """Return the ten probabilities in one line."""
    return " · ".join(f"{digit}: {percentage(share)}" for digit, share in enumerate(probabilities))


def _decoded(file: UploadedFile) -> Decoded:
    """Return what is in an upload, decoded the first time it is met."""
    known: Decoded | None = st.session_state.get(DECODED)
    if known is not None and known.file_id == file.file_id:
        return known
    try:
        if file.size > MAX_MB * 2**20:  # the browser's limit, and nobody else's
            raise InputError(f"it has more than {MAX_MB} MB; make it smaller first")
        decoded = Decoded(file.file_id, picture_of_image(file.getvalue()))
    except InputError as error:
        decoded = Decoded(file.file_id, None, str(error))
    st.session_state[DECODED] = decoded
    return decoded
