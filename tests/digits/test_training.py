import itertools
import math
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader

from mlmusic.digits import learning
from mlmusic.digits import training as training_module
from mlmusic.digits.mnist import EmbeddedMNIST, Mnist, load_mnist
from mlmusic.digits.model import new_network
from mlmusic.digits.progress import Progress
from mlmusic.digits.recipe import Recipe, named_recipe
from mlmusic.digits.schedule import learning_rate
from mlmusic.digits.training import DivergedError, Training, train, unread_images

SMALL = Recipe(epochs=2, training_images=1000, precision="float32", device="cpu", seed=3)


@pytest.fixture
def mnist(short_mnist: Mnist) -> Mnist:
    return short_mnist


def follow(training: Training, mnist: Mnist, steps: int | None = None) -> list[Progress]:
    return list(itertools.islice(train(training, mnist), steps))


def losses(items: list[Progress]) -> list[float]:
    return [item.loss for item in items if item.is_step]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_numbers(mnist: Mnist) -> None:
    recipe = named_recipe("fast", training_images=1000, precision="float32", seed=5)
    one, two = Training(recipe), Training(recipe)
    assert losses(follow(one, mnist)) == losses(follow(two, mnist))
    assert torch.equal(one.network.fc1.weight, two.network.fc1.weight)
    other = Training(named_recipe("fast", training_images=1000, precision="float32", seed=6))
    assert losses(follow(other, mnist))[0] != losses(follow(Training(recipe), mnist, 1))[0]


@pytest.mark.slow
def test_the_losses_are_those_of_pytorchs_plain_loop(mnist: Mnist) -> None:
    """The reference: DataLoader, cross-entropy and SGD as the course notebook wrote them."""
    from torchvision.transforms import ToTensor

    ours = losses(follow(Training(SMALL), mnist))
    dataset = EmbeddedMNIST(train=True, transform=ToTensor())
    network = new_network(SMALL.seed)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    plain = []
    for epoch in range(2):
        order = training_module._shuffled(SMALL.seed, epoch, 1000).tolist()
        for images, labels in DataLoader(dataset, batch_size=100, sampler=order):
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(network(images), labels)
            loss.backward()
            optimizer.step()
            plain.append(loss.item())
    assert ours == pytest.approx(plain, rel=1e-5)


def test_every_training_image_is_seen_once_an_epoch() -> None:
    first, second = (training_module._shuffled(0, epoch, 60_000) for epoch in (0, 1))
    assert torch.equal(first.sort().values, torch.arange(60_000))
    assert not torch.equal(first, second)


def test_steps_epochs_and_tests_are_counted(mnist: Mnist) -> None:
    recipe = Recipe(epochs=2, training_images=250, batch_size=100, precision="float32")
    items = follow(Training(recipe), mnist)
    steps = [item for item in items if item.is_step]
    assert [(item.step, item.epoch) for item in steps] == [
        *((1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2))
    ]
    assert [item.images for item in steps] == [100, 200, 250, 350, 450, 500]
    assert [item.ends_epoch for item in steps] == [False, False, True] * 2
    whole = [item.test for item in items if item.test]
    assert [(test.step, test.images) for test in whole] == [(3, 1100), (6, 1100)]
    assert {item.steps for item in items} == {6}


@pytest.mark.slow
def test_a_sample_is_tested_every_so_often(mnist: Mnist) -> None:
    recipe = Recipe(training_images=1600, batch_size=20, precision="float32")
    items = follow(Training(recipe), mnist, 80)
    sampled = [item.test for item in items if item.test and item.is_step]
    assert [(test.step, test.images) for test in sampled] == [(40, 1000), (80, 1000)]


@pytest.mark.slow
def test_an_evaluation_of_all_test_images_ends_the_epoch() -> None:
    training = Training(Recipe(epochs=1, training_images=100, precision="float32"))
    items = follow(training, load_mnist())
    assert training.evaluation is not None
    assert training.evaluation.total == 10_000
    assert items[-1].test is not None
    assert items[-1].test.accuracy == training.evaluation.accuracy
    assert [item.tested for item in items if not item.is_step] == pytest.approx(
        [part / 100 for part in range(1, 101)]
    )


@pytest.mark.slow
def test_training_learns(mnist: Mnist) -> None:
    training = Training(named_recipe("fast", training_images=4000, precision="float32"))
    follow(training, mnist)
    assert training.evaluation is not None
    assert training.evaluation.accuracy > 0.8  # 0.90 to 0.91 when written


