"""Whatever is wrong, the command line ends with one line and exit status 2."""

from pathlib import Path

import pytest

from mlmusic.__main__ import main
from tests.sounds import encoded


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return the one line on standard error that a command ends with."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as end:
        status = end.code  # type: ignore[assignment]
    output, error = capsys.readouterr()
    assert (status, output, error.count("\n")) == (2, "", 1)
    return error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "python -m mlmusic: the following arguments are required: command; see"),
        (["sing"], "argument command: invalid choice: 'sing'"),
        (["classify"], "python -m mlmusic classify: the following arguments are required: FILE"),
        (["evaluate", "a", "b"], "unrecognized arguments: b"),
        (["spectrogram", "a", "--n-fft", "x"], "argument --n-fft: invalid int value: 'x'; see"),
        (["train", "--recipe", "slow"], "argument --recipe: invalid choice: 'slow'"),
    ],
)
def test_arguments_that_are_none(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refusal(capsys, *arguments)


def test_paths_that_cannot_be_used_are_named_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = tmp_path / "song.wav"
    song.write_bytes(encoded("wav"))
    for arguments, message in (
        ([tmp_path / "none.mp3"], f"{tmp_path / 'none.mp3'}: No such file or directory; check"),
        ([tmp_path], f"{tmp_path}: Is a directory; check the path"),
        ([song, "--out", song], f"{song}: File exists; check the path"),
        ([song, "--out", song / "x"], f"{song / 'x'}: Not a directory; check the path"),
    ):
        assert refusal(capsys, "spectrogram", *arguments).startswith(f"spectrogram: {message}")


def test_a_full_disk_is_told_from_bad_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mlmusic.commands.evaluate.load_weights", fill)
    assert "evaluate: No space left on device; make room" in refusal(capsys, "evaluate", "w")


def test_a_name_of_two_lines_is_told_in_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two\nlines.wav"
    path.write_bytes(b"no sound")
    assert "two lines.wav: the file is not a sound" in refusal(capsys, "spectrogram", path)
