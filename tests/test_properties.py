"""Whatever is given, there is a result within its bounds, or an InputError and nothing else.

Hypothesis makes the examples, the same ones each time that the same modules are loaded: from
their constants it makes some. Where a test counts, all that can happen has happened.
"""

import io
import json
import math
import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from mlmusic.app.markdown import JOINER, escape
from mlmusic.audio.settings import WINDOWS, SpectrumSettings
from mlmusic.audio.spectrum import compute_spectra
from mlmusic.digits import checks
from mlmusic.digits.housekeeping import NAME_LENGTH, printable, rename_run
from mlmusic.digits.model import new_network
from mlmusic.digits.picture import picture_of_image
from mlmusic.digits.placement import uncentred_picture
from mlmusic.digits.recipe import BOUNDS, CHOICES, Recipe
from mlmusic.digits.run import RUN, WEIGHTS, Origin, Run, read_run, run_fields
from mlmusic.digits.schedule import learning_rate
from mlmusic.digits.sketch import MAX_COORDINATE, picture_of_strokes, read_strokes
from mlmusic.digits.weights import pack_weights, unpack_weights
from mlmusic.errors import InputError

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # halves of characters, too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


def tried(examples: int) -> settings:
    """Try so many; each test has one folder for all, and machines may be busy."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def attempt(function: Callable[..., Any], *args: object, **options: object) -> Any:
    """Return what a function returns, or the InputError that it raises."""
    try:
        return function(*args, **options)
    except InputError as error:
        return error


def kind(result: object) -> str:
    """Return what an attempt gave; a picture is one as it should be, an error has words."""
    assert str(result)
    if isinstance(result, np.ndarray):
        assert result.shape == (28, 28)
        assert result.min() >= 0  # so that no value is NaN
        assert result.max() <= 1
    return type(result).__name__


# Strokes


COORDINATES = st.floats(-MAX_COORDINATE, MAX_COORDINATE) | st.integers(-300, 300)
POINTS = st.lists(COORDINATES, min_size=2, max_size=2)
ODD = JSON | st.sampled_from([10**400, 2**70, -1e9, 5e-324, math.nan, math.inf, True, "1"])
ODD_POINTS = POINTS | st.lists(ODD | COORDINATES, max_size=3)
DRAWINGS = st.lists(st.lists(st.lists(st.integers(0, 300), min_size=2, max_size=2)))


def test_whatever_is_drawn_is_refused_or_a_picture() -> None:
    ends = Counter[str]()

    @tried(600)
    @given(JSON | st.lists(st.lists(POINTS)) | st.lists(st.lists(ODD_POINTS, max_size=3)))
    def check(strokes: Any) -> None:
        picture = attempt(picture_of_strokes, strokes)
        uncentred = attempt(uncentred_picture, strokes, side=280, pen=12)
        assert isinstance(uncentred, InputError) == isinstance(picture, InputError)
        ends.update([kind(picture), kind(uncentred)])

    check()
    assert min(ends[end] for end in ("ndarray", "InputError", "NoneType")) > 4


@tried(300)
@given(st.floats() | st.integers(-(10**12), 10**12))
@example(1e9)
@example(-1e9)
@example(math.nextafter(1e9, 2e9))
def test_a_coordinate_is_kept_or_beyond_the_bounds(x: float) -> None:
    stroke = attempt(read_strokes, [[[x, 0]]])
    if abs(x) <= MAX_COORDINATE:
        assert stroke[0].tolist() == [[x, 0]]
    else:  # NaN as well
        assert isinstance(stroke, InputError)


@tried(150)
@given(DRAWINGS, st.randoms(use_true_random=False))
def test_in_which_order_and_how_often_strokes_are_drawn_changes_nothing(
    strokes: Any, chance: Any
) -> None:
    more = strokes + [stroke for stroke in strokes if chance.random() < 0.5]
    chance.shuffle(more)
    np.testing.assert_array_equal(picture_of_strokes(more), picture_of_strokes(strokes))


@tried(150)
@given(DRAWINGS, st.floats(0.01, 1000), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_where_and_how_large_any_drawing_is_changes_nothing(
    strokes: Any, scale: float, x: float, y: float
) -> None:
    moved = [[[scale * px + x, scale * py + y] for px, py in stroke] for stroke in strokes]
    np.testing.assert_array_equal(picture_of_strokes(moved), picture_of_strokes(strokes))


# Pictures


def image_file(mode: str, kind: str, **options: object) -> bytes:
    image = Image.new("L", (40, 50), 255)
    image.paste(0, (10, 10, 20, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.convert(mode).save(file, kind, exif=exif, **options)
    return file.getvalue()


PNGS = [image_file(mode, "PNG") for mode in ("L", "LA", "RGB", "RGBA", "P", "1", "I;16")]
JPEGS = [
    image_file(mode, "JPEG", progressive=progressive)
    for mode in ("L", "RGB", "CMYK")
    for progressive in (False, True)
]
BYTES = st.integers(0, 255) | st.just(255)  # which makes no number of a weight
EDITS = st.lists(st.tuples(st.integers(0, 2000), BYTES), max_size=4)
BLOCKS = (b"tRNS", b"PLTE", b"acTL", b"fcTL", b"fdAT", b"iCCP", b"gAMA", b"zTXt", b"eXIf", b"IDAT")


def edited(content: bytes, edits: list[tuple[int, int]], first: int = 0) -> bytes:
    """Return bytes with some from the first on changed; places beyond the end are none."""
    changed = bytearray(content)
    for place, byte in edits:
        if first + place < len(changed):
            changed[first + place] = byte
    return bytes(changed)


@st.composite
def pngs(draw: st.DrawFn) -> bytes:
    """Draw a PNG with blocks changed, left out and put in, whose checksums are right."""
    whole, blocks, at = draw(st.sampled_from(PNGS)), [], 8
    while at < len(whole):
        length = int.from_bytes(whole[at : at + 4], "big")
        blocks.append((whole[at + 4 : at + 8], whole[at + 8 : at + 8 + length]))
        at += 12 + length
    left_out = draw(st.integers(0, 9))
    blocks = [block for number, block in enumerate(blocks) if number != left_out]
    for name in draw(st.lists(st.sampled_from(BLOCKS), max_size=2)):
        blocks.insert(draw(st.integers(0, len(blocks))), (name, draw(st.binary(max_size=30))))
    content = whole[:8]
    for name, data in blocks:
        data = edited(data, draw(EDITS)) if draw(st.booleans()) else data
        content += struct.pack(">I", len(data)) + name + data
        content += struct.pack(">I", zlib.crc32(name + data))
    return content


@st.composite
def jpegs(draw: st.DrawFn) -> bytes:
    """Draw a JPEG with a few bytes changed, or cut short."""
    content = edited(draw(st.sampled_from(JPEGS)), draw(EDITS), 2)
    return content[: draw(st.integers(0, 2000)) or None]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow names what it skips
def test_whatever_is_uploaded_as_a_picture_is_refused_or_one() -> None:
    ends = Counter[str]()
    starts = st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])

    @tried(600)
    @given(pngs() | jpegs() | st.builds(bytes.__add__, starts, st.binary(max_size=200)))
    def check(content: bytes) -> None:
        ends[kind(attempt(picture_of_image, content))] += 1

    check()
    assert min(ends[end] for end in ("ndarray", "InputError")) > 4


def test_a_png_without_the_palette_that_it_names_is_refused() -> None:
    content = image_file("P", "PNG")
    at, end = content.index(b"PLTE") - 4, content.index(b"IDAT") - 4
    with pytest.raises(InputError, match="damaged and cannot be read"):
        picture_of_image(content[:at] + content[end:])


# Recipes and runs


def numbers(name: str) -> st.SearchStrategy[float]:
    low, high = BOUNDS[name]
    return st.integers(int(low), int(high)) if isinstance(low, int) else st.floats(low, high)


GOOD: dict[str, st.SearchStrategy[Any]] = {
    **{name: numbers(name) for name in BOUNDS},
    **{name: st.sampled_from(choices) for name, choices in CHOICES.items()},
    "batch_size": st.integers(1, 60_000) | st.integers(1, 100),
    "nesterov": st.booleans(),
    "name": TEXT,
}
GOOD_RECIPES = st.fixed_dictionaries({}, optional=GOOD)
BAD_RECIPES = st.tuples(
    GOOD_RECIPES, st.dictionaries(st.sampled_from(sorted(GOOD)), st.integers() | JSON, max_size=1)
).map(lambda both: both[0] | both[1])


def is_within_bounds(recipe: Recipe) -> bool:
    return all(low <= getattr(recipe, name) <= high for name, (low, high) in BOUNDS.items())


def test_whatever_a_recipe_says_is_refused_or_survives_json() -> None:
    ends = Counter[str]()

    @tried(600)
    @given(GOOD_RECIPES | BAD_RECIPES | st.dictionaries(TEXT, JSON, max_size=2))
    def check(fields: dict[str, Any]) -> None:
        recipe = attempt(Recipe.from_dict, fields)
        ends[kind(recipe)] += 1
        if isinstance(recipe, Recipe):
            assert is_within_bounds(recipe)
            assert all(getattr(recipe, name) in CHOICES[name] for name in CHOICES)
            assert fields.items() <= recipe.to_dict().items()
            assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe

    check()
    assert min(ends["Recipe"], ends["InputError"]) > 4


def test_the_learning_rate_is_above_zero_and_never_above_its_peak() -> None:
    steps_seen = Counter[bool]()

    @tried(400)
    @given(GOOD_RECIPES, st.lists(st.floats(0, 1), max_size=20))
    def check(fields: dict[str, Any], places: list[float]) -> None:
        recipe = attempt(Recipe.from_dict, fields | {"schedule": "one-cycle"})
        if isinstance(recipe, InputError):
            return
        peak, last, turn = recipe.learning_rate, recipe.steps - 1, round(0.3 * recipe.steps)
        steps = {0, turn - 2, turn - 1, turn, last, *(round(last * place) for place in places)}
        for step in steps & set(range(recipe.steps)):
            rate = learning_rate(recipe, step)
            assert 0 < rate <= peak * (1 + 1e-12)
            steps_seen[rate > peak / 2] += 1

    check()
    assert min(steps_seen[True], steps_seen[False]) > 4


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run as it was kept; its weights are not looked at."""
    run = Run(
        folder=tmp_path / "kept" / "20260301-120000-abcd",
        name="one",
        status="finished",
        recipe=Recipe(),
        started=datetime(2026, 3, 1, 12, tzinfo=UTC),
        device="cpu",
        precision="float32",
        steps=1200,
        train_seconds=60.5,
        test_accuracy=0.9,
        test_loss=0.3,
        origin=Origin("zero", "first", 600),
    )
    run.folder.mkdir(parents=True)
    (run.folder / WEIGHTS).touch()
    (run.folder / RUN).write_text(json.dumps(run_fields(run)))
    return run


