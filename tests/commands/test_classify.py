"""``classify`` on the command line."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mlmusic.__main__ import main
from mlmusic.digits.mnist import Mnist
from mlmusic.digits.model import AlexNet
from mlmusic.digits.weights import pack_weights

DRAWINGS = Path(__file__).parents[1] / "drawings"


@pytest.fixture
def weights(tmp_path: Path, trained_network: AlexNet) -> Path:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(pack_weights(trained_network))
    return path


def results(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    assert main(["classify", "--json", *map(str, arguments)]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out.splitlines()[-1])["results"]
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return the one line on standard error that a command ends with."""
    assert main(["classify", *map(str, arguments)]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    return error


def test_pictures_and_strokes_are_read_in_order(
    tmp_path: Path, weights: Path, mnist: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "digit.png"
    Image.fromarray(255 - mnist.test_images[0].numpy()).resize((280, 280)).save(picture)
    files = [DRAWINGS / "1-plain.json", picture, DRAWINGS / "0-round.json"]
    found = results(capsys, "--network", weights, *files)
    assert [item["file"] for item in found] == [str(path) for path in files]
    assert [item["digit"] for item in found] == [1, int(mnist.test_labels[0]), 0]
    for item in found:
        assert len(item["probabilities"]) == 10
        assert sum(item["probabilities"]) == pytest.approx(1)
        assert np.argmax(item["probabilities"]) == item["digit"]


def test_the_report_has_a_line_for_each_file(
    weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing = DRAWINGS / "7-plain.json"
    assert main(["classify", "--network", str(weights), str(drawing)]) == 0
    assert capsys.readouterr().out.startswith(f"{drawing}: 7 (")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"no JSON", "a.json: this is not JSON"),
        ("a.json", b"[" * 100_000, "a.json: this is not JSON"),
        ("a.json", b"\xff\xfe\x00", "a.json: this is not JSON"),
        ("a.json", b'[["a"]]', "a.json: each stroke must be a list of points"),
        ("a.json", b"[[[NaN, 1]]]", "a.json: each x and y must be a number"),
        ("a.json", b"[]", "a.json: there is nothing drawn in it"),
        ("a.json", b"[[[5, 5]]]", "a.json: there is nothing drawn in it"),
        ("a.png", b"GIF89a", "a.png: this is not a PNG or JPEG picture"),
        ("a.jpg", b"\xff\xd8\xff", "a.jpg: this picture is damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path,
    weights: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    message: str,
) -> None:
    (tmp_path / name).write_bytes(content)
    assert message in refusal(capsys, "--network", weights, tmp_path / name)


def test_missing_files_and_folders_are_named(
    tmp_path: Path, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = refusal(capsys, "--network", weights, tmp_path / "missing.png")
    assert "missing.png: No such file" in missing
    assert "Is a directory" in refusal(capsys, "--network", weights, tmp_path)


def test_without_a_run_the_embedded_network_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--json", str(DRAWINGS / "1-plain.json")]) == 0
    assert json.loads(capsys.readouterr().out)["results"][0]["digit"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_a_file_whose_size_is_not_known_is_read_up_to_the_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)

    def write() -> None:
        with suppress(BrokenPipeError), pipe.open("wb") as file:
            file.write(bytes(60_000_000))

    writer = Thread(target=write)
    writer.start()
    assert "pipe.png: the file is larger than 50 MB" in refusal(capsys, pipe)
    writer.join()
