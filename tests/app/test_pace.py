"""The images per second of a run."""

from mlmusic.app.pace import STEPS, Pace


def test_before_two_steps_there_is_no_pace() -> None:
    pace = Pace()
    pace.add(train_seconds=1.0, images=100)
    assert pace.images_per_second is None


def test_the_pace_is_that_of_the_latest_steps() -> None:
    pace = Pace()
    pace.add(train_seconds=100.0, images=1)  # a slow first one, long ago
    for step in range(STEPS):
        pace.add(train_seconds=100.0 + step, images=1 + 200 * step)
    assert pace.images_per_second == 200


def test_no_time_has_no_pace() -> None:
    pace = Pace()
    for images in (100, 200):
        pace.add(train_seconds=1.0, images=images)
    assert pace.images_per_second is None
