"""The rules of the house, read from the imports."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "mlmusic").rglob("*.py"))
PAGES = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, at its top or anywhere inside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*targets: str) -> set[str]:
    """Return the files that import one of the modules or something inside it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (*SOURCES, *PAGES)
        for name in imported(path)
        if any(name == target or name.startswith(f"{target}.") for target in targets)
    }


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 20
    assert len(PAGES) == 4


def test_streamlit_is_imported_by_the_app_and_the_pages_alone() -> None:
    pages = {path.relative_to(ROOT).as_posix() for path in PAGES}
    others = {
        name for name in importers("streamlit") - pages if not name.startswith("mlmusic/app/")
    }
    assert others == set()


@pytest.mark.parametrize(
    ("part", "unknown"),
    [
        ("digits", ("audio", "plots", "app", "commands")),
        ("audio", ("digits", "plots", "app", "commands")),
        ("plots", ("digits", "audio", "app", "commands")),
        ("commands", ("app",)),
        ("app", ("commands",)),
    ],
)
def test_a_part_does_not_know_those_to_its_right(part: str, unknown: tuple[str, ...]) -> None:
    known = importers(*(f"mlmusic.{name}" for name in unknown))
    assert {name for name in known if name.startswith(f"mlmusic/{part}/")} == set()


def test_nothing_in_the_package_imports_a_page() -> None:
    assert importers("pages", "streamlit_app") == set()


def test_no_imports_run_in_a_circle() -> None:
    modules = {module_name(path): path for path in SOURCES}
    arrows = {
        name: {target for target in imported(path) if target in modules and target != name}
        for name, path in modules.items()
    }
    done: set[str] = set()

    def follow(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for target in arrows[name]:
                # A package is imported before its parts; that is no arrow of its own.
                if not name.startswith(f"{target}."):
                    follow(target, (*trail, name))
            done.add(name)

    for name in modules:
        follow(name, ())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_reads_from_top_to_bottom(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert len(path.read_text().splitlines()) <= 110
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        assert not isinstance(node, ast.ClassDef | ast.Lambda | ast.While), ast.dump(node)
        assert not isinstance(node, ast.BinOp) or isinstance(node.op, ast.BitOr), ast.dump(node)
    heavy = {"torch", "torchaudio", "torchvision", "numpy", "threading", "matplotlib", "altair"}
    assert heavy.isdisjoint(name.split(".")[0] for name in imported(path))


FORBIDDEN = {
    *("eval", "exec", "os.system", "os.popen", "subprocess.getoutput", "torch.load"),
    *("torch.jit.load", "pd.read_pickle", "np.lib.format.read_array"),
}
FORBIDDEN_OPTIONS = {"shell", "unsafe_allow_html", "allow_pickle"}
# Who may write HTML and who may bring JavaScript: they make it of numbers and constants alone.
HTML = {
    *("gallery", "inside", "live_drawing", "live_pictures", "menu", "nearest", "own_hand"),
}
WORKER = "mlmusic/audio/decoding.py"  # in a process of its own
THREADS = {  # what runs in threads of its own, or is shared by those of several people
    *("decoder", "decoding_job", "decoding_process", "estimate", "ongoing_evaluation"),
    *("ongoing_run", "pace", "snapshot", "trainer"),
}


def test_what_runs_in_threads_does_not_know_streamlit() -> None:
    files = {f"mlmusic/app/{name}.py" for name in THREADS}
    assert files <= {path.relative_to(ROOT).as_posix() for path in SOURCES}
    assert not files & importers("streamlit")
    starting = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if re.search(r"threading\.Thread\(|ThreadPoolExecutor\(", path.read_text("utf-8"))
    }
    others = {"reading", "nearest"}  # they give PyTorch's work to a thread
    assert starting <= files | {f"mlmusic/app/{name}.py" for name in others} | {WORKER}


def test_html_is_written_in_few_places() -> None:
    found = {
        path.stem
        for path in (*SOURCES, *PAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".html")
    }
    assert found == HTML


def test_nothing_is_unpickled_evaluated_or_given_to_a_shell() -> None:
    calls = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (*SOURCES, *PAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) in FORBIDDEN
            or any(word.arg in FORBIDDEN_OPTIONS for word in node.keywords)
        )
    }
    assert calls == set()
    readers = ("torch.load", "torch.serialization", "torch.hub", "numpy.load")
    assert importers("pickle", "dill", "joblib", "shelve", "marshal", *readers) == set()


def test_a_file_is_read_in_a_few_minutes() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > 300} == {}


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after a statement."""
    code = f"{statement}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def test_the_home_page_loads_nothing_heavy() -> None:
    heavy = {"torch", "torchaudio", "torchvision", "torchcodec", "matplotlib", "av"}
    assert heavy.isdisjoint(loaded_by("import mlmusic.app.menu"))


@pytest.mark.slow
def test_the_command_line_and_what_runs_in_threads_load_no_streamlit() -> None:
    modules = ["mlmusic.__main__", *(f"mlmusic.app.{name}" for name in sorted(THREADS))]
    assert "streamlit" not in loaded_by(f"import {', '.join(modules)}")
