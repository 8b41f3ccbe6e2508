"""What the tests of the trainer and of the decoder share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mlmusic.app.decoder import Decoder, Limits
from mlmusic.app.trainer import Trainer
from mlmusic.audio.wav import wav_bytes
from tests.app.decoders import MAX_VALUES, MEMORY_BYTES
from tests.app.faulty_decoding import FUNCTION


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    trainer = Trainer()
    yield trainer
    trainer.close()


@pytest.fixture(scope="package")
def decoder() -> Iterator[Decoder]:
    """The decoder of the app, but for how much of a song it decodes."""
    decoder = Decoder(limits=Limits(max_values=MAX_VALUES))
    yield decoder
    decoder.close()


@pytest.fixture(scope="package")
def faulty() -> Iterator[Decoder]:
    """A decoder that goes wrong as the song says."""
    decoder = Decoder(FUNCTION, limits=Limits(silence_s=600, memory_bytes=MEMORY_BYTES))
    yield decoder
    decoder.close()


@pytest.fixture(scope="package")
def long_song() -> bytes:
    """Too much to be decoded in memory."""
    return wav_bytes(np.zeros((2, 2**24 + 1), np.float32), 8000)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
