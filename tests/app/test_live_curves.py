"""What is sent to the browser of a run's curves."""

import numpy as np

from mlmusic.app.live_curves import accuracy_curves, loss_curves
from mlmusic.digits.history import History
from mlmusic.digits.progress import TestResult
from mlmusic.plots.curves import Curves

STEPS = 60_000


def long_history() -> History:
    """A hundred epochs of noise, with one high loss and one low accuracy."""
    chance = np.random.default_rng(0)
    losses = chance.random(STEPS).tolist()
    losses[31_234] = 99.0
    tests: list[TestResult] = []
    for step in range(40, STEPS + 1, 40):
        tests.append(TestResult(step, 1_000, 1 + chance.random(), 0.5 + chance.random() / 10))
        if step % 600 == 0:
            tests.append(TestResult(step, 10_000, chance.random(), 0.9 + chance.random() / 100))
    tests[777] = TestResult(tests[777].step, 1_000, 50.0, 0.01)
    return History(losses, tests, list(range(600, STEPS + 1, 600)))


def loss(history: History, *, smoothing: float = 0.9) -> Curves:
    return loss_curves(
        history, last_step=STEPS, smoothing=smoothing, logarithmic=False, brightness="light"
    )


def accuracy(history: History) -> Curves:
    return accuracy_curves(history, last_step=STEPS, brightness="light")


def test_at_most_about_a_thousand_points_are_sent_with_the_peaks_kept() -> None:
    history = long_history()
    batches, smoothed, tests = loss(history).points
    assert len(batches) + len(smoothed) + len(tests) <= 1_000
    assert (31_235, 99.0) in batches
    assert (history.tests[777].step, 50.0) in tests
    sampled, _ = accuracy(history).points
    assert len(sampled) <= 121
    assert (history.tests[777].step, 0.01) in sampled


def test_every_test_on_all_images_is_shown_and_the_last_one_always() -> None:
    history = long_history()
    _, whole = accuracy(history).points
    assert len(whole) == 100
    assert whole[-1] == (STEPS, history.tests[-1].accuracy)
    assert (STEPS, history.tests[-1].loss) in loss(history).points[2]


def test_the_ends_of_epochs_reach_both_charts() -> None:
    history = long_history()
    assert loss(history).epoch_ends == history.epoch_ends
    assert accuracy(history).epoch_ends == history.epoch_ends


def test_steps_count_from_1() -> None:
    batches, smoothed, _ = loss(History([2.0, 1.0])).points
    assert batches == [(1, 2.0), (2, 1.0)]
    assert [step for step, _ in smoothed] == [1, 2]


def test_smoothing_moves_the_line_and_leaves_the_batches() -> None:
    history = History([2.0, 1.0, 0.0])
    assert loss(history, smoothing=0.0).points[1] == [(1, 2.0), (2, 1.0), (3, 0.0)]
    assert loss(history, smoothing=0.9).points[1][2][1] > 0.9
    assert loss(history, smoothing=0.9).points[0] == [(1, 2.0), (2, 1.0), (3, 0.0)]
