"""A run as a plain Python script that needs torch and torchvision alone.

The template has the formulas of `model`, `training` and `augmentation`; a test runs what
comes of it and compares the losses.
"""

import json
import math
import textwrap
from string import Template

from mlmusic.digits.augmentation import KNOTS, PULL, ROTATION, SCALE, SHEAR, SHIFT
from mlmusic.digits.checks import choice
from mlmusic.digits.housekeeping import printable
from mlmusic.digits.recipe import DEVICES, MEMORY_FORMATS, PRECISIONS, TRAINING_IMAGES, Recipe
from mlmusic.digits.run import Run
from mlmusic.errors import InputError

WIDTH = 88  # characters a line, as formatters have it

# Behind the mark stands what a line is for; it is left out where the recipe has no use for it.
MARK = "  #? "
TEMPLATE = '''\
"""Train a compact AlexNet on MNIST in plain PyTorch, as a run of mlmusic did."""

${remarks}import csv
import math  #? augmented or one-cycle

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR  #? one-cycle
from torchvision.datasets import MNIST

DATA = "data"  # the folder for MNIST; it is downloaded there once
LOSSES = "losses.csv"  # the file for the loss of each step
SEED = $seed
EPOCHS = $epochs
TRAINING_IMAGES = $training_images  # the first so many of 60,000  #? subset
BATCH_SIZE = $batch_size
DEVICE = $device


class AlexNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(64 * 7 * 7, 1024)
        self.fc2 = nn.Linear(1024, 10)

    def forward(self, pixels):  # (N, 1, 28, 28)
        hidden = self.relu(self.pool(self.conv1(pixels)))  # (N, 32, 14, 14)
        hidden = self.relu(self.pool(self.conv2(hidden)))  # (N, 64, 7, 7)
        hidden = self.relu(self.fc1(hidden.flatten(1)))  # (N, 1024)
        return self.fc2(hidden)  # (N, 10)


def to_pixels(images):
    """Return (N, 1, 28, 28) floats in [0, 1] of (N, 28, 28) bytes."""
    return images.unsqueeze(1).float().to(DEVICE) / 255


def generator(use, index):
    """Return random numbers that follow from the seed, the use and the index alone."""
    return torch.Generator().manual_seed((SEED * 1_000_003 + 2 * index + use) % 2**32)


def distort(pixels, random):  #? augmented
    """Return the pictures, each distorted a little by chance."""  #? augmented
    chance = torch.rand(len(pixels), 5, generator=random) * 2 - 1  #? augmented
    angle = chance[:, 0] * math.radians($rotation)  #? augmented
    scale = 1 + chance[:, 1] * $scale  #? augmented
    shear = chance[:, 2] * $shear  #? augmented
    shift = chance[:, 3:] * $shift  # the width of a picture counts as 2  #? augmented
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale  #? augmented
    across = torch.stack([cos, cos * shear - sin, shift[:, 0]], 1)  #? augmented
    down = torch.stack([sin, sin * shear + cos, shift[:, 1]], 1)  #? augmented
    matrix = torch.stack([across, down], 1).to(DEVICE)  # (N, 2, 3)  #? augmented
    grid = nn.functional.affine_grid(matrix, pixels.shape, align_corners=False)  #? augmented
    pulls = torch.randn(len(pixels), 2, $knots, $knots, generator=random) * $pull  #? elastic
    spread = nn.functional.interpolate(  #? elastic
        torch.eye($knots)[None, None],  #? elastic
        [28, $knots],  #? elastic
        mode="bicubic",  #? elastic
        align_corners=True,  #? elastic
    )[0, 0]  #? elastic
    warp = (spread @ pulls @ spread.T).to(DEVICE)  # (N, 2, 28, 28)  #? elastic
    grid = grid + warp.permute(0, 2, 3, 1)  #? elastic
    return nn.functional.grid_sample(pixels, grid, align_corners=False)  #? augmented
  #? augmented
  #? augmented
train, test = (MNIST(DATA, train=part, download=True) for part in (True, False))
images, labels = train.data, train.targets.to(DEVICE)  #? whole
images, labels = train.data[:TRAINING_IMAGES], train.targets.to(DEVICE)  #? subset
torch.manual_seed(SEED)
network = AlexNet().to(DEVICE)  #? contiguous
network = AlexNet().to(DEVICE, memory_format=torch.channels_last)  #? channels_last
optimizer = torch.optim.SGD(
    network.parameters(),
    lr=$learning_rate,
    momentum=$momentum,  #? momentum
    nesterov=True,  #? nesterov
    weight_decay=$weight_decay,  #? weight decay
    fused=True,
)
steps = EPOCHS * math.ceil(len(images) / BATCH_SIZE)  #? one-cycle
schedule = OneCycleLR(  #? one-cycle
    optimizer,  #? one-cycle
    max_lr=$learning_rate,  #? one-cycle
    total_steps=steps,  #? one-cycle
    cycle_momentum=False,  #? one-cycle
)  #? one-cycle

losses = []
for epoch in range(EPOCHS):
    order = torch.randperm(len(images), generator=generator(0, epoch))
    for batch in order.split(BATCH_SIZE):
        pixels = to_pixels(images[batch])
        pixels = distort(pixels, generator(1, len(losses)))  #? augmented
        with torch.autocast(DEVICE, torch.bfloat16):  #? bfloat16
            logits = network(pixels)  #? bfloat16
            loss = nn.functional.cross_entropy(logits, labels[batch])  #? bfloat16
        loss = nn.functional.cross_entropy(network(pixels), labels[batch])  #? float32
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()  #? one-cycle
        losses.append(loss.item())
    print(f"epoch {epoch + 1} of {EPOCHS}: loss {losses[-1]:.4f}", flush=True)

with open(LOSSES, "w", newline="") as file:
    csv.writer(file).writerows([("step", "training_loss"), *enumerate(losses, 1)])

correct = 0
with torch.inference_mode(), torch.autocast(DEVICE, torch.bfloat16):  #? bfloat16
with torch.inference_mode():  #? float32
    for batch in torch.arange(len(test.data)).split(500):
        digits = network(to_pixels(test.data[batch])).argmax(1).cpu()
        correct += (digits == test.targets[batch]).sum().item()
print(f"test accuracy: {correct / len(test.data):.2%}")
'''


