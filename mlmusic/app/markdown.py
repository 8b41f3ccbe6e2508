"""Text of people's as Markdown."""

import re

JOINER = "\u2060"  # takes no room and breaks no line
# Of these signs, escaped or not, Streamlit makes icons, links and arrows unless one is between.
TOGETHER = re.compile(
    r"(?<=:)(?=material|streamlit|//)|(?<=www)(?=\.)|(?<=@)(?=[-\w])|(?<=[-<>~])(?=[-=>])",
    re.IGNORECASE,
)


def escape(text: str) -> str:
    """Return Markdown that shows a text as it is."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|$:~^=&])", r"\\\1", TOGETHER.sub(JOINER, text))
