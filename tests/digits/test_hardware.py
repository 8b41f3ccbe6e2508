from collections import Counter
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


def is_channels_last(network: AlexNet) -> bool:
    return network.conv2.weight.is_contiguous(memory_format=torch.channels_last)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[bool, bool], float]]:
    """What a step takes, by (bfloat16, channels last), in the place of measuring it."""
    seconds = dict.fromkeys([(False, False), (False, True), (True, False), (True, True)], 1.0)

    def measured(network: AlexNet, *, bfloat16: bool, images: int) -> float:
        return seconds[bfloat16, is_channels_last(network)]

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


@pytest.mark.parametrize("disturbed", [(False, True), (True, True)], ids=["usual", "fast"])
def test_what_disturbs_all_rounds_but_one_decides_nothing(
    disturbed: tuple[bool, bool],
    seconds: dict[tuple[bool, bool], float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds[True, True] = 0.5
    measure, calls = hardware._seconds, Counter[tuple[bool, bool]]()

    def measure_disturbed(network: AlexNet, *, bfloat16: bool, images: int) -> float:
        took = measure(network, bfloat16=bfloat16, images=images)
        which = (bfloat16, is_channels_last(network))
        calls[which] += 1
        return took if which != disturbed or calls[which] % 3 == 0 else 100 * took

    monkeypatch.setattr(hardware, "_seconds", measure_disturbed)
    assert choose_arithmetic(Recipe(), CPU) == Arithmetic("bfloat16", "channels_last")


def test_what_takes_far_too_long_is_soon_left_out(
    seconds: dict[tuple[bool, bool], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds[True, True] = seconds[True, False] = 10.0
    measure, calls = hardware._seconds, Counter[tuple[bool, int]]()

    def counted(network: AlexNet, *, bfloat16: bool, images: int) -> float:
        calls[bfloat16, images] += 1
        return measure(network, bfloat16=bfloat16, images=images)

    monkeypatch.setattr(hardware, "_seconds", counted)
    assert choose_arithmetic(Recipe(), CPU) == Arithmetic("float32", "channels_last")
    assert calls[True, hardware.FIRST_BATCH] > 0
    assert calls[True, hardware.PROBE_BATCH] == 0
    assert calls[False, hardware.PROBE_BATCH] > 0


def test_a_forced_memory_format_is_kept_with_the_faster_precision(
    seconds: dict[tuple[bool, bool], float],
) -> None:
    seconds[True, True] = 0.5
    recipe = Recipe(memory_format="contiguous")
    assert choose_arithmetic(recipe, CPU) == Arithmetic("bfloat16", "contiguous")


def test_a_step_is_really_measured() -> None:
    assert hardware._seconds(new_network(0), bfloat16=False, images=3) > 0


def test_an_arithmetic_is_said_in_words() -> None:
    assert str(Arithmetic("float32", "channels_last")) == "float32, channels last"


@pytest.mark.parametrize("memory_format", ["channels_last", "contiguous"])
def test_the_network_is_laid_out_and_computes_the_same(memory_format: str) -> None:
    network = new_network(0)
    pixels = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    logits = network(pixels)
    laid_out = Arithmetic("float32", memory_format).lay_out(network, CPU)
    assert is_channels_last(laid_out) == (memory_format == "channels_last")
    torch.testing.assert_close(laid_out(pixels), logits)
