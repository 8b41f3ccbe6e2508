"""Every format gives the same samples by both decoders."""

import io

import numpy as np
import pytest
import torchaudio

from mlmusic.audio import decode as decoding
from mlmusic.audio.clip import Clip
from mlmusic.audio.decode import decode
from tests.sounds import ENCODINGS, FRAME_SAMPLES, LOSSLESS, encoded, tones


def decode_bytes(content: bytes, **options: object) -> Clip:
    return decode(io.BytesIO(content), **options)  # type: ignore[arg-type]


@pytest.fixture
def torchaudio_loads() -> None:
    try:
        torchaudio.load(io.BytesIO(encoded("wav")))
    except (ImportError, OSError, RuntimeError):
        pytest.skip("torchaudio.load needs FFmpeg's shared libraries, which are not there")


@pytest.fixture
def no_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Could not load libtorchcodec")

    monkeypatch.setattr(torchaudio, "load", fail)


@pytest.mark.usefixtures("torchaudio_loads")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_pyav_gives_the_samples_of_torchaudio(encoding: str) -> None:
    content = encoded(encoding)
    expected, sample_rate = torchaudio.load(io.BytesIO(content))
    clip = decode_bytes(content, use_torchaudio=False)
    assert clip.sample_rate == sample_rate
    assert clip.channels == expected.shape[0]
    assert abs(clip.samples.shape[1] - expected.shape[1]) <= FRAME_SAMPLES
    length = min(clip.samples.shape[1], expected.shape[1])
    np.testing.assert_allclose(clip.samples[:, :length], expected[:, :length], atol=1e-4)


@pytest.mark.usefixtures("no_ffmpeg")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_format_opens_without_ffmpeg(encoding: str) -> None:
    sample_rate = ENCODINGS[encoding][2]
    clip = decode_bytes(encoded(encoding))
    assert (clip.sample_rate, clip.channels, clip.notes) == (sample_rate, 2, ())
    assert clip.duration_s == pytest.approx(1.0, abs=FRAME_SAMPLES / sample_rate)
    spectrum = np.abs(np.fft.rfft(clip.samples[:, :sample_rate]))
    width = clip.samples[:, :sample_rate].shape[1] / sample_rate
    np.testing.assert_allclose(spectrum.argmax(axis=1) / width, [440, 1000], atol=2)


@pytest.mark.parametrize("use_torchaudio", [True, False])
@pytest.mark.parametrize("encoding", LOSSLESS)
def test_lossless_formats_give_the_samples_back(encoding: str, use_torchaudio: bool) -> None:
    samples = tones(sample_rate=ENCODINGS[encoding][2])
    clip = decode_bytes(encoded(encoding, samples), use_torchaudio=use_torchaudio)
    np.testing.assert_allclose(clip.samples, samples, atol=1 / 32_768)
    assert clip.peak == pytest.approx(0.5, abs=1e-4)


def test_torchaudio_decodes_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(torchaudio, "load", lambda song: seen.append(song) or (np_tensor(), 8000))
    assert decode_bytes(encoded("wav")).sample_rate == 8000
    assert len(seen) == 1
    assert isinstance(seen[0], io.BytesIO)  # never a name


def np_tensor() -> object:
    import torch

    return torch.zeros(1, 16)


@pytest.mark.parametrize("mark", decoding.PLAYLIST_MARKS)
def test_sound_that_ffmpeg_could_take_for_a_playlist_never_reaches_torchaudio(
    mark: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise AssertionError("left FFmpeg to guess")

    monkeypatch.setattr(torchaudio, "load", fail)
    wav = encoded("wav")
    clip = decode_bytes(wav[:2000] + b"\n" + mark.upper() + b"4 10.0.0.1\n" + wav[2000:])
    assert clip.format == "WAV"


def test_a_long_song_is_decoded_frame_by_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_VALUES_IN_MEMORY", 1000)
    monkeypatch.setattr(torchaudio, "load", lambda _: pytest.fail("held it all in memory"))
    assert decode_bytes(encoded("mp3")).samples.shape == (2, 44_100)


@pytest.mark.parametrize("encoding", ["webm", "m4a-lossless"])
def test_what_may_hold_more_than_it_says_is_decoded_frame_by_frame(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torchaudio, "load", lambda _: pytest.fail("held it all in memory"))
    assert decode_bytes(encoded(encoding)).duration_s == pytest.approx(1, abs=0.02)
