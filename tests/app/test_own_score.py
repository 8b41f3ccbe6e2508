"""Which drawings a network reads right, found out piece by piece."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from mlmusic.app import own_score
from mlmusic.app.own_score import PIECE, Standing
from mlmusic.digits.drawings import Drawing
from mlmusic.digits.model import AlexNet

LINE = [[[100.0, 20.0], [100.0, 260.0]]]


class Counting(ThreadPoolExecutor):
    """An executor that notes how many drawings it was given at once."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given: list[int] = []

    def submit(self, fn: Any, /, *args: Any, **options: Any) -> Future[Any]:
        self.given.append(len(args[0]))
        return super().submit(fn, *args, **options)


@pytest.fixture
def drawings() -> list[Drawing]:
    return [Drawing(1 if number % 2 else 8, LINE) for number in range(PIECE + 2)]


def test_many_drawings_are_read_in_pieces(
    trained_network: AlexNet, drawings: list[Drawing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_score, "SLICE_S", 60.0)
    standing, executor = Standing(trained_network), Counting()
    standing.advance(drawings, executor)
    assert executor.given == [PIECE, 2]
    assert not standing.unread(drawings)
    assert standing.correct(drawings) == len(drawings) // 2


def test_only_a_new_drawing_is_read(trained_network: AlexNet, drawings: list[Drawing]) -> None:
    standing, executor = Standing(trained_network), Counting()
    while standing.unread(drawings):
        standing.advance(drawings, executor)
    executor.given.clear()
    standing.advance([*drawings, Drawing(1, LINE)], executor)
    assert executor.given == [1]


def test_reading_is_interrupted_and_goes_on(
    trained_network: AlexNet, drawings: list[Drawing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_score, "SLICE_S", 1e-9)
    standing, executor = Standing(trained_network), Counting()
    monkeypatch.setattr(own_score.time, "perf_counter", iter([0.0, 0.0, 1.0, 1.0, 1.0]).__next__)
    standing.advance(drawings, executor)
    assert len(standing.unread(drawings)) == 2
