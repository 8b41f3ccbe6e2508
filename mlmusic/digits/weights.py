"""Weights on disk: safetensors only, which cannot run code, and checked before use."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from mlmusic.digits.model import AlexNet, empty_network
from mlmusic.errors import InputError

MAX_BYTES = 64 * 2**20  # five times the size of AlexNet's weights in float32
MAX_HEADER_BYTES = 2**16  # a hundred times AlexNet's: names of tensors by the million take memory
# What `load` raises on damaged files; the last where a side of an empty tensor is beyond 2^63.
UNREADABLE = (SafetensorError, ValueError, KeyError, TypeError)


def pack_weights(network: AlexNet, *, half: bool = False) -> bytes:
    """Return the weights as the bytes of a safetensors file, float32 or float16 (half)."""
    kind = torch.float16 if half else torch.float32
    tensors = {
        name: value.detach().to("cpu", kind, memory_format=torch.contiguous_format)
        for name, value in _state(network).items()
    }
    return bytes(save(tensors))


def load_weights(path: Path) -> AlexNet:
    """Return the network whose weights a safetensors file holds.

    Raises
    ------
    InputError
        If the file is missing or too large, is no safetensors file, or holds other tensors
        than AlexNet's: other names, shapes or kinds, or values that are not finite.
    """
    try:
        content = read_tensors(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; give the path of a .safetensors file") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; give the path of a .safetensors file") from None
    return unpack_weights(content, name=path.name)


def read_tensors(path: Path) -> bytes:
    """Return what a file holds that can hold a tensor for each of the network's parameters.

    Raises
    ------
    InputError
        If it is larger than such a file can be, or no regular file.
    OSError
        If it cannot be read.
    """
    size = path.stat().st_size
    if not path.is_file() and not path.is_dir():  # a pipe or a device may never end
        raise InputError(f"{path} is no regular file; give the path of a .safetensors file")
    if size > MAX_BYTES:
        raise InputError(f"{path.name} is too large to hold this network's weights")
    return path.read_bytes()


def unpack_weights(content: bytes, *, name: str) -> AlexNet:
    """Return the network whose weights the bytes hold; errors as in `load_weights`."""
    network = empty_network()
    tensors = unpack_tensors(content, _state(network), name=name, what="weights")
    network.load_state_dict({key: value.float() for key, value in tensors.items()}, assign=True)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # reads faster
    return network.requires_grad_(True)


def unpack_tensors(
    content: bytes, wanted: Mapping[str, Tensor], *, name: str, what: str
) -> dict[str, Tensor]:
    """Return the tensors that the bytes of a safetensors file hold, checked.

    Parameters
    ----------
    content : bytes
    wanted : mapping of names to tensors of the wanted shapes
    name, what : str
        The file and what is in it, for people.

    Raises
    ------
    InputError
        If they are no such file, or hold other tensors, or values that are not finite.
    """
    header_bytes = int.from_bytes(content[:8], "little")
    if header_bytes > MAX_HEADER_BYTES:
        raise InputError(f"{name} is not a safetensors file of {what}: its header is too large")
    try:
        tensors = load(content)
    except UNREADABLE:
        raise InputError(f"{name} is not a safetensors file of {what}") from None
    _check_tensors(tensors, wanted, name=name)
    return dict(tensors)


def _check_tensors(
    tensors: Mapping[str, Tensor], wanted: Mapping[str, Tensor], *, name: str
) -> None:
    """Raise InputError unless the tensors have the wanted names and shapes and are finite."""
    if set(tensors) != set(wanted):
        raise InputError(f"{name} holds the weights of another network: its layers differ")
    for key, value in tensors.items():
        if value.shape != wanted[key].shape:
            raise InputError(
                f"{name} holds the weights of another network: {key} has the shape "
                f"{tuple(value.shape)}, not {tuple(wanted[key].shape)}"
            )
        if value.dtype not in (torch.float32, torch.float16, torch.bfloat16):
            raise InputError(f"{name} holds {key} as {value.dtype}, not as floating point")
        if not value.isfinite().all():
            raise InputError(f"{name} cannot be used: {key} has values that are not finite")


def _state(network: AlexNet) -> dict[str, Tensor]:
    return dict(network.state_dict())
