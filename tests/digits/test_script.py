import csv
import gzip
import itertools
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlmusic.digits.history import History
from mlmusic.digits.mnist import DATA_FOLDER, Mnist, load_mnist
from mlmusic.digits.recipe import Recipe, named_recipe
from mlmusic.digits.run import Origin, Run
from mlmusic.digits.runs import list_runs, save_run
from mlmusic.digits.script import plain_script, run_script
from mlmusic.digits.training import Training, train
from mlmusic.errors import InputError

SMALL = Recipe(training_images=500, batch_size=50, precision="float32", device="cpu", seed=7)
TEST_IMAGES = 600
PIECES = {
    "import math": "augmented or one-cycle",
    "def distort": "augmented",
    "bicubic": "elastic",
    "OneCycleLR": "one-cycle",
    "TRAINING_IMAGES": "subset",
    "momentum=": "momentum",
    "nesterov=": "nesterov",
    "weight_decay=": "decay",
    "autocast": "bfloat16",
    "channels_last": "channels last",
}
RECIPES = [
    (recipe, precision)
    for recipe in (
        SMALL,
        Recipe(),
        Recipe(momentum=0.0, learning_rate=1e-6),
        Recipe(augmentation="affine", weight_decay=5e-4),
        Recipe(schedule="one-cycle", seed=2**31 - 1),
        named_recipe("fast"),
        named_recipe("accurate", training_images=12_345),
    )
    for precision in ("float32", "bfloat16")
]
MEMORY_FORMATS = {"float32": "contiguous", "bfloat16": "channels_last"}  # one with each


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNIST as torchvision lays it out once it has downloaded it; few test images."""
    folder = tmp_path_factory.mktemp("data")
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for path in DATA_FOLDER.glob("*.gz"):
        content = gzip.decompress(path.read_bytes())
        if path.name.startswith("t10k"):  # bytes 4 to 7 are the number of images
            header, size = (16, 784) if "images" in path.name else (8, 1)
            count = TEST_IMAGES.to_bytes(4, "big")
            content = content[:4] + count + content[8 : header + size * TEST_IMAGES]
        (raw / path.stem).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def mnist() -> Mnist:
    """With the same test images."""
    whole = load_mnist()
    images, labels = whole.test_images[:TEST_IMAGES], whole.test_labels[:TEST_IMAGES]
    return replace(whole, test_images=images, test_labels=labels)


# Runs each script in a folder of its own, in one Python: loading torch takes longer than training.
RUN = """
import contextlib, io, os, runpy, sys, warnings

warnings.simplefilter("error")
for folder in sys.argv[1:]:
    os.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path("run.py", run_name="__main__")
    print(said.getvalue().splitlines()[-1])
"""
FAST = named_recipe("fast", training_images=500, precision="float32", seed=7, epochs=2)
HALF = replace(SMALL, training_images=300, epochs=1, precision="bfloat16")


@dataclass(frozen=True)
class Repeated:
    """What the script of a recipe came to."""

    losses: list[float]
    said: str  # the last line that it printed


@pytest.fixture(scope="module")
def small_run(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A kept run."""
    training, history, folder = Training(SMALL), History(), tmp_path_factory.mktemp("runs")
    for progress in train(training, mnist):
        history.add(progress)
    save_run(training, history, status="finished", started=datetime.now(UTC), folder=folder)
    return list_runs(folder)[0][0]


@pytest.fixture(scope="module")
def repeated(
    data: Path, small_run: Run, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Repeated]:
    """Run three scripts as a person does."""
    scripts = {
        "small": run_script(small_run),
        "fast": plain_script(FAST),
        "half": plain_script(HALF, precision="bfloat16"),
    }
    folders = [tmp_path_factory.mktemp(name) for name in scripts]
    for folder, script in zip(folders, scripts.values(), strict=True):
        (folder / "data").symlink_to(data)
        (folder / "run.py").write_text(script)
    answer = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, folders)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    results = {}
    for name, folder, said in zip(scripts, folders, answer.stdout.splitlines(), strict=True):
        with (folder / "losses.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [int(row["step"]) for row in rows] == list(range(1, len(rows) + 1))
        results[name] = Repeated([float(row["training_loss"]) for row in rows], said)
    return results


@pytest.mark.slow
def test_the_script_of_a_kept_run_has_the_same_losses_as_the_run(
    small_run: Run, repeated: dict[str, Repeated]
) -> None:
    assert repeated["small"].losses == pytest.approx(small_run.load_history().losses, abs=1e-6)
    assert repeated["small"].said == f"test accuracy: {small_run.test_accuracy:.2%}"


@pytest.mark.slow
def test_with_one_cycle_and_augmentation_the_losses_are_nearly_the_same(
    mnist: Mnist, repeated: dict[str, Repeated]
) -> None:
    expected = [progress.loss for progress in train(Training(FAST), mnist) if progress.is_step]
    assert repeated["fast"].losses == pytest.approx(expected, rel=1e-3)


@pytest.mark.slow
def test_half_precision_is_in_the_script_too(mnist: Mnist, repeated: dict[str, Repeated]) -> None:
    expected = [progress.loss for progress in itertools.islice(train(Training(HALF), mnist), 6)]
    assert repeated["half"].losses == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("recipe", "precision"), RECIPES)
