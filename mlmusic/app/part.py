"""What of a song is heard and seen: a range of time, and a channel."""

import math
from dataclasses import dataclass

import streamlit as st

from mlmusic.audio.clip import Clip
from mlmusic.errors import InputError

WHOLE_UP_TO_S = 600.0  # a longer song is begun with its first ten minutes
LONGEST_S = 3600.0  # of a range: its sound is held in memory, 5 MB a minute at 44.1 kHz
MAX_SAMPLES = 160_000_000  # of a range, for the same reason: an hour at 44.1 kHz
# The session's keys.
FROM, TO, CHANNEL, OF_SONG = "from_s", "to_s", "channel", "part_of_song"


@dataclass(frozen=True)
class Part:
    """A range of a song, and which channel of it."""

    channel: str  # one of the clip's choices
    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """How long it lasts, in seconds."""
        return self.end_s - self.start_s


def choose_part(clip: Clip, *, song_key: str) -> Part:
    """Show the inputs ``Channel``, ``From (s)`` and ``To (s)`` and return what is chosen.

    Raises
    ------
    InputError
        If the range ends before it begins, or is too long.
    """
    duration_s = hundredths_up(clip.duration_s)
    longest_s = min(LONGEST_S, MAX_SAMPLES / clip.sample_rate)
    if st.session_state.get(OF_SONG) != song_key:
        st.session_state[OF_SONG] = song_key
        set_range(0.0, min(duration_s, WHOLE_UP_TO_S, math.floor(longest_s)))
        st.session_state[CHANNEL] = clip.channel_choices[0]
    if len(clip.channel_choices) > 1:
        st.segmented_control(
            "Channel",
            clip.channel_choices,
            key=CHANNEL,
            required=True,
            persist_state="session",
            help="The mix is the mean of all channels.",
        )
    for label, key in (("From (s)", FROM), ("To (s)", TO)):
        st.number_input(
            label,
            0.0,
            duration_s,
            step=1.0,
            format="%.2f",
            key=key,
            persist_state="session",
            width=130,
        )
    start_s, end_s = st.session_state[FROM], st.session_state[TO]
    if end_s <= start_s:
        raise InputError(f"the range ends at {end_s:g} s, before it begins; choose a later end")
    if end_s - start_s > longest_s:
        raise InputError(
            f"the range lasts {(end_s - start_s) / 60:,.1f} minutes; choose "
            f"{longest_s / 60:.1f} or fewer"
        )
    if end_s >= duration_s:  # rounded for the input
        end_s = clip.duration_s
    if (end_s - start_s) * clip.sample_rate < 1:
        raise InputError("the range is shorter than one sample; choose a longer one")
    return Part(st.session_state[CHANNEL] or clip.channel_choices[0], start_s, end_s)


def hundredths_up(seconds: float) -> float:
    """Return a duration as exact as the inputs are, and no shorter."""
    return math.ceil(round(seconds * 100, 6)) / 100


def set_range(start_s: float, end_s: float) -> None:
    """Choose a range; call it before the inputs are drawn, or in a callback."""
    st.session_state[FROM], st.session_state[TO] = start_s, end_s
