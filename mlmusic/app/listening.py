"""Hear a song and see its three pictures, in step."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mlmusic.app.part import Part, choose_part, hundredths_up, set_range
from mlmusic.app.song_pictures import Picture, pictures_of, sound_of, spectra_of
from mlmusic.app.songs import clock, facts
from mlmusic.app.sound_downloads import show_downloads
from mlmusic.app.sound_form import look_form, settings_form
from mlmusic.app.step_by_step import show_steps
from mlmusic.app.transport import transport
from mlmusic.audio.advice import advice
from mlmusic.audio.clip import Clip
from mlmusic.errors import InputError
from mlmusic.plots.theme import Brightness

CAPTIONS = (
    "**Short-time Fourier transform.** How strong each frequency is, window after window. "
    "Notes are lines, drum beats are columns.",
    "**Mel scale.** The same, gathered into bands as wide as the ear's: "
    "low notes get more room, high ones less.",
    "**Mel-frequency cepstral coefficients.** The outline of each Mel column in a few numbers: "
    "how loud, how bright, which timbre.",
)
TRANSPORT, MOMENT, STEPS = "transport", "moment_s", "steps_open"  # the session's keys


@st.fragment
def listen_and_look(
    clip: Clip, *, name: str, key: str, teaches: str = "", wav: bytes | None = None
) -> None:
    """Show the player, the transport and the three pictures of a part of a song.

    A fragment: a choice draws this part of the page anew, not the whole page.

    Parameters
    ----------
    clip : Clip
    name : str
        Of the song, as it was given.
    key : str
        Of its content.
    teaches : str
        What to look for in the pictures.
    wav : bytes, optional
        The song as a file, where the person has none: it was recorded or synthesised.
    """
    brightness: Brightness = "dark" if st.context.theme.type == "dark" else "light"
    seen, choices = st.container(), st.container()
    with choices:
        try:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                part = choose_part(clip, song_key=key)
                look = look_form()
        except InputError as error:
            seen.error(f"This cannot be pictured: {error}.")
            return
    with seen:
        try:
            with choices, st.expander("Settings of the spectra"):
                settings = settings_form()
            spectra = spectra_of(key, part, settings, clip)
        except InputError as error:  # it may be heard all the same
            _player(clip, part, [], name=name, key=key)
            st.error(f"This cannot be pictured: {error}.")
            return
        for sentence in advice(
            settings, clip.sample_rate, round(part.duration_s * clip.sample_rate)
        ):
            st.warning(sentence)
        pictures = pictures_of(key, part, settings, look, brightness, spectra)
        _player(clip, part, pictures, name=name, key=key)
        for column, picture, sentence in zip(st.columns(3), pictures, CAPTIONS, strict=True):
            column.image(picture.png, alt=picture.description, width="stretch")
            column.caption(sentence)
        if teaches:
            st.markdown(teaches)
    steps = st.expander("From sound to MFCC, step by step", key=STEPS, on_change="rerun")
    if steps.open:  # a closed one costs no time
        with steps:
            show_steps(
                clip,
                part,
                settings,
                moment_s=_moment(part, key),
                loudest_db=(float(spectra.stft_db.max()), float(spectra.mel_db.max())),
                brightness=brightness,
            )
    show_downloads(clip, part, settings, look, pictures, name=name, wav=wav)


def _player(clip: Clip, part: Part, pictures: Sequence[Picture], *, name: str, key: str) -> None:
    """Show the song's facts, the player and the transport."""
    about, player = st.columns([3, 2], vertical_alignment="center")
    with about.container(gap="xxsmall"):
        st.text(f"{name} · {facts(clip)}")
        if part.duration_s < clip.duration_s:
            start, end, whole = map(clock, (part.start_s, part.end_s, clip.duration_s))
            st.caption(f"Heard and seen: {start} to {end} of {whole}.")
    player.audio(sound_of(key, part, clip), format="audio/wav")
    transport(
        clip.overviews[part.channel],
        [picture.surface for picture in pictures],
        song_s=clip.duration_s,
        range_s=(part.start_s, part.end_s),
        wants_moment=bool(st.session_state.get(STEPS)),
        on_range=partial(_take_range, clip.duration_s),
        on_moment=partial(_take_moment, key),
        key=TRANSPORT,
    )


def _take_range(duration_s: float) -> None:
    """Choose the range that was dragged, if it is one; a song's end is its very end."""
    match st.session_state[TRANSPORT].get("range"):
        case [float() | int() as start_s, float() | int() as end_s, _] if (
            0 <= start_s <= end_s and start_s <= duration_s
        ):
            last_s = hundredths_up(duration_s) if end_s >= duration_s else float(end_s)
            set_range(float(start_s), last_s)


def _take_moment(key: str) -> None:
    """Look at the moment of a song where the playhead stopped."""
    moment = st.session_state[TRANSPORT].get("moment")
    if isinstance(moment, float | int):
        st.session_state[MOMENT] = (key, moment)


def _moment(part: Part, key: str) -> float:
    """Return the moment that is looked at, within the part; its middle at first."""
    of, moment = st.session_state.get(MOMENT, ("", None))
    if of != key or moment is None or not part.start_s <= moment <= part.end_s:
        return part.start_s + part.duration_s / 2
    return float(moment)