RUN_FIELDS = {
    "name": TEXT,
    "status": st.sampled_from(["finished", "stopped", "failed", "interrupted", "asleep"]),
    "recipe": GOOD_RECIPES | BAD_RECIPES,
    "started": st.datetimes(timezones=st.none() | st.timezones()).map(str),
    "device": st.sampled_from(["cpu", "cuda", "mps", "auto"]),
    "precision": st.sampled_from(["float32", "bfloat16", "auto"]),
    "steps": st.integers(0),
    "train_seconds": st.floats(0),
    "test_accuracy": st.none() | st.floats(0, 1),
    "test_loss": st.none() | st.floats(0),
    "first_step": st.integers(0),
    "origin": st.fixed_dictionaries(
        {"folder": TEXT, "name": TEXT, "steps": st.integers()}, optional={"seam": TEXT | JSON}
    ),
    "memory_format": st.sampled_from(["contiguous", "channels_last", "auto"]),
    "other": JSON,
}
CHANGES = st.sampled_from(sorted(RUN_FIELDS)).flatmap(
    lambda name: st.tuples(st.just(name), RUN_FIELDS[name] | JSON)
)


def test_whatever_the_file_of_a_run_says_is_refused_or_a_run(run: Run) -> None:
    ends, whole = Counter[str](), run_fields(run)

    @tried(500)
    @given(st.lists(CHANGES, max_size=2).map(lambda changes: whole | dict(changes)) | JSON)
    def check(content: Any) -> None:
        (run.folder / RUN).write_text(json.dumps(content))
        found = attempt(read_run, run.folder)
        ends[kind(found)] += 1
        if isinstance(found, Run):
            assert found.folder == run.folder
            assert found.name == checks.showable(found.name)
            assert is_within_bounds(found.recipe)
            assert min(found.steps, found.first_step, found.train_seconds) >= 0
            assert found.test_accuracy is None or 0 <= found.test_accuracy <= 1
            assert found.test_loss is None or 0 <= found.test_loss < math.inf
            assert found.started.utcoffset() is not None
            assert f"{found.started.astimezone():%d %b %Y %H:%M}"

    check()
    assert min(ends["Run"], ends["InputError"]) > 4


