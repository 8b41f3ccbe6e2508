"""What is said of a test accuracy."""

import torch

from mlmusic.app.accuracy import accuracy_text
from mlmusic.digits.evaluation import Evaluation


def test_the_accuracy_comes_with_its_interval() -> None:
    labels = torch.zeros(10_000, dtype=torch.long)
    said = torch.zeros(10_000, 10)
    said[:9949, 0] = said[9949:, 1] = 1
    assert accuracy_text(Evaluation(said, labels, 0.02, 1.0)) == (
        "9,949 of 10,000 test digits read right; 95 % interval 99.33 to 99.61 %"
    )
