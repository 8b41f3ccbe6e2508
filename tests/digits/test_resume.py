import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import torch

from mlmusic.digits.history import History
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.recipe import Recipe, named_recipe
from mlmusic.digits.resume import continued_recipe, resume
from mlmusic.digits.run import Run
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.training import Training, train
from mlmusic.errors import InputError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = Recipe(epochs=1, training_images=300, batch_size=50, precision="float32", device="cpu")


@pytest.fixture
def mnist(short_mnist: Mnist) -> Mnist:
    return short_mnist


def follow(training: Training, mnist: Mnist, history: History, items: int | None = None) -> None:
    for progress in itertools.islice(train(training, mnist), items):
        history.add(progress)


def keep(recipe: Recipe, mnist: Mnist, *, items: int | None = None) -> Run:
    """Train a new network and keep the run, as it comes back from the disk."""
    training, history = Training(recipe), History()
    follow(training, mnist, history, items)
    save_run(training, history, status="finished", started=NOON)
    return list_runs()[0][0]


@pytest.mark.slow
@pytest.mark.parametrize("augmentation", ["none", "elastic"])
def test_one_epoch_and_one_more_are_two_in_one_go(augmentation: str, mnist: Mnist) -> None:
    recipe = replace(ONE, augmentation=augmentation, nesterov=True)  # type: ignore[arg-type]
    whole, expected = Training(replace(recipe, epochs=2)), History()
    follow(whole, mnist, expected)
    run = keep(recipe, mnist)
    continued = resume(run, epochs=1)
    assert continued.history.losses == expected.losses[:6]
    follow(continued.training, mnist, continued.history)
    assert continued.history == expected
    assert torch.equal(continued.training.network.fc1.weight, whole.network.fc1.weight)
    assert continued.training.images == whole.images == 600
    assert continued.training.train_seconds > run.train_seconds
    assert continued.origin.seam == ""


@pytest.mark.slow
@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_a_stopped_run_goes_on_where_it_was_to_its_end(schedule: str, mnist: Mnist) -> None:
    recipe = replace(ONE, schedule=schedule, epochs=2)  # type: ignore[arg-type]
    whole, expected = Training(recipe), History()
    follow(whole, mnist, expected)
    run = keep(recipe, mnist, items=4)
    assert (run.steps, run.last_step) == (4, 12)
    continued = resume(run)
    follow(continued.training, mnist, continued.history)
    assert continued.history.losses == expected.losses
    assert continued.training.images == 600


def test_where_a_schedule_has_ended_a_new_one_begins(mnist: Mnist) -> None:
    run = keep(named_recipe("fast", training_images=300, precision="float32"), mnist)
    recipe, first_step = continued_recipe(run, epochs=3)
    assert (recipe.epochs, first_step) == (3, 5)
    continued = resume(run, epochs=3)
    assert continued.origin.seam == "a new one-cycle schedule began at step 6"
    items = train(continued.training, mnist)
    first = next(items)
    assert first.learning_rate == pytest.approx(0.08 / 25)
    assert (first.step, first.steps, first.epoch, first.epochs) == (6, 20, 2, 4)


def test_a_continued_run_is_another_run_with_the_whole_curve(mnist: Mnist) -> None:
    run = keep(ONE, mnist)
    continued = resume(run, epochs=1)
    follow(continued.training, mnist, continued.history)
    save_run(
        continued.training,
        continued.history,
        status="finished",
        started=NOON.replace(hour=13),
        origin=continued.origin,
    )
    (newer, older), problems = list_runs()
    assert problems == []
    assert older == run
    assert newer.origin == continued.origin
    assert newer.origin is not None
    assert (newer.origin.folder, newer.origin.name) == (run.folder.name, run.name)
    assert newer.origin.steps == 6
    assert (newer.steps, newer.epochs, newer.recipe.epochs) == (12, 2, 2)
    assert len(newer.load_history().losses) == 12


def test_an_accuracy_known_before_is_kept_when_a_continued_run_is_stopped(mnist: Mnist) -> None:
    continued = resume(keep(ONE, mnist), epochs=1)
    follow(continued.training, mnist, continued.history, 2)
    kept = save_run(continued.training, continued.history, status="stopped", started=NOON)
    assert kept.test_accuracy == continued.history.tests[0].accuracy


def test_a_run_without_kept_momentum_goes_on_with_none_and_says_so(mnist: Mnist) -> None:
    run = keep(ONE, mnist)
    (run.folder / "optimizer.safetensors").unlink()
    assert resume(run, epochs=1).origin.seam == "the momentum began anew at step 7"


def test_without_momentum_there_is_nothing_to_keep(mnist: Mnist) -> None:
    run = keep(replace(ONE, momentum=0.0), mnist, items=2)
    assert not (run.folder / "optimizer.safetensors").exists()
    assert resume(run).origin.seam == ""


def test_the_precision_is_the_one_that_the_run_had(mnist: Mnist) -> None:
    run = replace(keep(ONE, mnist), recipe=replace(ONE, precision="auto"))
    assert resume(run, epochs=1).training.arithmetic.precision == "float32"


def test_what_cannot_go_on_is_refused_in_a_sentence(mnist: Mnist) -> None:
    run = keep(ONE, mnist)
    with pytest.raises(InputError, match="say for how many epochs it is to go on"):
        resume(run)
    with pytest.raises(InputError, match=r"epochs=101 cannot be used"):
        resume(run, epochs=100)
    with pytest.raises(InputError, match="has not ended yet; finish it first"):
        resume(replace(run, steps=5), epochs=1)
    with pytest.raises(InputError, match="its curve has 6 steps and its network 7"):
        resume(replace(run, steps=7), epochs=1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"rubbish", r"optimizer\.safetensors is not a safetensors file of momentum"),
        (None, r"optimizer\.safetensors holds the weights of another network"),
    ],
)
def test_damaged_momentum_is_refused(content: bytes | None, message: str, mnist: Mnist) -> None:
    from safetensors.torch import save

    run = keep(ONE, mnist, items=1)
    other = save({"conv1.weight": torch.zeros(1)})
    (run.folder / "optimizer.safetensors").write_bytes(content or other)
    with pytest.raises(InputError, match=message):
        resume(run)


def test_a_huge_file_of_momentum_is_refused_unread(mnist: Mnist) -> None:
    run = keep(ONE, mnist, items=1)
    with (run.folder / "optimizer.safetensors").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InputError, match=r"optimizer\.safetensors is too large"):
        resume(run)


def test_the_images_that_were_seen_are_counted_with_a_smaller_last_batch(mnist: Mnist) -> None:
    run = keep(replace(ONE, training_images=120, epochs=2), mnist, items=15)
    assert run.steps < run.last_step
    images = run.steps // 3 * 120 + run.steps % 3 * 50  # batches of 50, 50 and 20
    assert resume(run).training.images == images
