"""Feature maps, saliency and nearest digits, on networks whose answers are known."""

import threading

import pytest
import torch
from torch import Tensor, nn

from mlmusic.digits.explaining import (
    SLICE,
    feature_maps,
    hidden_direction,
    hidden_directions,
    nearest,
    saliency,
)
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import AlexNet, new_network


@pytest.fixture
def network() -> AlexNet:
    return new_network(3)


@pytest.fixture
def picture(mnist: Mnist) -> Tensor:
    return mnist.test_images[0].float() / 255


def margin(network: AlexNet, picture: Tensor, digit: int) -> float:
    """Return a digit's logit minus the mean of the others."""
    with torch.no_grad():
        logits = network(picture[None, None])[0]
    others = torch.cat([logits[:digit], logits[digit + 1 :]])
    return float(logits[digit] - others.mean())


def test_the_feature_maps_are_those_that_the_guess_is_made_of(
    network: AlexNet, picture: Tensor
) -> None:
    seen: list[Tensor] = []
    hook = network.relu.register_forward_hook(lambda *call: seen.append(call[2][0]))
    network(picture[None, None])
    hook.remove()
    first, second = feature_maps(network, picture)
    assert (first.shape, second.shape) == ((32, 28, 28), (64, 14, 14))
    assert torch.equal(network.pool(first), seen[0])
    assert torch.equal(network.pool(second), seen[1])
    assert min(first.min(), second.min()) == 0


def test_a_filter_that_copies_gives_back_the_picture(network: AlexNet, picture: Tensor) -> None:
    with torch.no_grad():
        network.conv1.weight[7] = 0
        network.conv1.weight[7, 0, 2, 2] = 1
        network.conv1.bias[7] = 0
    torch.testing.assert_close(feature_maps(network, picture)[0][7], picture)


@pytest.mark.parametrize("digit", [0, 6])
def test_without_biases_the_ink_s_shares_add_up_to_the_whole_margin(
    network: AlexNet, picture: Tensor, digit: int
) -> None:
    for layer in (network.conv1, network.conv2, network.fc1, network.fc2):
        assert layer.bias is not None
        nn.init.zeros_(layer.bias)
    shares = saliency(network, picture, digit)
    assert shares.shape == (28, 28)
    assert shares.sum().item() == pytest.approx(margin(network, picture, digit), rel=1e-3)


def test_saliency_foretells_what_a_little_less_ink_does(network: AlexNet, picture: Tensor) -> None:
    network, picture = network.double(), picture.double()
    shares = saliency(network, picture, 4)
    for index in (int(shares.argmax()), int(shares.argmin())):
        fainter = picture.clone().view(-1)
        fainter[index] *= 1 - 1e-6
        change = margin(network, fainter.view(28, 28), 4) - margin(network, picture, 4)
        assert change == pytest.approx(-1e-6 * float(shares.view(-1)[index]), rel=1e-3)


def test_only_ink_speaks_and_by_default_for_the_guess(network: AlexNet, picture: Tensor) -> None:
    shares = saliency(network, picture)
    assert (shares[picture == 0] == 0).all()
    assert (shares > 0).any()
    assert (shares < 0).any()
    guess = int(network(picture[None, None]).argmax())
    assert torch.equal(shares, saliency(network, picture, guess))


def test_the_network_s_own_gradients_are_left_alone(network: AlexNet, picture: Tensor) -> None:
    network(picture[None, None]).sum().backward()
    before = {name: value.grad.clone() for name, value in network.named_parameters()}
    saliency(network, picture)
    for name, parameter in network.named_parameters():
        assert parameter.requires_grad
        assert torch.equal(parameter.grad, before[name])


def test_a_network_may_be_in_training_meanwhile(network: AlexNet, picture: Tensor) -> None:
    stop = threading.Event()

    def change_the_weights() -> None:
        optimizer = torch.optim.SGD(network.parameters(), lr=1e-4)
        while not stop.is_set():
            network(picture[None, None]).logsumexp(1).sum().backward()
            optimizer.step()

    thread = threading.Thread(target=change_the_weights)
    thread.start()
    try:
        answers = [saliency(network, picture) for _ in range(40)]
    finally:
        stop.set()
        thread.join()
    assert all(answer.isfinite().all() for answer in answers)
    assert not torch.equal(answers[0], answers[-1])


def test_the_hidden_layer_comes_in_slices_of_length_1(network: AlexNet, mnist: Mnist) -> None:
    images = mnist.test_images[: 2 * SLICE + 7]
    parts = list(hidden_directions(network, images))
    assert [len(part) for part in parts] == [SLICE, SLICE, 7]
    directions = torch.cat(parts)
    assert directions.dtype == torch.float16
    torch.testing.assert_close(
        directions.float().norm(dim=1), torch.ones(len(images)), atol=1e-3, rtol=0
    )
    alone = hidden_direction(network, images[60].float() / 255)
    torch.testing.assert_close(directions[60].float(), alone, atol=1e-3, rtol=0)


def test_a_test_image_is_nearest_to_itself(network: AlexNet, mnist: Mnist) -> None:
    images = mnist.test_images[:300]
    directions = torch.cat(list(hidden_directions(network, images)))
    indices, similarities = nearest(
        hidden_direction(network, images[123].float() / 255), directions, count=5
    )
    assert int(indices[0]) == 123
    assert float(similarities[0]) == pytest.approx(1, abs=1e-3)
    assert similarities.tolist() == sorted(similarities.tolist(), reverse=True)


def test_nearness_is_the_cosine_of_the_angle() -> None:
    angles = torch.tensor([90.0, 10.0, 180.0, 30.0, 60.0]).deg2rad()
    directions = torch.stack([angles.cos(), angles.sin()], dim=1).half()
    indices, similarities = nearest(torch.tensor([1.0, 0.0]), directions, count=3)
    assert indices.tolist() == [1, 3, 4]
    torch.testing.assert_close(similarities, angles[indices].cos(), atol=1e-3, rtol=0)


def test_what_is_no_number_is_nearest_to_nothing() -> None:
    directions = torch.tensor([[float("nan"), 0.0], [0.0, 1.0], [1.0, 0.0]]).half()
    assert nearest(torch.tensor([1.0, 0.0]), directions, count=2)[0].tolist() == [2, 1]
