"""What the page says of a sound, and what it gives to take home, is true of that sound."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from mlmusic.audio.settings import SpectrumSettings
from tests.audio.test_spectrum import librosa_spectra
from tests.browser.listening import (
    audio_tab,
    box_of,
    expect_pictures,
    picture,
    place,
    readout,
    upload,
)
from tests.browser.tabs import Chromium
from tests.sounds import FloatArray, wav

SAMPLE_RATE, HOP_LENGTH = 8000, 512
SECONDS, CLICK_S = 3.0, 2.0
LEVEL = re.compile(r"^0:(\d\d\.\d\d) · ([\d,]+) Hz · (\S+) · (−?[\d.]+) dB$")
ARRAYS = {"STFT spectrogram": "stft_db", "Mel spectrogram": "mel_db"}


def known_sound() -> FloatArray:
    """Return A4, a click after two seconds, and faint noise."""
    t = np.arange(round(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    sound = 0.5 * np.sin(2 * np.pi * 440 * t)
    sound += 1e-4 * np.random.default_rng(0).standard_normal(len(t))
    sound[round(CLICK_S * SAMPLE_RATE)] += 0.5
    return sound.astype(np.float32)


@pytest.fixture(scope="module")
def known(
    chromium: Chromium, app_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    path = tmp_path_factory.mktemp("known") / "known.wav"
    path.write_bytes(wav(known_sound()[None], SAMPLE_RATE))
    with audio_tab(chromium, app_url) as tab:
        upload(tab, path)
        expect_pictures(tab, f"{SECONDS} s")
        yield tab


def taken_home(page: Page, button: str) -> tuple[str, bytes]:
    """Press a download button; return the file's name and content."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.fixture(scope="module")
def arrays(known: Page) -> dict[str, NDArray[np.float32]]:
    name, content = taken_home(known, "Arrays")
    assert name == "known-spectrogram.npz"
    with np.load(io.BytesIO(content)) as file:
        return dict(file)


def brightness(page: Page, name: str) -> NDArray[np.float64]:
    """Return how bright a picture is where its axes are for sure; elsewhere 0."""
    address = urljoin(page.url, picture(page, name).get_attribute("src") or "")
    image = Image.open(io.BytesIO(page.request.get(address).body())).convert("LA")
    grey, opacity = np.moveaxis(np.asarray(image, np.float64), 2, 0)
    seen = grey * opacity
    height, width = seen.shape
    seen[:, : round(0.2 * width)] = seen[:, round(0.8 * width) :] = 0
    seen[: round(0.15 * height)] = seen[round(0.83 * height) :] = 0
    return seen


def brightest(profile: NDArray[np.float64]) -> float:
    """Return the middle of the brightest rows, or columns, as a share of all."""
    return float(np.flatnonzero(profile > 0.99 * profile.max()).mean() + 0.5) / len(profile)


def point_at(page: Page, name: str, x: float, y: float) -> None:
    """Point at a part of a picture, in shares from its upper left corner."""
    box = box_of(picture(page, name))
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def read(page: Page) -> tuple[float, float, str, float]:
    """Return the time, frequency, note and level that are read out."""
    expect(readout(page)).to_have_text(LEVEL)
    found = LEVEL.match(readout(page).inner_text())
    assert found
    time, frequency, note, level = found.groups()
    return float(time), float(frequency.replace(",", "")), note, float(level.replace("−", "-"))


@pytest.mark.parametrize("name", ARRAYS)
def test_where_the_line_of_a_tone_is_seen_its_pitch_and_level_are_read(
    name: str, known: Page, arrays: dict[str, NDArray[np.float32]]
) -> None:
    point_at(known, name, 0.4, brightest(brightness(known, name).mean(axis=1)))
    time, frequency, note, level = read(known)
    assert note == "A4"
    assert frequency == pytest.approx(440, abs=12)  # a row of the picture
    levels = arrays[ARRAYS[name]]
    frame = int(time / SECONDS * levels.shape[1])
    assert level == pytest.approx(levels[:, frame].max(), abs=0.1)


def test_where_a_click_is_seen_its_time_is_read(known: Page) -> None:
    click = brightest(brightness(known, "STFT spectrogram").mean(axis=0))
    point_at(known, "STFT spectrogram", click, 0.4)
    time, *_ = read(known)
    assert time == pytest.approx(CLICK_S, abs=HOP_LENGTH / SAMPLE_RATE)


def test_a_coefficient_is_read(known: Page, arrays: dict[str, NDArray[np.float32]]) -> None:
    known.mouse.move(*place(known, "MFCC", 0.25, 2.5 / 13))
    expect(readout(known)).to_have_text(re.compile(r"^0:00\.\d\d · coefficient 2: −?\d+\.\d$"))
    value = float(readout(known).inner_text().split()[-1].replace("−", "-"))
    mfcc = arrays["mfcc"]
    assert value == pytest.approx(mfcc[2, mfcc.shape[1] // 4], abs=0.1)


def test_the_arrays_are_those_of_librosa(arrays: dict[str, NDArray[np.float32]]) -> None:
    expected = librosa_spectra(known_sound(), SAMPLE_RATE, SpectrumSettings())
    for name, values in zip(("stft_db", "mel_db", "mfcc"), expected, strict=True):
        np.testing.assert_allclose(arrays[name], values, atol=0.01, err_msg=name)
    assert (arrays["sample_rate"], arrays["n_fft"], arrays["hop_length"]) == (8000, 2048, 512)


@pytest.mark.parametrize("kind", ["STFT", "Mel", "MFCC"])
def test_the_pictures_can_be_taken_home(kind: str, known: Page) -> None:
    name, content = taken_home(known, f"{kind} picture")
    assert name == f"known-{kind.lower()}.png"
    with Image.open(io.BytesIO(content)) as image:
        image.verify()
        assert image.format == "PNG"
        assert image.width > 500


def test_the_script_is_python_that_reads_the_file(known: Page) -> None:
    name, content = taken_home(known, "Python script")
    assert name == "known-spectrogram.py"
    script = ast.parse(content.decode())
    values = {node.value for node in ast.walk(script) if isinstance(node, ast.Constant)}
    assert "known.wav" in values
