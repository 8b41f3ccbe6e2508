"""The script that makes the three pictures, run as a person would."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torchaudio

from mlmusic.audio.decode import decode
from mlmusic.audio.script import spectrogram_script
from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from tests.sounds import encoded

DEFAULTS = SpectrumSettings()
OTHERS = SpectrumSettings(
    n_fft=1024, hop_length=300, window="hamming", n_mels=40, n_mfcc=7, lowest_hz=50, highest_hz=8e3
)
NEAR_DB = 0.01  # torchaudio's mel filters are float32


def torchaudio_reads_files() -> bool:
    try:
        torchaudio.load(io.BytesIO(encoded("wav")))
    except (ImportError, OSError, RuntimeError):
        return False
    return True


def script(settings: SpectrumSettings, *, song: str = "song.wav", channel: str = "mix") -> str:
    return spectrogram_script(
        song,
        settings,
        start_s=0.25,
        duration_s=1.0,
        channel=channel,
        colour_map="magma",
        range_db=60.0,
    )


@pytest.mark.skipif(not torchaudio_reads_files(), reason="no FFmpeg for torchaudio")
@pytest.mark.parametrize(("settings", "channel"), [(DEFAULTS, "mix"), (OTHERS, "right")])
def test_the_script_makes_the_same_arrays(
    tmp_path: Path, settings: SpectrumSettings, channel: str
) -> None:
    (tmp_path / "song.wav").write_bytes(encoded("wav"))
    (tmp_path / "script.py").write_text(script(settings, channel=channel), encoding="utf-8")
    subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": "agg"},
        check=True,
        timeout=300,
    )
    assert (tmp_path / "spectrogram.png").read_bytes().startswith(b"\x89PNG")
    clip = decode(io.BytesIO(encoded("wav")))
    waveform = clip.waveform(channel, start_s=0.25, duration_s=1.0)
    expected = compute_spectra(waveform, clip.sample_rate, settings)
    with np.load(tmp_path / "spectrogram.npz") as arrays:
        for name in ("stft_db", "mel_db", "mfcc"):
            assert arrays[name].shape == getattr(expected, name).shape
            assert np.abs(arrays[name] - getattr(expected, name)).max() < NEAR_DB


@pytest.mark.parametrize("name", ['it\'s "my" song\n.wav', "'''+__import__('os').abort()+'''", "€"])
def test_a_name_stays_a_text_whatever_it_holds(name: str) -> None:
    source = script(DEFAULTS, song=name)
    assert source.isascii()
    line = next(one for one in source.splitlines() if one.startswith("SONG = "))
    assert eval(line.split(" else ")[1]) == name
    compile(source, "script.py", "exec")


@pytest.mark.parametrize("window", WINDOWS)
def test_each_window_has_its_line(window: str) -> None:
    compile(script(SpectrumSettings(window=window)), "script.py", "exec")