def plain_script(
    recipe: Recipe,
    *,
    precision: str = "float32",
    memory_format: str = "channels_last",
    device: str = "cpu",
    remarks: str = "",
) -> str:
    """Return the text of a Python script that trains as a recipe says.

    It writes the loss of each step to ``losses.csv`` and prints the test accuracy.

    Parameters
    ----------
    recipe : Recipe
    precision : "float32" or "bfloat16"
    memory_format : "channels_last" or "contiguous"
    device : "cpu", "cuda" or "mps"
    remarks : str
        What the reader of the script should know; a paragraph a line.

    Raises
    ------
    InputError
        If one of these is another one.
    """
    choice("precision", precision, PRECISIONS)
    choice("memory_format", memory_format, MEMORY_FORMATS)
    choice("device", device, DEVICES)
    kept = {
        "augmented": recipe.augmentation != "none",
        "elastic": recipe.augmentation == "elastic",
        "one-cycle": recipe.schedule == "one-cycle",
        "whole": recipe.training_images == TRAINING_IMAGES,
        "subset": recipe.training_images < TRAINING_IMAGES,
        "momentum": recipe.momentum > 0,
        "nesterov": recipe.nesterov,
        "weight decay": recipe.weight_decay > 0,
        "float32": precision == "float32",
        "bfloat16": precision == "bfloat16",
        "channels_last": memory_format == "channels_last",
        "contiguous": memory_format == "contiguous",
    }
    lines = []
    for line in TEMPLATE.splitlines():
        text, _, uses = line.partition(MARK)
        if not uses or any(kept[use] for use in uses.split(" or ")):
            lines.append(text)
    values = {
        "remarks": _comment(remarks),
        "device": json.dumps(device),  # in quotation marks
        "rotation": f"{math.degrees(ROTATION):g}",  # degrees
        "scale": SCALE,
        "shear": SHEAR,
        "shift": SHIFT,
        "knots": KNOTS,
        "pull": PULL,
        "learning_rate": recipe.learning_rate,
        "momentum": recipe.momentum,
        "weight_decay": recipe.weight_decay,
    }
    for name in ("seed", "epochs", "training_images", "batch_size"):
        values[name] = f"{getattr(recipe, name):_}"  # 60_000
    return Template("\n".join(lines)).substitute(values) + "\n"


def run_script(run: Run) -> str:
    """Return the script that reproduces a run; InputError if none can."""
    if run.origin and run.origin.seam:
        raise InputError(
            f"a plain script cannot repeat this run, because it was not trained in one go: "
            f"{run.origin.seam}. The run that it began with has one"
        )
    remarks = [f"The run: {printable(run.name)}, trained on {run.started:%d %b %Y}."]
    if run.origin:
        remarks.append(
            "It was trained in parts. Its learning rate is constant, so that the numbers are "
            f"those of one go: this script trains all {run.recipe.epochs} epochs from the start."
        )
    if run.steps < run.last_step:
        remarks.append(
            f"It ended after step {run.steps:,} of {run.last_step:,}. This script goes on to the "
            "last one; up to there the losses are the same."
        )
    remarks.append(
        f"The losses are those of the run where the device ({run.device}), the precision "
        f"({run.precision}), the number of threads and the version of torch are the same."
    )
    return plain_script(
        run.recipe,
        precision=run.precision,
        memory_format=run.memory_format,
        device=run.device,
        remarks="\n".join(remarks),
    )


def _comment(text: str) -> str:
    """Return paragraphs as lines of comment."""
    lines = [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(paragraph, WIDTH, initial_indent="# ", subsequent_indent="# ")
    ]
    return "\n".join([*lines, "", ""]) if lines else ""
