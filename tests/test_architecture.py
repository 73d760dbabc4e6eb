"""The law of docs/architecture.md, enforced."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/streamtts"

PYTHON_LINES, CPP_LINES, FUNCTION_LINES = 400, 500, 60

# Each module of ours may import these modules of ours; a new module states its place here. A package's
# row holds for every module in it, and each of them may import its neighbours.
MAY_IMPORT = {
    "__init__": {"_core", "speaker", "types"},
    "__main__": {"cli"},
    "types": set(),
    "errors": set(),
    "environment": set(),
    "verbs": set(),
    "engine": {"errors", "types"},
    "events": {"types"},
    "language": set(),
    "phrasing": {"_core"},
    "kana_rules": set(),
    "katakana": {"kana_rules"},
    "lexicon": {"errors", "katakana", "language", "spelling"},
    "spelling": set(),
    "lag": {"errors"},
    "settings": {"terminal"},
    "grammar": {"errors", "lag", "settings"},
    "config": {"errors", "grammar", "settings", "types"},
    "config_file": {"config", "errors", "registry", "settings"},
    "registry": {"engine", "errors"},
    "hints": {"_core", "terminal"},
    "helptext": set(),
    "parsers": {"config", "ctl", "errors", "helptext", "settings"},
    "arguments": {"_core", "config", "config_file", "errors", "parsers", "settings"},
    "ending": set(),
    "playback": {"_core", "engine", "errors", "line"},
    "commands": {
        "_core",
        "arguments",
        "chime",
        "config",
        "config_file",
        "ctl",
        "engine",
        "environment",
        "errors",
        "grammar",
        "keys",
        "language",
        "lexicon",
        "parsers",
        "playback",
        "registry",
        "runtime_folder",
        "settings",
        "terminal",
        "worker",
    },
    "replay": {"_core", "environment"},
    "source": {"_core", "environment", "errors", "stop", "types"},
    "textmode": {"_core", "source", "terminal", "types"},
    "terminal": set(),
    "recall": {"events", "terminal"},
    "captions": {"events", "recall", "terminal"},
    "outfile": {"errors"},
    "subtitles": {"errors", "events", "outfile", "recall", "terminal"},
    "journeys": {"events", "types"},
    "trace": {"events", "journeys", "outfile", "terminal"},
    "latency": {"events", "journeys", "terminal"},
    "transcript": {"errors"},
    "waker": set(),
    "signals": set(),
    "tty_modes": set(),
    "key_decoder": set(),
    "keys": {"errors", "key_decoder", "signals", "tty_modes", "verbs", "waker"},
    "runtime_folder": {"errors"},
    "control_words": {"errors", "verbs"},
    "control_sessions": {"errors"},
    "control_desk": {"control_words", "verbs"},
    "control_socket": {
        "control_desk",
        "control_sessions",
        "errors",
        "runtime_folder",
        "signals",
        "verbs",
        "waker",
    },
    "ctl": {"control_sessions", "control_words", "errors", "runtime_folder"},
    "synthesizers": {"_core", "engine", "errors"},
    "worker": {"engine", "errors", "registry", "terminal"},
    "voices": {"engine", "errors", "language", "registry", "worker"},
    "announcements": set(),
    "chime": set(),
    "draining": set(),
    "pace": set(),
    "stop": {"environment"},
    "line": {"engine", "types"},
    "script": {"engine", "line", "types"},
    "reading": {"hints", "source", "types"},
    "translating": {"engine", "events", "language", "line", "script", "types"},
    "speaking": {
        "_core",
        "chime",
        "engine",
        "events",
        "lexicon",
        "line",
        "pace",
        "phrasing",
        "playback",
        "script",
        "voices",
    },
    "following": {"_core", "events", "lag", "line", "playback", "script", "speaking"},
    "pipeline": {
        "_core",
        "announcements",
        "chime",
        "config",
        "engine",
        "events",
        "following",
        "lag",
        "language",
        "lexicon",
        "line",
        "script",
        "speaking",
        "translating",
        "types",
    },
    "remote": {
        "_core",
        "errors",
        "following",
        "grammar",
        "language",
        "line",
        "pipeline",
        "settings",
        "verbs",
    },
    "assembly": {
        "_core",
        "config",
        "lag",
        "lexicon",
        "pipeline",
        "playback",
        "remote",
        "translating",
        "voices",
    },
    "speaker": {"_core", "assembly", "config", "errors", "events", "types", "verbs"},
    "session": {
        "_core",
        "arguments",
        "assembly",
        "captions",
        "config",
        "control_socket",
        "draining",
        "environment",
        "errors",
        "events",
        "keys",
        "latency",
        "reading",
        "replay",
        "source",
        "stop",
        "subtitles",
        "trace",
        "transcript",
    },
    "cli": {
        "_core",
        "arguments",
        "commands",
        "ending",
        "environment",
        "errors",
        "hints",
        "replay",
        "session",
        "source",
        "terminal",
        "textmode",
    },
}

HEAVY = {"torch", "transformers", "mlx", "onnxruntime", "numpy", "asyncio", "typing_extensions"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).exists()]


def python_files() -> list[Path]:
    return tracked("*.py")


def cpp_files() -> list[Path]:
    return tracked("*.cpp", "*.hpp", "*.mm", "*.metal", "*.h")


def imports_of_ours(module: Path) -> Iterator[str]:
    """The first name below `streamtts` of everything that the module imports from there."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "streamtts":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("streamtts."):
            yield (node.module or "").split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith("streamtts.")
            )


