"""Drawings are read on one core, and nothing else is."""

import threading
from collections.abc import Iterator

import pytest
import torch

from mlmusic.app.reading import reader


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    reader.clear()
    yield
    torch.set_num_threads(before)
    reader.clear()


@pytest.mark.usefixtures("three_threads")
def test_drawings_are_read_on_one_core_and_training_keeps_its_threads() -> None:
    assert reader().submit(torch.get_num_threads).result() == 1
    counts = [torch.get_num_threads()]
    later = threading.Thread(target=lambda: counts.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert counts == [3, 3]
    assert reader().submit(torch.get_num_threads).result() == 1
