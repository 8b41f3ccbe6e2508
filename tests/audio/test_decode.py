"""Every format gives the same samples by both decoders; bad files give one sentence."""

import io

import numpy as np
import pytest
import soundfile
import torchaudio

from mlmusic.audio import decode as decoding
from mlmusic.audio.clip import Clip
from mlmusic.audio.decode import decode
from mlmusic.errors import InputError
from tests.sounds import ENCODINGS, FRAME_SAMPLES, LOSSLESS, FloatArray, encode, encoded, tones


def decode_bytes(content: bytes, **options: object) -> Clip:
    return decode(io.BytesIO(content), **options)  # type: ignore[arg-type]


def float_wav(samples: FloatArray, sample_rate: int = 44_100) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples.T, sample_rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


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


def test_decoding_ends_at_the_bound_whatever_the_file_claims() -> None:
    clip = decode_bytes(encoded("flac"), max_values=20_000)
    assert 10_000 <= clip.samples.shape[1] < 10_000 + 2 * 4608  # whole frames
    assert "only its first 0.3 s were read" in clip.notes[0]


@pytest.mark.parametrize(
    "encoding", ["wav", "aiff", "flac", "mp3", "ogg-vorbis", "ogg-opus", "aac", "webm"]
)
def test_a_truncated_file_gives_what_is_there_and_says_so(encoding: str) -> None:
    whole = encoded(encoding, tones(sample_rate=ENCODINGS[encoding][2], duration_s=4))
    clip = decode_bytes(whole[: len(whole) * 6 // 10])
    assert 1.0 < clip.duration_s < 2.6
    assert len(clip.notes) == 1
    assert clip.notes[0].startswith(("The file is cut short after", "The file is damaged after"))


def test_a_truncated_m4a_whose_index_is_missing_is_one_sentence() -> None:
    content = encoded("m4a")
    with pytest.raises(InputError, match="the M4A/MP4 file is damaged where it describes itself"):
        decode_bytes(content[: len(content) // 2])


def test_a_damaged_file_gives_what_decoded_before_the_damage() -> None:
    content = bytearray(encoded("mp3"))
    middle = len(content) // 2
    content[middle : middle + 2000] = np.random.default_rng(0).bytes(2000)
    clip = decode_bytes(bytes(content))
    whole = decode_bytes(encoded("mp3"))
    length = clip.samples.shape[1]
    assert 0.3 < clip.duration_s < 0.6
    np.testing.assert_allclose(
        clip.samples[:, :-2304], whole.samples[:, : length - 2304], atol=1e-4
    )
    assert "damaged after 0.5 s" in clip.notes[0]


@pytest.mark.parametrize("use_torchaudio", [True, False])
def test_values_that_are_no_sound_become_silence(use_torchaudio: bool) -> None:
    samples = tones(duration_s=0.1)
    samples[0, 100], samples[1, 200], samples[0, 300] = np.nan, -np.inf, 1e30
    clip = decode_bytes(float_wav(samples), use_torchaudio=use_torchaudio)
    assert np.isfinite(clip.samples).all()
    assert clip.samples[0, 100] == clip.samples[1, 200] == clip.samples[0, 300] == 0
    assert clip.samples[0, 101] == samples[0, 101]
    assert clip.notes == ("3 values were not a number or far out of range: silence instead.",)


@pytest.mark.parametrize("use_torchaudio", [True, False])
@pytest.mark.parametrize("sample_rate", [1, 11_025, 384_000])
def test_odd_sample_rates_are_kept(sample_rate: int, use_torchaudio: bool) -> None:
    clip = decode_bytes(
        float_wav(tones(duration_s=0.1), sample_rate), use_torchaudio=use_torchaudio
    )
    assert clip.sample_rate == sample_rate
    assert clip.duration_s == pytest.approx(4410 / sample_rate)


@pytest.mark.parametrize("use_torchaudio", [True, False])
def test_six_channels_stay_six(use_torchaudio: bool) -> None:
    samples = tones([100.0 * (k + 1) for k in range(6)], duration_s=0.2)
    content = encode(samples, "flac", "flac", 44_100)
    clip = decode_bytes(content, use_torchaudio=use_torchaudio)
    np.testing.assert_allclose(clip.samples, samples, atol=1 / 32_768)


def test_sixteen_planar_channels_decode() -> None:
    samples = tones([100.0 * (k + 1) for k in range(16)], duration_s=0.5)
    clip = decode_bytes(encode(samples, "ogg", "libvorbis", 44_100), use_torchaudio=False)
    assert clip.samples.shape == samples.shape
    np.testing.assert_allclose(clip.samples, samples, atol=0.2)  # Vorbis, at its default


def test_more_channels_than_the_bound_are_refused() -> None:
    with pytest.raises(InputError, match="65 channels are too many"):
        decode_bytes(float_wav(np.zeros((65, 100), np.float32)))


@pytest.mark.parametrize("use_torchaudio", [True, False])
def test_one_sample_and_silence_are_clips(use_torchaudio: bool) -> None:
    one = decode_bytes(float_wav(np.ones((1, 1), np.float32)), use_torchaudio=use_torchaudio)
    assert one.samples.tolist() == [[1.0]]
    silence = decode_bytes(float_wav(np.zeros((1, 999), np.float32)), use_torchaudio=use_torchaudio)
    assert (silence.peak, silence.peak_db) == (0.0, -np.inf)


def test_a_sound_file_without_samples_is_refused() -> None:
    with pytest.raises(InputError, match="holds no sound that can be decoded"):
        decode_bytes(float_wav(np.zeros((1, 0), np.float32)))
