"""A clip's facts, its mono mix, and the file behind it."""

import gc
import os
import sys
import tracemalloc

import numpy as np
import pytest

from mlmusic.audio.clip import Clip
from mlmusic.audio.clip_writer import BLOCK, ClipWriter
from mlmusic.errors import InputError
from tests.sounds import tones


def clip_of(samples: np.ndarray, sample_rate: int = 1000) -> Clip:
    writer = ClipWriter(len(samples), sample_rate)
    for block in np.array_split(samples, 3, axis=1):
        writer.append(block)
    return writer.close(format="WAV", notes=[])


def test_blocks_come_back_as_one() -> None:
    samples = tones(duration_s=0.5)
    clip = clip_of(samples, 44_100)
    np.testing.assert_array_equal(clip.samples, samples)
    assert (clip.channels, clip.sample_rate, clip.duration_s) == (2, 44_100, 0.5)
    assert clip.peak == np.abs(samples).max()
    assert clip.peak_db == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("size", [1000, BLOCK - 1, BLOCK, 2 * BLOCK + 5])
def test_blocks_of_any_size_come_back_in_their_order(size: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (2, 3 * BLOCK + 7)).astype(np.float32)
    writer = ClipWriter(2, 1000)
    for begin in range(0, samples.shape[1], size):
        writer.append(samples[:, begin : begin + size])
        assert writer.length == min(begin + size, samples.shape[1])
    clip = writer.close(format="WAV", notes=[])
    np.testing.assert_array_equal(clip.samples, samples)
    assert clip.peak == np.abs(samples).max()


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_what_is_chosen_of_a_clip_has_an_overview(channels: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (channels, 500)).astype(np.float32)
    samples[0, 7] = np.nan
    clip = clip_of(samples)
    assert tuple(clip.overviews) == clip.channel_choices
    for channel, overview in clip.overviews.items():
        np.testing.assert_array_equal(overview.lowest, clip.waveform(channel))
        np.testing.assert_array_equal(overview.highest, clip.waveform(channel))


def test_mono_is_the_mean_of_the_channels_over_a_range() -> None:
    samples = np.stack([np.arange(1000), -3 * np.arange(1000)]).astype(np.float32)
    clip = clip_of(samples)
    np.testing.assert_array_equal(clip.mono(), -np.arange(1000))
    np.testing.assert_array_equal(clip.mono(start_s=0.25), -np.arange(250, 1000))
    np.testing.assert_array_equal(clip.mono(start_s=0.1, duration_s=0.2), -np.arange(100, 300))
    np.testing.assert_array_equal(clip.mono(duration_s=1e9), -np.arange(1000))


def test_a_channel_can_be_chosen_over_a_range() -> None:
    samples = np.stack([np.arange(1000), -3 * np.arange(1000)]).astype(np.float32)
    clip = clip_of(samples)
    assert clip.channel_choices == ("mix", "left", "right")
    np.testing.assert_array_equal(clip.waveform(), clip.mono())
    np.testing.assert_array_equal(clip.waveform("left"), samples[0])
    found = clip.waveform("right", start_s=0.1, duration_s=0.2)
    np.testing.assert_array_equal(found, samples[1, 100:300])
    assert found.flags.c_contiguous
    assert found.base is None  # a copy: the file is not held by it


def test_a_mono_clip_offers_the_mix_alone() -> None:
    clip = clip_of(np.arange(1000, dtype=np.float32)[np.newaxis])
    assert clip.channel_choices == ("mix",)
    np.testing.assert_array_equal(clip.waveform("mix"), np.arange(1000))
    with pytest.raises(InputError, match=r"channel='left' is not in this clip; choose mix$"):
        clip.waveform("left")


def test_of_six_channels_the_first_two_are_left_and_right_and_the_mix_has_all() -> None:
    samples = np.random.default_rng(0).standard_normal((6, 500)).astype(np.float32)
    clip = clip_of(samples)
    np.testing.assert_array_equal(clip.waveform("left"), samples[0])
    np.testing.assert_array_equal(clip.waveform("right"), samples[1])
    np.testing.assert_allclose(clip.waveform(), samples.mean(axis=0), atol=1e-6)
    with pytest.raises(InputError, match="choose mix or left or right"):
        clip.waveform("centre")


def test_the_mix_of_a_range_takes_the_memory_of_that_range() -> None:
    clip = Clip(np.zeros((2, 4_000_000), np.float32), 1000, "WAV", 0.0, {})
    tracemalloc.start()
    mix = clip.waveform(start_s=100, duration_s=500)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mix.shape == (500_000,)
    assert most < 1.1 * mix.nbytes + 100_000


@pytest.mark.parametrize("start_s", [-0.1, 1.0, float("nan")])
def test_a_start_outside_the_clip_is_refused(start_s: float) -> None:
    with pytest.raises(InputError, match=r"is not within the clip; choose one from 0 to under 1"):
        clip_of(tones(duration_s=1, sample_rate=1000)).mono(start_s=start_s)


def test_a_start_within_the_last_sample_gives_that_sample() -> None:
    clip = clip_of(np.arange(1000, dtype=np.float32)[np.newaxis])
    assert clip.mono(start_s=0.9999).tolist() == [999]


@pytest.mark.parametrize("duration_s", [0.0, -1.0, float("nan")])
def test_a_duration_of_nothing_is_refused(duration_s: float) -> None:
    with pytest.raises(InputError, match="is no length; choose one above 0 s"):
        clip_of(tones(duration_s=1, sample_rate=1000)).mono(duration_s=duration_s)


def test_a_range_under_one_sample_is_refused() -> None:
    with pytest.raises(InputError, match="shorter than one sample"):
        clip_of(tones(duration_s=1, sample_rate=1000)).mono(duration_s=1e-5)


@pytest.mark.skipif(sys.platform != "linux", reason="counts open maps as Linux shows them")
def test_the_file_goes_with_the_clip() -> None:
    def maps() -> int:
        with open("/proc/self/maps") as lines:  # noqa: PTH123
            return sum("(deleted)" in line for line in lines)

    files, before = len(os.listdir("/proc/self/fd")), maps()  # noqa: PTH208
    clip = clip_of(tones(duration_s=1))
    assert maps() == before + 1
    del clip
    gc.collect()
    assert (len(os.listdir("/proc/self/fd")), maps()) == (files, before)  # noqa: PTH208
