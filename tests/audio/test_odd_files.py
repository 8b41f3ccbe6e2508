"""Files that are not as they should be: shown as far as they go, or refused in one sentence."""

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
import torchaudio

from mlmusic.audio import container
from mlmusic.audio import decode as decode_module
from mlmusic.audio.clip import Clip
from mlmusic.audio.decode import MAX_SAMPLE_RATE, decode
from mlmusic.errors import InputError
from tests.bomb import CHANNELS, FRAME_SAMPLES, flac_bomb
from tests.sounds import ENCODINGS, encode, encoded, film, tones, wav

BOTH = pytest.mark.parametrize("use_torchaudio", [True, False])


def decode_bytes(content: bytes, **options: object) -> Clip:
    return decode(io.BytesIO(content), **options)  # type: ignore[arg-type]


def test_decoding_ends_at_the_bound_whatever_the_file_claims() -> None:
    clip = decode_bytes(encoded("flac"), max_values=20_000)
    assert 10_000 <= clip.samples.shape[1] < 10_000 + 2 * 4608  # whole frames
    assert "only its first 0.3 s were read" in clip.notes[0]


def test_a_small_file_that_would_unpack_to_10_gb_ends_at_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torchaudio, "load", lambda _: pytest.fail("would hold it all in memory"))
    content = flac_bomb(10**10)
    assert len(content) < 150_000
    clip = decode_bytes(content, max_values=2**20)
    assert clip.samples.shape == (CHANNELS, 3 * FRAME_SAMPLES)  # the first beyond 131,072
    assert "The song is long: only its first" in clip.notes[0]


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
    clip = decode_bytes(wav(samples), use_torchaudio=use_torchaudio)
    assert np.isfinite(clip.samples).all()
    assert clip.samples[0, 100] == clip.samples[1, 200] == clip.samples[0, 300] == 0
    assert clip.samples[0, 101] == samples[0, 101]
    assert clip.notes == ("3 values were not a number or far out of range: silence instead.",)


def test_more_samples_a_second_than_can_be_played_are_refused() -> None:
    song = wav(tones(duration_s=0.1), MAX_SAMPLE_RATE + 1)
    with pytest.raises(InputError, match="a sample rate of 768,001 Hz is too high; choose a"):
        decode_bytes(song)


def test_more_channels_than_the_header_says_are_bounded_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = encode(tones(duration_s=0.2), "flac", "flac", 44_100)
    inspect = container.inspect
    monkeypatch.setattr(decode_module, "MAX_CHANNELS", 1)
    monkeypatch.setattr(  # a header that is corrected by the first frame
        container, "inspect", lambda *given: replace(inspect(*given), channels=1)
    )
    with pytest.raises(InputError, match="2 channels are too many; choose a file with 1 or fewer"):
        decode_bytes(content, use_torchaudio=False)


@pytest.mark.parametrize("use_torchaudio", [True, False])
@pytest.mark.parametrize("sample_rate", [1, 11_025, 384_000])
def test_odd_sample_rates_are_kept(sample_rate: int, use_torchaudio: bool) -> None:
    clip = decode_bytes(wav(tones(duration_s=0.1), sample_rate), use_torchaudio=use_torchaudio)
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
        decode_bytes(wav(np.zeros((65, 100), np.float32)))


@pytest.mark.parametrize("use_torchaudio", [True, False])
def test_one_sample_and_silence_are_clips(use_torchaudio: bool) -> None:
    one = decode_bytes(wav(np.ones((1, 1), np.float32)), use_torchaudio=use_torchaudio)
    assert one.samples.tolist() == [[1.0]]
    silence = decode_bytes(wav(np.zeros((1, 999), np.float32)), use_torchaudio=use_torchaudio)
    assert (silence.peak, silence.peak_db) == (0.0, -np.inf)


def test_a_kind_of_sound_that_is_not_known_is_refused() -> None:
    content = bytearray(wav(tones(duration_s=0.1), subtype="PCM_16"))
    content[20:22] = b"\x34\x12"  # what the header calls the codec
    with pytest.raises(InputError, match="of a kind that is not known; choose another"):
        decode_bytes(bytes(content))


def test_a_sound_file_without_samples_is_refused() -> None:
    with pytest.raises(InputError, match="holds no sound that can be decoded"):
        decode_bytes(wav(np.zeros((1, 0), np.float32)))


@BOTH
@pytest.mark.parametrize(
    ("promised_s", "note"), [(600, "The file is cut short after 1.0 s"), (0.5, "")]
)
def test_a_wav_s_promise_of_its_length_is_not_believed(
    promised_s: float, note: str, use_torchaudio: bool
) -> None:
    content = bytearray(wav(tones(), subtype="PCM_16"))
    size = content.index(b"data") + 4
    promised = int(promised_s * 44_100) * 4
    content[4:8] = struct.pack("<I", promised + size - 4)
    content[size : size + 4] = struct.pack("<I", promised)
    clip = decode_bytes(bytes(content), use_torchaudio=use_torchaudio)
    assert clip.duration_s == pytest.approx(min(promised_s, 1.0), abs=1e-3)
    assert [one[: len(note)] for one in clip.notes] == ([note] if note else [])


@BOTH
@pytest.mark.parametrize("promised", [1, 2**36 - 1])
def test_a_flac_s_promise_of_its_length_is_not_believed(
    promised: int, use_torchaudio: bool
) -> None:
    content = bytearray(encoded("flac"))
    facts = int.from_bytes(content[18:26], "big")
    content[18:26] = (facts >> 36 << 36 | promised).to_bytes(8, "big")
    clip = decode_bytes(bytes(content), use_torchaudio=use_torchaudio)
    assert clip.duration_s == 1
    assert len(clip.notes) == (promised > 1)


def test_a_film_without_sound_is_refused_and_of_another_the_sound_is_heard() -> None:
    with pytest.raises(InputError, match="the M4A/MP4 file has no sound in it; choose another"):
        decode_bytes(film())
    clip = decode_bytes(film(tones([440.0], duration_s=2)))
    assert (clip.channels, clip.notes) == (1, ())
    assert np.abs(np.fft.rfft(clip.samples[0, : 2 * 44_100])).argmax() / 2 == 440


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_that_ends_anywhere_is_shown_or_refused(encoding: str) -> None:
    sample_rate = ENCODINGS[encoding][2]
    whole = encoded(encoding, tones(sample_rate=sample_rate, duration_s=2.5))
    clips, sentences = [], []
    for end in np.geomspace(1, len(whole) - 1, 12).astype(int):
        try:
            clips.append(decode_bytes(whole[:end]))
        except InputError as error:
            sentences.append(str(error))
    assert sentences
    assert all("; choose" in sentence for sentence in sentences)
    assert clips or ENCODINGS[encoding][0] == "ipod"  # whose index is at its end
    for clip in clips:
        assert 0 < clip.duration_s < 2.6
        assert np.isfinite(clip.samples).all()
