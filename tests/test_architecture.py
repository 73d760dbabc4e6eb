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
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"_core", "speaker", "types"},
    "__main__": {"start"},
    "start": {"cli"},
    "types": set(),
    "errors": set(),
    "environment": set(),
    "verbs": set(),
    "engine": {"errors"},
    "quality": {"types"},
    "events": {"types"},
    "configuration": {"errors", "pipeline", "registry", "shown", "types"},
    "discreet": set(),
    "registry": {"discreet", "engine", "errors"},
    "shown": {"errors", "events", "types"},
    "reported": {"errors", "shown"},
    "measured": {"_core", "configuration", "environment", "events", "reported", "shown"},
    "speech": {"_core", "engine", "errors"},
    "input": {"_core", "environment", "errors", "pipeline", "translation", "types"},
    "web": {"engine"},
    "cloned": {"engine", "errors", "models"},
    "synthesizers": {"_core", "cloned", "engine", "errors", "metal", "models", "web", "worker"},
    "translators": {
        "_core",
        "engine",
        "errors",
        "metal",
        "models",
        "speech",
        "synthesizers",
        "translation",
        "web",
    },
    "translation": {
        "_core",
        "engine",
        "errors",
        "models",
        "quality",
        "registry",
        "speech",
        "succession",
        "types",
        "worker",
    },
    "models": {"engine", "environment", "errors"},
    "metal": {"_core", "errors", "models"},
    "worker": {"_core", "engine", "errors", "registry", "shown"},
    "succession": {"engine", "errors"},
    "voices": {"cloned", "engine", "errors", "quality", "registry", "speech", "succession", "worker"},
    "pipeline": {
        "_core",
        "configuration",
        "engine",
        "environment",
        "errors",
        "events",
        "hints",
        "input",
        "quality",
        "speech",
        "translation",
        "types",
        "verbs",
        "voices",
    },
    "speaker": {"_core", "configuration", "errors", "events", "pipeline", "types", "verbs"},
    "control": {"errors", "verbs"},
    "hints": {"_core", "shown"},
    "helptext": set(),
    "parsers": {"configuration", "control", "errors", "helptext"},
    "voicewords": {"configuration", "errors"},
    "arguments": {"_core", "configuration", "errors", "parsers", "voicewords"},
    "ending": set(),
    "surroundings": {"_core", "configuration"},
    "commands": {
        "_core",
        "arguments",
        "cloned",
        "configuration",
        "control",
        "engine",
        "environment",
        "errors",
        "metal",
        "models",
        "parsers",
        "pipeline",
        "quality",
        "registry",
        "reported",
        "shown",
        "speech",
        "translation",
        "types",
        "voices",
        "voicewords",
        "worker",
    },
    "distinct": {"configuration", "errors"},
    "textmode": {"_core", "input", "shown", "types"},
    "translatedtext": {
        "_core",
        "arguments",
        "configuration",
        "distinct",
        "engine",
        "environment",
        "errors",
        "hints",
        "input",
        "pipeline",
        "quality",
        "shown",
        "speech",
        "translation",
        "types",
    },
    "bench": {"arguments", "demo", "environment", "measured", "pipeline", "session", "shown", "surroundings"},
    "demo": {
        "arguments",
        "commands",
        "configuration",
        "environment",
        "models",
        "pipeline",
        "quality",
        "session",
        "shown",
        "speech",
        "translation",
    },
    "session": {
        "_core",
        "arguments",
        "configuration",
        "control",
        "distinct",
        "environment",
        "errors",
        "events",
        "input",
        "pipeline",
        "shown",
        "surroundings",
    },
    "cli": {
        "_core",
        "arguments",
        "bench",
        "commands",
        "demo",
        "ending",
        "environment",
        "errors",
        "hints",
        "input",
        "session",
        "shown",
        "textmode",
        "translatedtext",
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


@pytest.mark.parametrize("folder", ["text", "audio", "nmt", "metal"])
def test_the_core_knows_no_python_and_no_neighbour(folder: str) -> None:
    neighbours = {"text", "audio", "nmt", "metal", "bind"} - {folder}
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