# Names


PIECES = st.sampled_from(["../", "/etc/passwd", "\\", "\0", "\n", "~", "$(x)", "\u202e", "*", " "])
NAMES = st.lists(TEXT | PIECES, max_size=8).map("".join) | st.text(min_size=70, max_size=100)


def test_whatever_a_run_is_called_is_one_line_and_moves_nothing(run: Run) -> None:
    ends, kept = Counter[str](), sorted(run.folder.iterdir())

    @tried(200)
    @given(NAMES)
    def check(typed: str) -> None:
        name, before = printable(typed), (run.folder / RUN).read_bytes()
        assert name.isprintable()  # on one line
        assert printable(name) == name
        renamed = attempt(rename_run, run, typed)
        ends[kind(renamed)] += 1
        if isinstance(renamed, InputError):
            assert not 0 < len(name) <= NAME_LENGTH
            assert (run.folder / RUN).read_bytes() == before
        else:
            assert len(name) <= NAME_LENGTH
            assert (renamed.name, renamed.folder) == (name, run.folder)
            assert read_run(run.folder) == renamed
        assert list(run.folder.parent.iterdir()) == [run.folder]
        assert sorted(run.folder.iterdir()) == kept

    check()
    assert min(ends["Run"], ends["InputError"]) > 4


# All that begins or ends something in Markdown, and is that only where no backslash is before it.
PLAIN = re.compile(r"(\\[!-/:-@\[-`{-~]|[^\\`*_{}\[\]<>()#+\-.!|$:~^=&])*", re.DOTALL)
# What Streamlit 1.67 puts other things in the place of, after the backslashes are gone.
REPLACED = re.compile(
    r":material[/_]\w+:|:streamlit:|https?://[-.\w]|www\.[-.\w]|[-.\w+]@[-\w]+\.[-\w]"
    r"|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    re.IGNORECASE,
)
MARKS = st.sampled_from(
    (
        *(":material/delete:", ":streamlit:", "http://a.b", "https://", "www.", "a@b.c", "b.c"),
        *(" -> ", "<->", " <- ", " -- ", " >= ", " <= ", " ~= ", ":red[", "]", "**", "<b>", "\\"),
    )
)


