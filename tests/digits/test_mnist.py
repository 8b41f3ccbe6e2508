import gzip
import hashlib
import shutil
from pathlib import Path

import pytest
import torch
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from mlmusic.digits.mnist import DATA_FOLDER, SHA256, EmbeddedMNIST, Mnist, to_pixels
from mlmusic.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the two test files."""
    for path in DATA_FOLDER.glob("t10k*.gz"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_whole_data_set_is_there(mnist: Mnist) -> None:
    assert mnist.train_images.shape == (60_000, 28, 28)
    assert mnist.test_images.shape == (10_000, 28, 28)
    assert mnist.train_images.dtype == torch.uint8
    # Counted by others: https://yann.lecun.com's distribution of the digits 0 to 9.
    assert mnist.train_labels.bincount().tolist() == [
        *(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
    ]
    assert mnist.test_labels.bincount().tolist() == [
        *(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
    ]


def test_it_is_torchvisions_data_set() -> None:
    dataset = EmbeddedMNIST(train=False, transform=ToTensor())
    picture, label = dataset[0]
    assert isinstance(dataset, MNIST)
    assert len(dataset) == 10_000
    assert label == 7
    assert dataset.classes[7] == "7 - seven"
    assert torch.equal(picture, to_pixels(dataset.data[:1])[0])


def test_the_sums_are_those_of_the_uncompressed_files() -> None:
    for name, expected in SHA256.items():
        content = gzip.decompress((DATA_FOLDER / f"{name}.gz").read_bytes())
        assert hashlib.sha256(content).hexdigest() == expected


def test_nothing_is_written_beside_the_files(folder: Path) -> None:
    before = sorted(folder.iterdir())
    EmbeddedMNIST(train=False, folder=folder)
    assert sorted(folder.iterdir()) == before


def test_another_content_is_refused_by_name(folder: Path) -> None:
    path = folder / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[100] ^= 1
    path.write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(InputError, match=r"t10k-labels-idx1-ubyte\.gz is not the MNIST file"):
        EmbeddedMNIST(train=False, folder=folder)


def test_a_cut_file_is_refused_by_name(folder: Path) -> None:
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"t10k-images-idx3-ubyte\.gz is damaged"):
        EmbeddedMNIST(train=False, folder=folder)


def test_a_file_that_is_no_gzip_is_refused_by_name(folder: Path) -> None:
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"images.* is damaged"):
        EmbeddedMNIST(train=False, folder=folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(InputError, match=r"images.* is missing"):
        EmbeddedMNIST(train=False, folder=folder)
