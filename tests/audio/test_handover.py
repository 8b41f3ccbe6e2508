"""What the app and its worker hand each other: files without names, and facts not believed."""

import sys
from pathlib import Path

import pytest

from mlmusic.audio.handover import Message, clip_of, facts_of, open_again, shared_file

COLUMNS = [[-0.5, 0.0], [0.5, 0.0]]  # lowest, highest
SEEN = {"mix": COLUMNS, "left": COLUMNS, "right": COLUMNS}
TRUE: Message = {
    **{"channels": 2, "length": 2, "sample_rate": 8000},
    **{"format": "WAV", "peak": 0.0, "overviews": SEEN, "notes": ["a note"]},
}


def test_a_file_that_is_handed_over_loses_its_name() -> None:
    with shared_file() as file:
        file.write(b"sound")
        file.flush()
        with open_again(file.name) as again:
            assert again.read() == b"sound"
            assert not Path(file.name).exists() or sys.platform == "win32"
    assert not Path(file.name).exists()


def test_a_file_that_nobody_takes_goes_as_well() -> None:
    with shared_file() as file:
        assert Path(file.name).exists()
    assert not Path(file.name).exists()


@pytest.mark.parametrize(
    "false",
    [
        {"channels": 0},
        {"channels": 10**30},
        {"length": 10**30},
        {"length": 2**39},
        {"length": 0},
        {"length": 3},
        {"length": -1},
        {"length": 2.5},
        {"sample_rate": 0},
        {"sample_rate": 2**31},
        {"format": None},
        {"peak": "1"},
        {"peak": float("nan")},
        {"overviews": {}},
        {"overviews": {"mix": COLUMNS, "left": COLUMNS}},
        *(
            {"overviews": SEEN | {"right": wrong}}
            for wrong in (
                None,
                [[0.0, 0.0]],
                [[0.0], [0.0]],
                [[0.0, 0.0], [0.0]],
                [[0.0, 0.0], [0.0, "0.0"]],
                [[0.0, 0.0], [0.0, float("nan")]],
                [[0.0, 0.0], [0.0, 1e30]],
            )
        ),
        {"notes": "a note"},
    ],
    ids=str,
)
def test_facts_that_do_not_fit_the_samples_are_not_believed(false: Message) -> None:
    with shared_file() as file:
        file.write(bytes(4 * 4))
        file.flush()
        clip = clip_of(file, TRUE)
        assert facts_of(clip) == TRUE | {"notes": ("a note",)}
        with pytest.raises(ValueError, match=r"no facts of a clip|mmap|no 2 columns|inhomogeneous"):
            clip_of(file, TRUE | false)