@tried(400)
@given(st.lists(MARKS | TEXT, max_size=6).map("".join))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    markdown = escape(text)
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
    assert PLAIN.fullmatch(markdown)
    assert not REPLACED.search(shown)
    assert shown.replace(JOINER, "") == text.replace(JOINER, "")


# Settings of spectra


GOOD_SETTINGS = {
    "n_fft": st.integers(200, 1024),
    "hop_length": st.integers(1, 200),
    "window": st.sampled_from(WINDOWS),
    "n_mels": st.integers(20, 64),
    "lowest_hz": st.floats(0, 1000),
    "highest_hz": st.none() | st.floats(1000, 20_000),
    "n_mfcc": st.integers(1, 20),
}
ODD_SETTINGS = {
    **{name: st.integers(-1, 100) | st.integers() for name in GOOD_SETTINGS},
    "window": TEXT,
    **dict.fromkeys(("lowest_hz", "highest_hz"), st.floats()),
}


def test_whatever_the_settings_are_they_are_refused_or_give_finite_spectra() -> None:
    ends = Counter[str]()

    @tried(400)
    @given(
        st.fixed_dictionaries(GOOD_SETTINGS),
        st.fixed_dictionaries({}, optional=ODD_SETTINGS) | st.just({}),
        st.integers(1, 400_000),
        st.integers(0, 3000) | st.just(3000),
        st.none() | st.integers(1, 50),
    )
    def check(
        fields: dict[str, Any], odd: dict[str, Any], sample_rate: int, samples: int, columns: Any
    ) -> None:
        found = attempt(SpectrumSettings, **fields | odd)
        ends[kind(found)] += 1
        if isinstance(found, InputError):
            return
        waveform = np.random.default_rng(samples).uniform(-1, 1, samples).astype(np.float32)
        spectra = attempt(compute_spectra, waveform, sample_rate, found, columns=columns)
        ends[kind(spectra)] += 1
        if isinstance(spectra, InputError):
            return
        width = min(columns or spectra.frames, spectra.frames)
        assert spectra.frames == found.count_frames(samples)
        assert spectra.stft_db.shape == (found.n_fft // 2 + 1, width)
        assert spectra.mel_db.shape == (found.n_mels, width)
        assert spectra.mfcc.shape == (found.n_mfcc, width)
        for picture in (spectra.stft_db, spectra.mel_db, spectra.mfcc, spectra.mel_frequencies):
            assert np.isfinite(picture).all()
        assert np.ptp(spectra.stft_db) <= 80.001

    check()
    assert min(ends[end] for end in ("Spectra", "InputError", "SpectrumSettings")) > 4


# Weights


PACKED = pack_weights(new_network(seed=0), half=True)
LENGTH = 8 + int.from_bytes(PACKED[:8], "little")  # of the header
HEADER = json.loads(PACKED[8:LENGTH])
SIDES = st.integers(0, 5) | st.sampled_from([-1, 2**31, 2**62, 2**63 - 1, 2**64 - 1, 2**64])
TENSORS = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F16", "F32", "BF16", "F64", "I64", "C64", "F4", "F8_E4M3", "X"]),
        "shape": st.lists(SIDES, max_size=4),
        "data_offsets": st.sampled_from([[0, 0], [0, 64]]) | st.lists(SIDES, max_size=3),
    }
)
VALUES = st.sampled_from([0, 1, -1, 64, 2**63, 2**64 - 1, "F32", "BF16", "I16", [32], [0, 64], {}])


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """Draw the header with some values changed, or one of other tensors; its length may lie."""
    if draw(st.booleans()):
        header = json.loads(json.dumps(HEADER))
        for name in draw(st.lists(st.sampled_from(sorted(HEADER)), max_size=2)):
            field = draw(st.sampled_from(["dtype", "shape", "data_offsets", "other"]))
            header[name][field] = draw(VALUES | JSON | st.lists(SIDES, max_size=4))
    else:
        names = st.sampled_from([*sorted(HEADER), "__metadata__"]) | st.text(max_size=4)
        header = draw(st.dictionaries(names, TENSORS, max_size=3))
    text = json.dumps(header).encode()
    length = draw(st.just(len(text)) | st.sampled_from([0, 10**8 + 1, 2**63, 2**64 - 1]))
    return struct.pack("<Q", length) + text


def test_whatever_weights_say_they_are_refused_or_finite() -> None:
    ends = Counter[str]()
    bodies = st.just(PACKED[LENGTH:]) | st.binary(max_size=64)
    places = st.sampled_from([0, LENGTH])  # the header, or the first weights alone
    broken = st.builds(edited, st.just(PACKED), EDITS, places)

    @tried(60)
    @given(broken | st.builds(bytes.__add__, headers(), bodies) | st.binary(max_size=64))
    def check(content: bytes) -> None:
        network = attempt(unpack_weights, content, name="w")
        ends[kind(network)] += 1
        if not isinstance(network, InputError):
            assert all(value.isfinite().all() for value in network.parameters())

    check()
    assert min(ends["AlexNet"], ends["InputError"]) > 4


@pytest.mark.parametrize("side", [2**63, 2**64 - 1])
def test_an_empty_tensor_with_an_endless_side_is_refused(side: int) -> None:
    tensor = {"dtype": "F32", "shape": [0, side], "data_offsets": [0, 0]}
    header = json.dumps({"conv1.bias": tensor}).encode()
    with pytest.raises(InputError, match="w is not a safetensors file of weights"):
        unpack_weights(struct.pack("<Q", len(header)) + header, name="w")
