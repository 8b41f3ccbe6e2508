from datetime import UTC, datetime, timedelta

import pytest

from mlmusic.digits import checks
from mlmusic.digits.recipe import DEVICES, PRECISIONS
from mlmusic.errors import InputError

NOT_NUMBERS = [
    None,
    True,
    "5",
    [5],
    -1,
    -0.001,
    10**9 + 1,
    10**30,
    10**400,  # too large for a float
    float("inf"),
    float("nan"),
]


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_number_in_its_bounds_is_refused(value: object) -> None:
    with pytest.raises(InputError, match=r"^size=.* is not a number from 0 to 1,000,000,000$"):
        checks.number("size", value)


@pytest.mark.parametrize("value", [*NOT_NUMBERS, 5.0])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(InputError, match=r"^size=.* is not a whole number from 0 to 1,000,000,000"):
        checks.count("size", value)


def test_the_bounds_themselves_are_in() -> None:
    assert [checks.number("size", value, high=1) for value in (0, 0.25, 1)] == [0.0, 0.25, 1.0]
    assert [checks.count("size", value) for value in (0, 10**9)] == [0, 10**9]
    with pytest.raises(InputError, match=r"^share=1\.01 is not a number from 0 to 1$"):
        checks.number("share", 1.01, high=1)


def test_none_is_kept_where_it_may_be() -> None:
    assert checks.number_or_none("size", None) is None
    assert checks.number_or_none("size", 2) == 2.0
    with pytest.raises(InputError, match="size='2' is not a number"):
        checks.number_or_none("size", "2")


@pytest.mark.parametrize("value", ["abc", "", "auto", 5, None, ["cpu"], float("nan")])
def test_a_choice_is_one_of_those_given(value: object) -> None:
    assert checks.choice("device", "mps", DEVICES) == "mps"
    with pytest.raises(InputError, match=r"^device=.* is not one of cpu, cuda, mps$"):
        checks.choice("device", value, DEVICES)


def test_a_precision_is_one_that_was_computed_with() -> None:
    assert PRECISIONS == ("float32", "bfloat16")


@pytest.mark.parametrize("value", [5, None, ["a"], "half of \ud83d"])
def test_a_text_can_be_shown(value: object) -> None:
    assert checks.text("name", "größer 数字 😀") == "größer 数字 😀"
    with pytest.raises(InputError, match=r"^name=.* is not a text that can be shown$"):
        checks.text("name", value)
    assert checks.showable("half of \ud83d") == "half of ?"


def test_a_moment_has_an_offset_and_without_one_is_local() -> None:
    east = checks.moment("started", "2026-03-01T12:00:00+05:30")
    assert east == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert east.utcoffset() == timedelta(hours=5, minutes=30)
    assert checks.moment("started", "2026-03-01T12:00:00") == datetime(2026, 3, 1, 12).astimezone()


@pytest.mark.parametrize(
    "value", ["yesterday", 5, None, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_a_moment_that_cannot_be_shown_is_refused(value: object) -> None:
    with pytest.raises(InputError, match=r"^started=.* is not a date and time that can be shown"):
        checks.moment("started", value)


@pytest.mark.parametrize("value", ["", {}, None, 3])
def test_a_list_is_one(value: object) -> None:
    assert checks.items("losses", [1]) == [1]
    with pytest.raises(InputError, match=r"losses=.* is not a list"):
        checks.items("losses", value)


def test_a_message_stays_short() -> None:
    with pytest.raises(InputError) as caught:
        checks.count("steps", "x" * 10_000)
    assert len(str(caught.value)) < 120


def test_what_json_has_no_number_for_is_none() -> None:
    values = [1.5, float("inf"), float("-inf"), float("nan")]
    assert [checks.finite(value) for value in values] == [1.5, None, None, None]
