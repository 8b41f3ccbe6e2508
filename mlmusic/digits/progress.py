"""What a run yields: its steps, and its tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TestResult:
    """How the network does on test images at one moment of training."""

    __test__ = False  # not a test for pytest to collect

    step: int  # batches it had been trained on
    images: int
    loss: float  # mean cross-entropy, in nats
    accuracy: float  # 0 to 1


@dataclass(frozen=True)
class Progress:
    """What has just happened in a run: a training step, or a part of one or of a test."""

    step: int  # batches trained on so far, from 1
    steps: int  # batches at the end of the run
    epoch: int  # the pass over the training images, from 1
    epochs: int
    loss: float  # training loss of the last whole step's batch, in nats
    learning_rate: float  # of this step
    images: int  # training images seen so far, each as often as it was seen
    train_seconds: float  # spent in training steps so far; pauses and tests do not count
    test_seconds: float = 0.0  # spent in tests so far
    is_step: bool = True  # False: still at the same step, testing or within a large batch
    ends_epoch: bool = False  # this step was the last of its epoch; a test follows
    tested: float = 0.0  # share of the running test that is done, 0 to 1
    test: TestResult | None = None  # a test that has just been completed

    @property
    def completes_step(self) -> bool:
        """Whether a single step, with the test that belongs to it, is complete.

        The last test is not waited after: with it, the run itself is complete.
        """
        if self.is_step:
            return not self.ends_epoch
        return self.test is not None and self.step < self.steps
