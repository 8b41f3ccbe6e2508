"""What happened in a run, step by step."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mlmusic.digits.checks import count, finite, items, number, number_or_none
from mlmusic.digits.progress import Progress, TestResult
from mlmusic.errors import InputError

LARGEST_LOSS = 3.5e38  # nats; float32 ends below it


@dataclass
class History:
    """The losses and tests of a run, in the order of the steps."""

    losses: list[float] = field(default_factory=list)  # training loss of steps 1, 2, ...; nats
    tests: list[TestResult] = field(default_factory=list)
    epoch_ends: list[int] = field(default_factory=list)  # the last step of each whole epoch

    def add(self, progress: Progress) -> None:
        """Take in one item of ``train``."""
        if progress.is_step:
            self.losses.append(progress.loss)
        if progress.test:
            self.tests.append(progress.test)
            if not progress.is_step:
                self.epoch_ends.append(progress.step)

    def copy(self) -> "History":
        """Return a history of its own with the same content."""
        return History(self.losses[:], self.tests[:], self.epoch_ends[:])

    def to_dict(self) -> dict[str, Any]:
        """Return the history as JSON can hold it: a loss beyond all numbers is None."""
        fields = asdict(self)
        for test in fields["tests"]:
            test["loss"] = finite(test["loss"])
        return fields

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "History":
        """Return the history of ``to_dict``'s fields; InputError if they are not such."""
        try:
            losses = [
                number("losses", loss, high=LARGEST_LOSS)
                for loss in items("losses", fields["losses"])
            ]
            tests = [_test_result(test) for test in items("tests", fields["tests"])]
            epoch_ends = [
                count("epoch_ends", step) for step in items("epoch_ends", fields["epoch_ends"])
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"the history cannot be read ({error})") from None
        return cls(losses, tests, epoch_ends)

    def to_csv(self) -> str:
        """Return one line a step; the test columns are empty where there was no test."""
        tests = {test.step: test for test in self.tests}  # the larger test of a step is later
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["step", "training_loss", "test_images", "test_loss", "test_accuracy"])
        for step, loss in enumerate(self.losses, 1):
            test = tests.get(step)
            table.writerow(
                [step, loss, *([test.images, test.loss, test.accuracy] if test else ["", "", ""])]
            )
        return text.getvalue()


def _test_result(fields: Mapping[str, Any]) -> TestResult:
    """Return one test of ``to_dict``'s fields."""
    loss = number_or_none("tests.loss", fields["loss"], high=LARGEST_LOSS)
    return TestResult(
        step=count("tests.step", fields["step"]),
        images=count("tests.images", fields["images"]),
        loss=math.nan if loss is None else loss,
        accuracy=number("tests.accuracy", fields["accuracy"], high=1),
    )
