"""Contenders of a benchmark take turns, and tell their time and their memory."""

import mmap
import time

import pytest

from benchmarks.timing import STATUS, Contender, peak_memory, run_in_turn, table


def contender(name: str, code: str) -> Contender:
    return Contender(name, ("-c", code))


def test_contenders_take_turns_until_they_fail(capsys: pytest.CaptureFixture[str]) -> None:
    tells = """print('loaded'); print('{"seconds": 2.5, "memory_mb": null}')"""
    found = run_in_turn(
        [contender("good", tells), contender("bad", "import sys; sys.exit('no memory left')")],
        rounds=2,
    )
    assert found["good"].seconds == [2.5, 2.5]
    assert not found["good"].memory_mb
    assert (found["bad"].seconds, found["bad"].failure) == ([], "no memory left")
    said = capsys.readouterr().err.splitlines()
    assert said == ["round 1 of 2: good", "round 1 of 2: bad", "round 2 of 2: good"]


def test_a_contender_that_takes_too_long_has_failed() -> None:
    found = run_in_turn([contender("slow", "import time; time.sleep(60)")], rounds=1, limit_s=0.2)
    assert found["slow"].failure == "not done after 0.2 s"


@pytest.mark.skipif(not STATUS.exists(), reason="memory is measured on Linux")
def test_what_was_freed_meanwhile_counts() -> None:
    end = time.monotonic() + 60  # seconds
    with peak_memory() as peak_mb:
        # Not from the heap, which may have room for it.
        held = mmap.mmap(-1, 50_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for page in range(0, len(held), mmap.PAGESIZE):
            held[page] = 1
        while (peak_mb() or 0) < 45 and time.monotonic() < end:
            time.sleep(0.01)
        held.close()
    peak = peak_mb()
    assert peak is not None
    assert 45 < peak < 120


def test_a_table_is_markdown() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