def modules(name: str) -> list[Path]:
    """The files of a row of MAY_IMPORT."""
    package = PACKAGE / name
    return sorted(package.glob("*.py")) if package.is_dir() else [package.with_suffix(".py")]


def test_every_module_has_its_place() -> None:
    files = {path.stem for path in PACKAGE.glob("*.py")}
    packages = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert files | packages == set(MAY_IMPORT)


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_imports_follow_the_law(name: str) -> None:
    for module in modules(name):
        assert set(imports_of_ours(module)) <= MAY_IMPORT[name] | {name}, module


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, streamtts, streamtts.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in loaded.stdout.split())


@pytest.mark.parametrize("folder", ["text", "audio", "metal"])
def test_the_core_knows_no_python_and_no_neighbour(folder: str) -> None:
    neighbours = {"text", "audio", "metal", "bind"} - {folder}
    for path in cpp_files():
        if path.is_relative_to(ROOT / "csrc" / folder):
            code = path.read_text(encoding="utf-8")
            assert "Python.h" not in code, path
            assert "pybind11" not in code, path
            assert not any(f'#include "{neighbour}/' in code for neighbour in neighbours), path


def test_the_module_file_holds_names_only() -> None:
    assert line_count(ROOT / "csrc/bind/module.cpp") < 50


def test_the_top_cmake_file_stays_short() -> None:
    assert line_count(ROOT / "CMakeLists.txt") < 80


def test_files_stay_within_their_budget() -> None:
    assert [p for p in python_files() if line_count(p) >= PYTHON_LINES] == []
    assert [p for p in cpp_files() if line_count(p) >= CPP_LINES] == []


def test_python_functions_stay_within_their_budget() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_cpp_functions_stay_within_their_budget() -> None:
    """As clang-format lays it out, a definition runs from an unindented `... {` to an unindented `}`."""
    long = []
    for path in cpp_files():
        start, opened = 0, ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.endswith("{") and not line.startswith((" ", "}", "#")):
                start, opened = number, line
            elif line.startswith("}"):
                if is_function(opened) and number - start >= FUNCTION_LINES:
                    long.append(f"{path}:{start} {opened}")
                opened = ""
    assert long == []


def is_function(opening_line: str) -> bool:
    return "(" in opening_line and not opening_line.startswith(("class ", "struct ", "namespace ", "enum "))


def line_count(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
