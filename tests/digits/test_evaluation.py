import math

import pytest
import torch
from torch import Tensor, nn

from mlmusic.digits.evaluation import BATCH, Evaluation, classify, evaluate, evaluating
from mlmusic.digits.mnist import Mnist, to_pixels
from mlmusic.digits.model import AlexNet


class ReadsTopLeft(nn.Module):
    """Says the digit that the top left pixel holds, with certainty ``sharpness``."""

    def __init__(self, sharpness: float = 5.0) -> None:
        super().__init__()
        self.sharpness = nn.Parameter(torch.tensor(sharpness))

    def forward(self, pixels: Tensor) -> Tensor:
        said = (pixels[:, 0, 0, 0] * 255).round().long()
        return nn.functional.one_hot(said, 10).float() * self.sharpness


@pytest.fixture
def hand_counted() -> Evaluation:
    images = torch.zeros(6, 28, 28, dtype=torch.uint8)
    images[:, 0, 0] = torch.tensor([0, 1, 1, 2, 2, 9])
    return evaluate(ReadsTopLeft(), images, torch.tensor([0, 1, 7, 2, 2, 3]))


def test_right_answers_are_counted(hand_counted: Evaluation) -> None:
    assert (hand_counted.correct, hand_counted.total) == (4, 6)
    assert hand_counted.accuracy == 4 / 6


def test_the_confusion_matrix_has_true_digits_as_rows(hand_counted: Evaluation) -> None:
    expected = torch.zeros(10, 10, dtype=torch.long)
    expected[0, 0] = expected[1, 1] = 1
    expected[2, 2] = 2
    expected[7, 1] = expected[3, 9] = 1
    assert torch.equal(hand_counted.confusion, expected)


def test_the_loss_is_the_mean_cross_entropy(hand_counted: Evaluation) -> None:
    right = -math.log(math.exp(5) / (math.exp(5) + 9))
    wrong = -math.log(1 / (math.exp(5) + 9))
    assert hand_counted.loss == pytest.approx((4 * right + 2 * wrong) / 6, rel=1e-5)
    assert hand_counted.probabilities.sum(1).allclose(torch.ones(6))


def test_progress_reaches_the_end(mnist: Mnist) -> None:
    seen: list[tuple[int, int]] = []
    images, labels = mnist.test_images[:250], mnist.test_labels[:250]
    evaluate(ReadsTopLeft(), images, labels, on_progress=lambda *step: seen.append(step))
    assert seen == [(100, 250), (200, 250), (250, 250)]


def test_the_parts_add_up_to_the_whole(mnist: Mnist, trained_network: AlexNet) -> None:
    images, labels = mnist.test_images[:200], mnist.test_labels[:200]
    *_, half, whole = evaluating(trained_network, images, labels)
    assert (half.total, whole.total) == (100, 200)
    assert torch.equal(half.probabilities, whole.probabilities[:100])


def test_half_precision_says_nearly_the_same(mnist: Mnist, trained_network: AlexNet) -> None:
    images, labels = mnist.test_images[:500], mnist.test_labels[:500]
    exact = evaluate(trained_network, images, labels)
    rough = evaluate(trained_network, images, labels, bfloat16=True)
    assert not torch.equal(exact.probabilities, rough.probabilities)
    assert abs(exact.accuracy - rough.accuracy) <= 0.01


def test_classify_gives_ten_probabilities(mnist: Mnist, trained_network: AlexNet) -> None:
    probabilities = classify(trained_network, mnist.test_images[:50].float() / 255)
    assert probabilities.shape == (50, 10)
    assert probabilities.sum(1).allclose(torch.ones(50))
    assert (probabilities.argmax(1) == mnist.test_labels[:50]).float().mean() > 0.9


def test_half_the_precision_is_that_of_autocast_to_the_bit(
    trained_network: AlexNet, mnist: Mnist
) -> None:
    images, labels = mnist.test_images[:300], mnist.test_labels[:300]
    before = trained_network.fc1.weight.clone()
    found = evaluate(trained_network, images, labels, bfloat16=True)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        parts = [trained_network(to_pixels(part)).float() for part in images.split(BATCH)]
    assert torch.equal(found.probabilities, torch.cat(parts).softmax(1))
    assert torch.equal(trained_network.fc1.weight, before)


def test_the_loss_is_the_mean_over_all_pictures(mnist: Mnist, trained_network: AlexNet) -> None:
    images, labels = mnist.test_images[:250], mnist.test_labels[:250]
    found = evaluate(trained_network, images, labels)
    with torch.inference_mode():
        expected = torch.nn.functional.cross_entropy(trained_network(to_pixels(images)), labels)
    assert found.loss == pytest.approx(expected.item(), rel=1e-4)
