"""Damaged files by the thousand: each is a clip or a sentence, and the worker stays bounded."""

import os
from collections import Counter

import numpy as np
import pytest

from mlmusic.app.decoder import Decoder, Limits
from mlmusic.app.decoding_job import DecodingError
from mlmusic.errors import InputError
from tests.sizes import size
from tests.sounds import ENCODINGS, encoded, tones

FILES = int(os.environ.get("MLMUSIC_FUZZ") or size(300, full=2000))
LIMITS = Limits(silence_s=10, total_s=10, memory_bytes=2**28, max_values=2**20)


def damaged(content: bytes, random: np.random.Generator) -> bytes:
    """Return a file with some bytes changed, and a piece of it cut, doubled or moved."""
    changed = bytearray(content)
    # Every second file near its head, where a container describes itself.
    end = len(changed) if random.random() < 0.5 else min(len(changed), 400)
    for place in random.integers(0, end, random.integers(0, 12)):
        changed[place] = random.choice([0, 0xFF, int(random.integers(256))])
    begin, end, to = np.sort(random.integers(0, len(changed), 3))
    piece = changed[begin:end]
    match random.integers(5):
        case 0:
            changed = changed[:to]
        case 1:
            del changed[begin:end]
        case 2:
            changed[to:to] = piece
    return bytes(changed)


@pytest.mark.slow
def test_every_damaged_file_is_a_clip_or_a_sentence() -> None:
    whole = [
        encoded(name, tones(sample_rate=ENCODINGS[name][2], duration_s=0.2)) for name in ENCODINGS
    ]
    decoder, ends, out_of_memory = Decoder(limits=LIMITS), Counter[str](), 0
    for seed in range(FILES):
        content = damaged(whole[seed % len(whole)], np.random.default_rng(seed))
        job = decoder.decode(content)
        assert job.wait(60), f"the file of seed {seed} hangs"
        try:
            clip = job.clip()
        except DecodingError as error:
            raise AssertionError(f"the file of seed {seed}: {error}") from error
        except InputError as error:
            ends["refused"] += "; choose" in str(error)
            out_of_memory += "memory" in str(error)
        else:
            ends["clip"] += np.isfinite(clip.samples).all()
            assert clip.samples.size < LIMITS.max_values + 2 * 65_536  # and a frame
    decoder.close()
    assert ends.total() == FILES
    assert out_of_memory <= FILES / 100  # no worker loses a little with every song
    assert (
        min(ends["clip"], ends["refused"]) > FILES / 5
    )  # the damage is neither too small nor too large
