import threading

import torch
from torch import nn

from mlmusic.digits.model import AlexNet, empty_network, layers, new_network


def test_the_network_is_the_one_of_the_design() -> None:
    shapes = {name: tuple(value.shape) for name, value in AlexNet().named_parameters()}
    assert shapes == {
        "conv1.weight": (32, 1, 5, 5),
        "conv1.bias": (32,),
        "conv2.weight": (64, 32, 5, 5),
        "conv2.bias": (64,),
        "fc1.weight": (1024, 3136),
        "fc1.bias": (1024,),
        "fc2.weight": (10, 1024),
        "fc2.bias": (10,),
    }


def test_it_computes_what_the_same_layers_in_sequence_compute() -> None:
    network = new_network(seed=1)
    sequence = nn.Sequential(
        *(nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(), nn.Linear(1024, 10)),
    )
    sequence.load_state_dict(
        dict(zip(sequence.state_dict(), network.state_dict().values(), strict=True))
    )
    pictures = torch.rand(3, 1, 28, 28)
    torch.testing.assert_close(network(pictures), sequence(pictures))
    assert network.features(pictures).shape == (3, 1024)


def test_the_seed_decides_the_weights_and_leaves_chance_as_it_was() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, same, other = new_network(7), new_network(7), new_network(8)
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(one.fc1.weight, same.fc1.weight)
    assert not torch.equal(one.fc1.weight, other.fc1.weight)


def test_an_empty_network_draws_no_random_numbers() -> None:
    state = torch.get_rng_state()
    assert empty_network().fc1.weight.is_meta
    assert torch.equal(torch.get_rng_state(), state)


def test_the_layer_table_adds_up() -> None:
    total = sum(parameter.numel() for parameter in AlexNet().parameters())
    assert sum(layer.parameters for layer in layers()) == total == 3_274_634
    assert [layer.output_shape for layer in layers()][-1] == (10,)


def test_threads_that_make_networks_at_once_get_the_same_weights() -> None:
    expected = new_network(5).fc1.weight
    networks: list[AlexNet] = []
    threads = [threading.Thread(target=lambda: networks.append(new_network(5))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(network.fc1.weight, expected) for network in networks)


def test_the_largest_value_of_four_goes_through_the_relu() -> None:
    network = new_network(0)
    pixels = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    hidden = network.pool(network.relu(network.conv1(pixels)))
    hidden = network.pool(network.relu(network.conv2(hidden)))
    expected = network.relu(network.fc1(hidden.flatten(1)))
    assert torch.equal(network.features(pixels), expected)
