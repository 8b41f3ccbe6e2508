import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from mlmusic.digits.model import AlexNet, new_network
from mlmusic.digits.weights import load_weights, pack_weights, unpack_weights
from mlmusic.errors import InputError


@pytest.fixture
def network() -> AlexNet:
    return new_network(seed=0)


def test_what_was_packed_is_unpacked(network: AlexNet) -> None:
    again = unpack_weights(pack_weights(network), name="w")
    for name, value in network.state_dict().items():
        assert torch.equal(again.state_dict()[name], value)
    assert all(parameter.requires_grad for parameter in again.parameters())


def test_half_precision_weights_become_float32(network: AlexNet, tmp_path: Path) -> None:
    save_file({k: v.half() for k, v in network.state_dict().items()}, tmp_path / "w")
    assert load_weights(tmp_path / "w").fc1.weight.dtype == torch.float32


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.safetensors does not exist"):
        load_weights(tmp_path / "nothing.safetensors")


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        load_weights(tmp_path)


def test_what_may_never_end_is_not_read() -> None:
    with pytest.raises(InputError, match=r"null is no regular file; give the path of a"):
        load_weights(Path(os.devnull))


class Malicious:
    """Would leave a file behind if it were ever unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> object:
        return (Path.touch, (self.target,))


def test_a_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    target = tmp_path / "executed"
    path = tmp_path / "w.safetensors"
    path.write_bytes(pickle.dumps(Malicious(target)))
    with pytest.raises(InputError, match=r"w\.safetensors is not a safetensors file"):
        load_weights(path)
    assert not target.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff" * 64, b"\x02" + b"\0" * 7 + b"{}"])
def test_rubbish_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        unpack_weights(content, name="w")


def test_a_header_of_very_many_tensors_is_refused_before_it_is_read() -> None:
    entry = b'"t%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
    header = b"{" + b",".join(entry % number for number in range(2_000)) + b"}"
    with pytest.raises(InputError, match="its header is too large"):
        unpack_weights(len(header).to_bytes(8, "little") + header, name="w")


def test_other_layers_are_refused(network: AlexNet, tmp_path: Path) -> None:
    save_file({"conv9.weight": torch.zeros(3)}, tmp_path / "w")
    with pytest.raises(InputError, match="another network: its layers differ"):
        load_weights(tmp_path / "w")


def test_other_shapes_are_refused_by_name(network: AlexNet, tmp_path: Path) -> None:
    save_file(network.state_dict() | {"fc2.bias": torch.zeros(11)}, tmp_path / "w")
    with pytest.raises(InputError, match=r"fc2\.bias has the shape \(11,\), not \(10,\)"):
        load_weights(tmp_path / "w")


def test_whole_numbers_are_refused(network: AlexNet, tmp_path: Path) -> None:
    save_file(network.state_dict() | {"fc2.bias": torch.zeros(10).long()}, tmp_path / "w")
    with pytest.raises(InputError, match=r"fc2\.bias as torch\.int64"):
        load_weights(tmp_path / "w")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(
    network: AlexNet, value: float, tmp_path: Path
) -> None:
    save_file(network.state_dict() | {"fc2.bias": torch.full((10,), value)}, tmp_path / "w")
    with pytest.raises(InputError, match=r"fc2\.bias has values that are not finite"):
        load_weights(tmp_path / "w")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "w").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InputError, match="too large"):
        load_weights(tmp_path / "w")