@pytest.mark.slow
def test_a_closed_run_goes_on_where_it_was(mnist: Mnist) -> None:
    recipe = named_recipe("fast", training_images=1000, precision="float32")
    whole, parts = Training(recipe), Training(recipe)
    expected = losses(follow(whole, mnist))
    items = train(parts, mnist)
    begun = [next(items).loss for _ in range(4)]
    items.close()  # type: ignore[attr-defined]
    assert begun + losses(follow(parts, mnist)) == expected
    assert torch.equal(whole.network.fc2.bias, parts.network.fc2.bias)


def test_a_loss_that_is_no_number_ends_in_a_plain_sentence(mnist: Mnist) -> None:
    training = Training(SMALL)
    nn.init.constant_(training.network.fc2.bias, math.nan)
    with pytest.raises(DivergedError, match=r"beyond all bounds at step 1; choose a .* 0\.001"):
        follow(training, mnist, 1)


def test_half_precision_follows_the_same_curve_roughly(mnist: Mnist) -> None:
    rough = Recipe.from_dict(SMALL.to_dict() | {"precision": "bfloat16", "epochs": 1})
    exact = Recipe.from_dict(SMALL.to_dict() | {"epochs": 1})
    ours, theirs = (losses(follow(Training(recipe), mnist, 3)) for recipe in (rough, exact))
    assert ours != theirs
    assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 600])
def test_one_cycle_is_torchs(steps: int) -> None:
    recipe = Recipe(schedule="one-cycle", learning_rate=0.1, epochs=1, training_images=steps * 100)
    parameter = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    schedule = OneCycleLR(optimizer, 0.1, total_steps=steps, cycle_momentum=False)
    for step in range(steps):
        assert learning_rate(recipe, step) == pytest.approx(
            optimizer.param_groups[0]["lr"], abs=1e-9
        )
        optimizer.step()
        if step + 1 < steps:
            schedule.step()


def test_a_constant_learning_rate_is_constant() -> None:
    assert learning_rate(Recipe(), 0) == learning_rate(Recipe(), 1199) == 0.001


def test_training_leaves_global_chance_alone(mnist: Mnist) -> None:
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    follow(Training(named_recipe("fast", precision="float32")), mnist, 2)
    assert torch.equal(torch.rand(2), expected)


def test_guessing_costs_the_logarithm_of_ten(mnist: Mnist) -> None:
    first = follow(Training(SMALL), mnist, 1)[0]
    assert first.loss == pytest.approx(math.log(10), abs=0.05)


def test_a_large_batch_is_learned_in_pieces_with_the_numbers_of_one_go(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(epochs=1, training_images=500, batch_size=250, precision="float32")
    whole = follow(Training(recipe), mnist, steps=2)
    monkeypatch.setattr(learning, "PIECE", 100)
    parts = follow(Training(recipe), mnist, steps=6)
    assert [item.is_step for item in parts] == [False, False, True] * 2
    assert losses(parts) == pytest.approx(losses(whole), abs=1e-5)
    assert [item.step for item in parts] == [0, 0, 1, 1, 1, 2]


def test_a_batch_that_cannot_be_learned_is_not_counted(mnist: Mnist) -> None:
    training = Training(SMALL)
    items = train(training, mnist)
    next(items)
    nn.init.constant_(training.network.fc2.bias, math.inf)
    before = training.network.conv1.weight.clone()
    with pytest.raises(DivergedError, match=r"choose a learning rate below 0\.001"):
        next(items)
    assert training.step == 1
    assert torch.equal(training.network.conv1.weight, before)


def test_a_test_that_was_cut_short_is_done_anew(mnist: Mnist) -> None:
    recipe = Recipe(epochs=1, training_images=100, precision="float32")
    training = Training(recipe)
    cut = train(training, mnist)
    next(cut)
    next(cut)  # the first part of the test
    cut.close()
    items = follow(training, mnist)
    assert losses(items) == []
    assert items[-1].test is not None
    assert items[-1].test.images == 1100
    assert items[-1].epoch == 1


def test_the_test_images_that_are_left_are_counted(mnist: Mnist) -> None:
    recipe = Recipe(epochs=2, training_images=6000, precision="float32")  # 60 steps an epoch
    first = follow(Training(recipe), mnist, steps=1)[0]
    assert unread_images(recipe, first) == 3 * 1000 + 2 * 10_000
    testing = replace(first, step=60, is_step=False, tested=0.25)
    assert unread_images(recipe, testing) == 2 * 1000 + 10_000 + 7_500
