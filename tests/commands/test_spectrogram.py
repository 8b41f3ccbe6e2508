"""The ``spectrogram`` command: its files, its JSON and its one line on bad input."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

from mlmusic.__main__ import main
from mlmusic.audio.decode import decode
from mlmusic.audio.settings import SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from tests.sounds import encoded, tones


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.flac"
    path.write_bytes(encoded("flac", tones(duration_s=2)))
    return path


def test_three_pictures_and_their_facts(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert main(["spectrogram", str(song), "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "duration": 2.0,
        "sample_rate": 44_100,
        "channels": 2,
        "frames": 1 + 88_200 // 512,
        "files": [str(out / name) for name in ("stft.png", "mel.png", "mfcc.png")],
    }
    assert printed.err == ""
    for name in ("stft.png", "mel.png", "mfcc.png"):
        picture = Image.open(io.BytesIO((out / name).read_bytes()))
        assert picture.getpixel((0, 0)) == (255, 255, 255, 255)


def test_the_numbers_are_those_of_every_frame(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--n-fft", "1024", "--hop-length", "64", "--n-mels", "40", "--n-mfcc", "7"]
    arguments += ["--start", "0.5", "--duration", "1", "--npz", "--json"]
    assert main(["spectrogram", str(song), "--out", str(tmp_path), *arguments]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["duration"], result["frames"]) == (1.0, 690)  # more than a picture's columns
    assert result["files"][-1] == str(tmp_path / "spectrogram.npz")
    settings = SpectrumSettings(n_fft=1024, hop_length=64, n_mels=40, n_mfcc=7)
    waveform = tones(duration_s=2).mean(axis=0)[22_050 : 22_050 + 44_100]
    expected = compute_spectra(waveform, 44_100, settings)
    with np.load(tmp_path / "spectrogram.npz") as numbers:
        assert numbers["stft_db"].shape == (513, 690)
        assert numbers["mel_db"].shape == (40, 690)
        assert numbers["mfcc"].shape == (7, 690)
        assert [int(numbers[k]) for k in ("sample_rate", "n_fft", "hop_length")] == [
            44_100,
            1024,
            64,
        ]
        loud = expected.mel_db > expected.mel_db.max() - 40  # 16 bits differ where it is quiet
        np.testing.assert_allclose(numbers["mel_db"][loud], expected.mel_db[loud], atol=0.1)


def test_window_channel_and_range_of_the_filters_are_chosen(song: Path, tmp_path: Path) -> None:
    chosen = ["--window", "blackman", "--channel", "right", "--f-min", "200", "--f-max", "9000"]
    assert main(["spectrogram", str(song), "--out", str(tmp_path), "--npz", *chosen]) == 0
    settings = SpectrumSettings(window="blackman", lowest_hz=200, highest_hz=9000)
    with song.open("rb") as file:
        expected = compute_spectra(decode(file).waveform("right"), 44_100, settings)
    with np.load(tmp_path / "spectrogram.npz") as numbers:
        for name in ("stft_db", "mel_db", "mfcc"):
            np.testing.assert_array_equal(numbers[name], getattr(expected, name))


def test_the_look_is_chosen(song: Path, tmp_path: Path) -> None:
    chosen = ["--log-axis", "--note-names", "--range-db", "40", "--colour-map", "hot"]
    assert main(["spectrogram", str(song), "--out", str(tmp_path), *chosen]) == 0
    contents = ((tmp_path / name).read_bytes() for name in ("stft.png", "mel.png"))
    stft, mel = (Image.open(io.BytesIO(content)) for content in contents)
    words = "logarithmic axis, note names, the loudest 40 dB"
    assert stft.info["Description"].endswith(f"over 2.0 s; {words}")
    assert mel.info["Description"].endswith("over 2.0 s; note names, the loudest 40 dB")
    colours = {colour for _, colour in stft.getcolors(2**20) or ()}
    assert colormaps["hot"](0.5, bytes=True) in colours  # in the colour bar all are


def test_without_json_people_read_it(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spectrogram", str(song), "--out", str(tmp_path), "--n-fft", "1024"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == "2.000 s, 44100 Hz, 2 channels, 173 frames"
    assert "Of 128 mel filters 1 is empty" in printed.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--start", "5"], "start=5 s is not within the clip; choose one from 0 to under 2.000 s"),
        (["--duration", "-1"], "duration=-1 s is no length"),
        (["--duration", "0.01"], "n_fft=2048 is longer than the clip (441 samples)"),
        (["--hop-length", "9999"], "hop_length=9999 is out of range; choose 1 to 2048"),
        (["--n-mfcc", "200"], "n_mfcc=200 is out of range; choose 1 to 128"),
        (["--window", "kaiser"], "window='kaiser' is not known; choose hann, hamming, blackman or"),
        (["--channel", "middle"], "channel='middle' is not in this clip; choose mix or left or"),
        (["--f-min", "-5"], "-5 Hz cannot be the lowest frequency; choose 0 Hz or more"),
        (["--f-max", "30000"], "30,000 Hz, is above 22,050 Hz, half the sample rate"),
        (["--range-db", "nan"], "range_db=nan is out of range; choose 20 to 80"),
        (["--colour-map", "jet"], "colour_map='jet' is not known; choose magma, viridis,"),
    ],
)
def test_bad_settings_end_with_one_line(
    arguments: list[str],
    message: str,
    song: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["spectrogram", str(song), "--out", str(tmp_path), *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert message in printed.err
    assert not list(tmp_path.glob("*.png"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "the file is not a sound that can be read"),
        (encoded("m4a")[:9000], "the M4A/MP4 file is damaged where it describes itself"),
    ],
)
def test_bad_files_end_with_one_line_that_names_them(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(content)
    assert main(["spectrogram", str(path), "--out", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert printed.err.startswith(f"spectrogram: {path}: {message}")


def test_a_missing_file_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spectrogram", "no-such-song.mp3"]) == 2
    assert "no-such-song.mp3" in capsys.readouterr().err