def test_the_script_has_what_the_recipe_needs_and_no_more(recipe: Recipe, precision: str) -> None:
    used = {
        "augmented": recipe.augmentation != "none",
        "elastic": recipe.augmentation == "elastic",
        "one-cycle": recipe.schedule == "one-cycle",
        "subset": recipe.training_images < 60_000,
        "momentum": recipe.momentum > 0,
        "nesterov": recipe.nesterov,
        "decay": recipe.weight_decay > 0,
        "bfloat16": precision == "bfloat16",
        "channels last": MEMORY_FORMATS[precision] == "channels_last",
    }
    script = plain_script(recipe, precision=precision, memory_format=MEMORY_FORMATS[precision])
    for piece, uses in PIECES.items():
        assert (piece in script.replace("cycle_momentum=", "")) == any(
            used[use] for use in uses.split(" or ")
        ), piece
    assert "mlmusic" not in script.split("\n", 1)[1]
    assert "#?" not in script
    assert "$" not in script
    compile(script, "script", "exec")


def test_the_scripts_are_formatted_and_have_nothing_unused(tmp_path: Path) -> None:
    for index, (recipe, precision) in enumerate(RECIPES):
        script = plain_script(
            recipe,
            precision=precision,
            memory_format=MEMORY_FORMATS[precision],
            remarks="word " * 60,
        )
        (tmp_path / f"script_{index}.py").write_text(script)
    for command in (["format", "--diff"], ["check", "--select", "E,F,W,I,B"]):
        answer = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("device", 'cpu"\nimport os  # "'),
        ("device", "auto"),
        ("precision", "float16"),
        ("precision", "auto"),
        ("memory_format", "channels_first"),
        ("memory_format", "auto"),
    ],
)
def test_a_device_or_a_precision_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"^{name}=.* is not one of "):
        plain_script(SMALL, **{name: value})
    with pytest.raises(InputError, match=f"^{name}=.* is not one of "):
        run_script(kept(**{name: value}))


def kept(**changes: object) -> Run:
    run = Run(
        folder=Path("runs/one"),
        name="my run",
        status="finished",
        recipe=SMALL,
        started=datetime(2026, 3, 1, tzinfo=UTC),
        device="cpu",
        precision="bfloat16",
        steps=20,
        train_seconds=1.0,
        test_accuracy=None,
        test_loss=None,
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def test_the_script_of_a_run_says_which_run_it_is() -> None:
    script = run_script(kept())
    assert "# The run: my run, trained on 01 Mar 2026." in script
    assert "torch.bfloat16" in script
    assert "It ended after" not in script
    assert "in parts" not in script


def test_a_name_cannot_become_code() -> None:
    script = run_script(kept(name='x\nimport os\r\x00\u2028$seed """ \\ {y}'))
    assert [line for line in script.splitlines() if "import os" in line] == [
        '# The run: x import os $seed """ \\ {y}, trained on 01 Mar 2026.'
    ]
    compile(script, "script", "exec")


def test_the_script_of_a_stopped_run_says_how_far_the_run_went() -> None:
    assert "It ended after step 7 of 20." in run_script(kept(steps=7, status="stopped"))


def test_the_script_of_a_continued_run_trains_from_the_start() -> None:
    script = run_script(kept(origin=Origin("zero", "first", 10)))
    assert "trained in parts" in script
    assert "EPOCHS = 2\n" in script


def test_a_run_that_no_script_can_repeat_is_refused() -> None:
    origin = Origin("zero", "first", 10, seam="the momentum began anew at step 11")
    with pytest.raises(InputError, match="in one go: the momentum began anew at step 11"):
        run_script(kept(origin=origin))
