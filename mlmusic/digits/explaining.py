"""What a network does with a picture: its feature maps, the ink that spoke, the nearest digits."""

from collections.abc import Iterator
from copy import deepcopy

import torch
from torch import Tensor, nn

from mlmusic.digits.mnist import to_pixels
from mlmusic.digits.model import AlexNet

SLICE = 50  # images at a time: one core computes them in about 0.04 s


def feature_maps(network: AlexNet, picture: Tensor) -> tuple[Tensor, Tensor]:
    """Return what both convolutions find in a picture, after their ReLU.

    Parameters
    ----------
    network : AlexNet
    picture : Tensor, shape (28, 28), float32 in [0, 1]

    Returns
    -------
    Tensor, shape (32, 28, 28), and Tensor, shape (64, 14, 14); float32, >= 0
    """
    with torch.inference_mode():
        first = network.relu(network.conv1(_pixels(network, picture)))
        second = network.relu(network.conv2(network.pool(first)))
        return first[0].cpu(), second[0].cpu()


def saliency(network: AlexNet, picture: Tensor, digit: int | None = None) -> Tensor:
    """Return how much each pixel's ink spoke for a digit: gradient × input.

    The gradient is that of the digit's logit minus the mean of the other nine. The network's
    own gradients are left alone: it may be in training meanwhile.

    Sources: Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks", 2013;
    Shrikumar, Greenside, Shcherbina and Kundaje, "Not Just a Black Box", 2016.

    Parameters
    ----------
    network : AlexNet
    picture : Tensor, shape (28, 28), float32 in [0, 1]
    digit : int, optional
        By default the likeliest one.

    Returns
    -------
    Tensor, shape (28, 28), float32
        Above 0 where ink spoke for the digit, below where it spoke against it; in logits.
    """
    # A copy: weights that training changed half-way would end the computation.
    still = deepcopy(network).requires_grad_(False)
    pixels = _pixels(still, picture).requires_grad_()
    with torch.enable_grad():
        logits = still(pixels)[0]
        winner = int(logits.argmax()) if digit is None else digit
        others = (logits.sum() - logits[winner]) / (len(logits) - 1)
        (gradient,) = torch.autograd.grad(logits[winner] - others, pixels)
    return (gradient * pixels.detach())[0, 0].cpu()


def hidden_direction(network: AlexNet, picture: Tensor) -> Tensor:
    """Return the last hidden layer of a picture (28, 28), scaled to length 1: (1024,), float32."""
    return _directions(network, _pixels(network, picture))[0]


def hidden_directions(network: AlexNet, images: Tensor) -> Iterator[Tensor]:
    """Yield the last hidden layer of the images, each scaled to length 1, slice by slice.

    Parameters
    ----------
    network : AlexNet
    images : Tensor, shape (N, 28, 28), uint8

    Yields
    ------
    Tensor, shape (n, 1024), float16
        The next n images; 10,000 of them take 20 MB.
    """
    for part in torch.split(images, SLICE):
        yield _directions(network, to_pixels(part.to(_device(network)))).half()


def nearest(direction: Tensor, directions: Tensor, *, count: int = 10) -> tuple[Tensor, Tensor]:
    """Return the pictures whose last hidden layer points nearly where a drawing's does.

    Parameters
    ----------
    direction : Tensor, shape (1024,), of length 1
    directions : Tensor, shape (N, 1024), each of length 1; N >= count
    count : int > 0

    Returns
    -------
    Tensor, shape (count,), int64, and Tensor, shape (count,), float32
        Indices, the most similar first, and cosine similarities, at most 1.
    """
    with torch.inference_mode():
        rough = torch.nan_to_num(directions @ direction.to(directions.dtype), nan=-1.0)
        chosen = rough.topk(count).indices
        # Half precision ties what differs little; the chosen ones are compared once more.
        similarities = (directions[chosen].float() @ direction.float()).clamp(max=1)
        order = similarities.argsort(descending=True, stable=True)
        return chosen[order], similarities[order]


def _directions(network: AlexNet, pixels: Tensor) -> Tensor:
    """Return the last hidden layer, (N, 1024), each row of length 1."""
    with torch.inference_mode():
        return nn.functional.normalize(network.features(pixels).float(), dim=1).cpu()


def _pixels(network: AlexNet, picture: Tensor) -> Tensor:
    """Return a picture as network input, (1, 1, 28, 28), on the network's device."""
    return picture[None, None].to(_device(network))


def _device(network: AlexNet) -> torch.device:
    return next(network.parameters()).device
