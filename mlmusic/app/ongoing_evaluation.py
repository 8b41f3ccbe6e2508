"""The evaluation of a network on the test images, while others use the page."""

import threading
import time

from mlmusic.digits.evaluation import Evaluation, evaluating
from mlmusic.digits.mnist import load_mnist
from mlmusic.digits.model import AlexNet

SLICE_S = 0.2  # of evaluation at a time, so that a drawing in between is answered at once


class OngoingEvaluation:
    """The evaluation of a network on the 10,000 test images, done in short slices.

    Two people may advance the same one: each slice goes on where the last one ended.
    """

    def __init__(self, network: AlexNet) -> None:
        self.so_far: Evaluation | None = None  # None before the first slice
        mnist = load_mnist()
        self.total = len(mnist.test_images)
        self._steps = evaluating(network, mnist.test_images, mnist.test_labels)
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        """Whether all images have been read."""
        return self.so_far is not None and self.so_far.total == self.total

    def advance(self, *, seconds: float = SLICE_S) -> None:
        """Evaluate for about so long, or until the end."""
        end = time.perf_counter() + seconds
        with self._lock:
            while not self.finished and time.perf_counter() < end:
                self.so_far = next(self._steps)
            if self.finished:
                self._steps = iter(())  # lets go of the network
