from collections.abc import Iterator

import pytest
import torch

from mlmusic.digits import hardware
from mlmusic.digits.hardware import (
    Arithmetic,
    available_devices,
    choose_arithmetic,
    choose_device,
)
from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.recipe import Recipe
from mlmusic.errors import InputError

CPU = torch.device("cpu")


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[bool, bool], float]]:
    """What a step takes, by (bfloat16, channels last), in the place of measuring it."""
    seconds = dict.fromkeys([(False, False), (False, True), (True, False), (True, True)], 1.0)

    def measured(network: AlexNet, *, bfloat16: bool) -> float:
        weight = network.conv2.weight
        return seconds[bfloat16, weight.is_contiguous(memory_format=torch.channels_last)]

    monkeypatch.setattr(hardware, "_seconds", measured)
    hardware._fastest.cache_clear()
    yield seconds
    hardware._fastest.cache_clear()


def test_the_processor_is_always_there() -> None:
    assert available_devices()[-1] == "cpu"
    assert choose_device(Recipe(device="cpu")) == CPU


def test_auto_takes_the_fastest_device() -> None:
    assert choose_device(Recipe()).type == available_devices()[0]


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "available_devices", lambda: ["cpu"])
    with pytest.raises(
        InputError, match="device='cuda' is not on this machine; choose auto or cpu"
    ):
        choose_device(Recipe(device="cuda"))


def test_a_forced_arithmetic_is_taken_and_nothing_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(hardware, "_fastest")
    forced = Recipe(precision="bfloat16", memory_format="contiguous")
    assert choose_arithmetic(forced, CPU) == Arithmetic("bfloat16", "contiguous")
    exact = Recipe(precision="float32")
    assert choose_arithmetic(exact, CPU) == Arithmetic("float32", "channels_last")
    assert choose_arithmetic(exact, torch.device("mps")) == Arithmetic("float32", "contiguous")


@pytest.mark.parametrize(
    ("fast", "chosen"),
    [
        ((True, True), Arithmetic("bfloat16", "channels_last")),
        ((True, False), Arithmetic("bfloat16", "contiguous")),
        ((False, False), Arithmetic("float32", "contiguous")),
        ((False, True), Arithmetic("float32", "channels_last")),
    ],
)
def test_auto_takes_what_was_measured_the_fastest(
    fast: tuple[bool, bool], chosen: Arithmetic, seconds: dict[tuple[bool, bool], float]
) -> None:
    seconds[fast] = 0.5
    assert choose_arithmetic(Recipe(), CPU) == chosen


def test_auto_stays_with_the_usual_where_nothing_is_clearly_faster(
    seconds: dict[tuple[bool, bool], float],
) -> None:
    seconds[True, True] = 0.9
    assert choose_arithmetic(Recipe(), CPU) == Arithmetic("float32", "channels_last")


def test_what_is_faster_only_now_and_then_is_not_chosen(
    seconds: dict[tuple[bool, bool], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_step_each = len(seconds)
    disturbed = iter([1.0] * a_step_each * 3 + [1.0, 0.1, 0.1, 0.1])  # the usual comes first
    monkeypatch.setattr(hardware, "_seconds", lambda network, bfloat16: next(disturbed))
    assert choose_arithmetic(Recipe(), CPU) == Arithmetic("float32", "channels_last")


def test_a_forced_memory_format_is_kept_with_the_faster_precision(
    seconds: dict[tuple[bool, bool], float],
) -> None:
    seconds[True, True] = 0.5
    recipe = Recipe(memory_format="contiguous")
    assert choose_arithmetic(recipe, CPU) == Arithmetic("bfloat16", "contiguous")


def test_a_step_is_really_measured() -> None:
    assert hardware._seconds(new_network(0), bfloat16=False) > 0


def test_an_arithmetic_is_said_in_words() -> None:
    assert str(Arithmetic("float32", "channels_last")) == "float32, channels last"


@pytest.mark.parametrize("memory_format", ["channels_last", "contiguous"])
def test_the_network_is_laid_out_and_computes_the_same(memory_format: str) -> None:
    network = new_network(0)
    pixels = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    logits = network(pixels)
    laid_out = Arithmetic("float32", memory_format).lay_out(network, CPU)
    last = laid_out.conv2.weight.is_contiguous(memory_format=torch.channels_last)
    assert last == (memory_format == "channels_last")
    torch.testing.assert_close(laid_out(pixels), logits)
