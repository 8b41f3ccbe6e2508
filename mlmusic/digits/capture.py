"""A pass that is recorded once and then replayed: CUDA graphs.

Of a network this small, a GPU computes a layer faster than Python asks for the next one. A
graph asks for all of them at once.

Source: Nguyen and others, "Accelerating PyTorch with CUDA Graphs", 2021.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

WARM_UP = 3  # passes before the recording: libraries choose their kernels in the first ones

Act = Callable[[], Tensor]


class Captured:
    """Forward and backward pass over batches of one size, recorded at the first.

    Parameters
    ----------
    gradients : callable
        Pixels and labels → loss; leaves the gradients in the parameters, which had none.
    parameters : sequence of Parameter
    pixels : Tensor, shape (N, 1, 28, 28), float32 in [0, 1]
    labels : Tensor, shape (N,), int64
        The first batch: the others are of its size, and on the same device.
    """

    def __init__(
        self,
        gradients: Callable[[Tensor, Tensor], Tensor],
        parameters: Sequence[torch.nn.Parameter],
        pixels: Tensor,
        labels: Tensor,
    ) -> None:
        self._pixels, self._labels = pixels.clone(), labels.clone()
        self._replay = record(lambda: gradients(self._pixels, self._labels), parameters)

    def __call__(self, pixels: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of a batch, and leave the gradients in the parameters."""
        self._pixels.copy_(pixels)
        self._labels.copy_(labels)
        return self._replay()


def record(act: Act, parameters: Sequence[torch.nn.Parameter]) -> Act:
    """Return what repeats an act on the GPU, with what lies in its inputs by then."""
    aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP):
            _forget(parameters)
            act()
    torch.cuda.current_stream().wait_stream(aside)
    _forget(parameters)  # the recorded pass makes gradients that stay in their place
    graph = torch.cuda.CUDAGraph()
    # Other threads may look at the network meanwhile.
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        loss = act()
    gradients = [parameter.grad for parameter in parameters]

    def replay() -> Tensor:
        graph.replay()
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        return loss

    return replay


def _forget(parameters: Sequence[torch.nn.Parameter]) -> None:
    for parameter in parameters:
        parameter.grad = None
