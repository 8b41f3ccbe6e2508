"""The momentum of stochastic gradient descent on disk: what training needs to go on.

Nothing else of the optimiser has a state, and all chance follows from the seed and the step.
"""

import torch
from safetensors.torch import save

from mlmusic.digits.model import AlexNet
from mlmusic.digits.weights import unpack_tensors

BUFFER = "momentum_buffer"  # torch's name for it in the optimiser's state


def pack_momentum(network: AlexNet, optimizer: torch.optim.SGD) -> bytes | None:
    """Return the bytes of a safetensors file: a tensor for each parameter, under its name.

    None if there is no momentum: before the first step, or in a recipe without it.
    """
    buffers = {
        name: optimizer.state[parameter].get(BUFFER)
        for name, parameter in network.named_parameters()
        if parameter in optimizer.state
    }
    if not buffers or any(buffer is None for buffer in buffers.values()):
        return None
    return bytes(save({name: buffer.cpu().contiguous() for name, buffer in buffers.items()}))


def unpack_momentum(
    content: bytes, network: AlexNet, optimizer: torch.optim.SGD, *, name: str
) -> None:
    """Give the optimiser the momentum that the bytes hold.

    Raises
    ------
    InputError
        If they are no safetensors file, or hold other tensors than the network's parameters.
    """
    wanted = dict(network.named_parameters())
    buffers = unpack_tensors(content, wanted, name=name, what="momentum")
    for key, parameter in network.named_parameters():
        momentum = torch.empty_like(parameter, requires_grad=False)  # in the same order in memory
        optimizer.state[parameter][BUFFER] = momentum.copy_(buffers[key])
