"""The demo song is music: loud enough, never clipped, the same each time."""

import numpy as np

from mlmusic.audio.demo import CHORDS, SAMPLE_RATE, demo_song
from mlmusic.audio.mel import hz_to_mel, mel_to_hz


def test_the_demo_song_is_nine_seconds_of_stereo_that_never_clips() -> None:
    samples, sample_rate = demo_song()
    assert samples.shape == (2, 9 * SAMPLE_RATE)
    assert (samples.dtype, sample_rate) == (np.float32, SAMPLE_RATE)
    assert np.abs(samples).max() == np.float32(0.8)
    assert np.sqrt(np.mean(samples**2)) > 0.1
    assert np.abs(samples[:, :2]).max() < 0.01  # no click at the begin,
    assert np.abs(samples[:, -2:]).max() < 0.01  # nor at the end


def test_the_demo_song_is_the_same_each_time() -> None:
    np.testing.assert_array_equal(demo_song()[0], demo_song()[0])


def test_each_bar_sounds_its_chord() -> None:
    samples, sample_rate = demo_song()
    for bar, chord in enumerate(CHORDS):
        part = samples.mean(axis=0)[2 * bar * sample_rate : 2 * (bar + 1) * sample_rate]
        levels = np.abs(np.fft.rfft(part * np.hanning(len(part))))  # bins of half a hertz
        for note in chord:
            frequency = 440 * 2 ** ((note - 69) / 12)
            near = levels[round(2 * frequency) - 2 : round(2 * frequency) + 3].max()
            between = levels[round(2 * frequency * 2 ** (0.5 / 12))]
            assert near > 5 * between, (bar, note)


def test_mel_and_hertz_are_inverse_and_1000_is_1000() -> None:
    frequencies = np.array([0.0, 100.0, 1000.0, 20_000.0])
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(frequencies)), frequencies, atol=1e-9)
    np.testing.assert_allclose(hz_to_mel(1000.0), 1000, atol=0.1)
