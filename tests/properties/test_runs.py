"""Whatever the file of a run says, and whatever a run is called."""

import json
import math
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmusic.digits import checks
from mlmusic.digits.housekeeping import NAME_LENGTH, printable, rename_run
from mlmusic.digits.recipe import Recipe
from mlmusic.digits.run import RUN, WEIGHTS, Kept, Origin, Run, read_run, run_fields
from mlmusic.errors import InputError
from tests.properties.recipes import BAD_RECIPES, GOOD_RECIPES, is_within_bounds
from tests.properties.trying import JSON, TEXT, attempt, kind, tried

RUN_FIELDS = {
    "name": TEXT,
    "status": st.sampled_from(["finished", "stopped", "failed", "interrupted", "going on"]),
    "recipe": GOOD_RECIPES | BAD_RECIPES,
    "started": st.datetimes(timezones=st.none() | st.timezones()).map(str),
    "device": st.sampled_from(["cpu", "cuda", "mps", "auto"]),
    "precision": st.sampled_from(["float32", "bfloat16", "auto"]),
    "steps": st.integers(0),
    "train_seconds": st.floats(0),
    "test_accuracy": st.none() | st.floats(0, 1),
    "test_loss": st.none() | st.floats(0),
    "first_step": st.integers(0),
    "origin": st.fixed_dictionaries(
        {"folder": TEXT, "name": TEXT, "steps": st.integers()}, optional={"seam": TEXT | JSON}
    ),
    "memory_format": st.sampled_from(["contiguous", "channels_last", "auto"]),
    "other": JSON,
}
CHANGES = st.sampled_from(sorted(RUN_FIELDS)).flatmap(
    lambda name: st.tuples(st.just(name), RUN_FIELDS[name] | JSON)
)
PIECES = st.sampled_from(["../", "/etc/passwd", "\\", "\0", "\n", "~", "$(x)", "\u202e", "*", " "])
NAMES = st.lists(TEXT | PIECES, max_size=8).map("".join) | st.text(min_size=70, max_size=100)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run as it was kept; its weights are not looked at."""
    run = Run(
        folder=tmp_path / "kept" / "20260301-120000-abcd",
        name="one",
        status="finished",
        recipe=Recipe(),
        started=datetime(2026, 3, 1, 12, tzinfo=UTC),
        device="cpu",
        precision="float32",
        steps=1200,
        train_seconds=60.5,
        test_accuracy=0.9,
        test_loss=0.3,
        origin=Origin("zero", "first", 600),
    )
    run.folder.mkdir(parents=True)
    (run.folder / WEIGHTS).touch()
    (run.folder / RUN).write_text(json.dumps(run_fields(run)))
    return run


@pytest.mark.slow
def test_whatever_the_file_of_a_run_says_is_refused_or_a_run(run: Run) -> None:
    ends, whole = Counter[str](), run_fields(run)

    @tried(500)
    @given(st.lists(CHANGES, max_size=2).map(lambda changes: whole | dict(changes)) | JSON)
    def check(content: Any) -> None:
        (run.folder / RUN).write_text(json.dumps(content))
        found = attempt(read_run, run.folder)
        ends[kind(found)] += 1
        if isinstance(found, Run):
            assert found.folder == run.folder
            assert found.status in get_args(Kept)
            assert found.name == checks.showable(found.name)
            assert is_within_bounds(found.recipe)
            assert min(found.steps, found.first_step, found.train_seconds) >= 0
            assert found.test_accuracy is None or 0 <= found.test_accuracy <= 1
            assert found.test_loss is None or 0 <= found.test_loss < math.inf
            assert found.started.utcoffset() is not None
            assert f"{found.started.astimezone():%d %b %Y %H:%M}"

    check()
    assert min(ends["Run"], ends["InputError"]) > 4


def test_whatever_a_run_is_called_is_one_line_and_moves_nothing(run: Run) -> None:
    ends, kept = Counter[str](), sorted(run.folder.iterdir())

    @tried(200)
    @given(NAMES)
    def check(typed: str) -> None:
        name, before = printable(typed), (run.folder / RUN).read_bytes()
        assert name.isprintable()  # on one line
        assert printable(name) == name
        renamed = attempt(rename_run, run, typed)
        ends[kind(renamed)] += 1
        if isinstance(renamed, InputError):
            assert not 0 < len(name) <= NAME_LENGTH
            assert (run.folder / RUN).read_bytes() == before
        else:
            assert len(name) <= NAME_LENGTH
            assert (renamed.name, renamed.folder) == (name, run.folder)
            assert read_run(run.folder) == renamed
        assert list(run.folder.parent.iterdir()) == [run.folder]
        assert sorted(run.folder.iterdir()) == kept

    check()
    assert min(ends["Run"], ends["InputError"]) > 4
