import pytest
import torch

from mlmusic.digits import hardware
from mlmusic.digits.hardware import available_devices, choose_device, choose_precision
from mlmusic.digits.recipe import Recipe
from mlmusic.errors import InputError

CPU = torch.device("cpu")


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


def test_a_forced_precision_is_taken() -> None:
    assert choose_precision(Recipe(precision="bfloat16"), CPU) == "bfloat16"
    assert choose_precision(Recipe(precision="float32"), CPU) == "float32"


@pytest.mark.parametrize(
    ("rough", "exact", "chosen"), [(1.0, 2.0, "bfloat16"), (2.0, 1.0, "float32")]
)
def test_auto_takes_the_precision_that_was_measured_faster(
    rough: float, exact: float, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "_seconds", lambda _, bfloat16: rough if bfloat16 else exact)
    hardware._bfloat16_is_faster.cache_clear()
    assert choose_precision(Recipe(), CPU) == chosen
    hardware._bfloat16_is_faster.cache_clear()
