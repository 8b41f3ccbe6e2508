"""The script that makes the three pictures, run as a person would."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torchaudio

from mlmusic.audio.decode import decode
from mlmusic.audio.script import spectrogram_script
from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from tests.audio.test_spectrum import rich_sound
from tests.sounds import encode, encoded

DEFAULTS = SpectrumSettings()
NEAR_DB = 0.01
START_S, DURATION_S = 0.25, 1.0
# Runs the scripts that are named, and tells what is written beside the first two pictures.
RUN = """
import json, os, runpy, sys
for script in sys.argv[1:]:
    sys.argv = [script, script.replace(".py", ".wav")]
    axes = runpy.run_path(script)["figure"].axes[:2]
    marks = [[label.get_text() for label in one.get_yticklabels()] for one in axes]
    print(json.dumps([one.get_ylabel() for one in axes] + marks))
    os.rename("spectrogram.npz", script.replace(".py", ".npz"))
"""


@dataclass(frozen=True)
class Case:
    """A song, settings and a look."""

    sample_rate: int
    settings: SpectrumSettings = DEFAULTS
    channel: str = "mix"
    log_axis: bool = False
    note_names: bool = False

    @property
    def song(self) -> bytes:
        sound = rich_sound(self.sample_rate)
        return encode(np.stack([sound, sound[::-1] / 2]), "wav", "pcm_f32le", self.sample_rate)

    def script(self, song: str = "song.wav") -> str:
        return spectrogram_script(
            song,
            self.settings,
            start_s=START_S,
            duration_s=DURATION_S,
            channel=self.channel,
            colour_map="magma",
            range_db=60.0,
            log_axis=self.log_axis,
            note_names=self.note_names,
        )


CASES = {
    "8kHz": Case(8000, log_axis=True, note_names=True),
    "11kHz": Case(
        11_025,
        SpectrumSettings(n_fft=512, hop_length=99, window="rectangular", n_mels=20, n_mfcc=1),
        log_axis=True,
    ),
    "44kHz": Case(
        44_100,
        SpectrumSettings(
            n_fft=1024, hop_length=300, window="hamming", n_mels=40, lowest_hz=50, highest_hz=8e3
        ),
        channel="right",
        note_names=True,
    ),
    "96kHz": Case(96_000),
    "96kHz-long": Case(
        96_000, SpectrumSettings(n_fft=8192, hop_length=2048, window="blackman"), channel="left"
    ),
}


def torchaudio_reads_files() -> bool:
    try:
        torchaudio.load(io.BytesIO(encoded("wav")))
    except (ImportError, OSError, RuntimeError):
        return False
    return True


@dataclass(frozen=True)
class Made:
    """What the scripts made: their files, and by script the axes' names and marks."""

    folder: Path
    axes: dict[str, list[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Run all scripts, in one Python: loading torch takes longer than what they do."""
    if not torchaudio_reads_files():
        pytest.skip("no FFmpeg for torchaudio")
    folder = tmp_path_factory.mktemp("scripts")
    for name, case in CASES.items():
        (folder / f"{name}.wav").write_bytes(case.song)
        (folder / f"{name}.py").write_text(case.script(), encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-c", RUN, *(f"{name}.py" for name in CASES)],
        cwd=folder,
        env=os.environ | {"MPLBACKEND": "agg"},
        check=True,
        timeout=300,
        stdout=subprocess.PIPE,
    )
    lines = map(json.loads, answer.stdout.splitlines())
    return Made(folder, dict(zip(CASES, lines, strict=True)))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_script_makes_the_same_arrays(made: Made, name: str) -> None:
    case = CASES[name]
    clip = decode(io.BytesIO(case.song))
    waveform = clip.waveform(case.channel, start_s=START_S, duration_s=DURATION_S)
    expected = compute_spectra(waveform, clip.sample_rate, case.settings)
    with np.load(made.folder / f"{name}.npz") as arrays:
        for one in ("stft_db", "mel_db", "mfcc"):
            assert arrays[one].shape == getattr(expected, one).shape
            assert np.abs(arrays[one] - getattr(expected, one)).max() < NEAR_DB


@pytest.mark.slow
def test_the_script_makes_the_same_picture(made: Made) -> None:
    assert (made.folder / "spectrogram.png").read_bytes().startswith(b"\x89PNG")
    stft, mel, stft_marks, mel_marks = made.axes["8kHz"]
    assert (stft, mel) == ("Note", "Note")
    assert stft_marks == [f"C{octave}" for octave in range(7, 0, -1)]  # up to 4000 Hz
    assert mel_marks[:3] == ["C7", "C6", "C5"]
    stft, mel, stft_marks, mel_marks = made.axes["11kHz"]
    assert (stft, mel) == ("Frequency (Hz)", "Frequency (Hz)")
    assert stft_marks == ["5,000", "2,000", "1,000", "500", "200", "100", "50"]
    assert made.axes["44kHz"][2] == ["C10", "C9", "C8", "C7", "C5"]  # what has room
    assert made.axes["96kHz"][2] == ["20,000", "10,000", "5,000", "2,000"]


@pytest.mark.parametrize("name", ['it\'s "my" song\n.wav', "'''+__import__('os').abort()+'''", "€"])
def test_a_name_stays_a_text_whatever_it_holds(name: str) -> None:
    source = CASES["8kHz"].script(name)
    assert source.isascii()
    line = next(one for one in source.splitlines() if one.startswith("SONG = "))
    assert eval(line.split(" else ")[1]) == name
    compile(source, "script.py", "exec")


def test_each_window_is_in_a_case() -> None:
    assert {case.settings.window for case in CASES.values()} == set(WINDOWS)
