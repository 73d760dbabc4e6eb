"""The project built for a Mac by its own CMake, with zig's compiler and stand-ins for what Apple ships."""

import ctypes
import fcntl
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pybind11

from mac.macho import Wanted, wanted

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "tests/mac"
BUILD = ROOT / "build/mac" / str(sys.implementation.cache_tag)
_ZIG_CACHE = ROOT / "build/zig-cache"  # by content: what was compiled once is not compiled again
# What would change the compiler's flags behind our back.
_NOT_OURS = {"CFLAGS", "CPPFLAGS", "CXXFLAGS", "LDFLAGS", "MACOSX_DEPLOYMENT_TARGET", "SDKROOT"}
_TARGETS = ("_core", "sdk_facts", "metal_sdk_facts")  # the last two: what we take for granted of Apple's


class BuildError(Exception):
    """What the tools said."""


def missing() -> str | None:
    """Why there is nothing to build with."""
    if sys.platform == "darwin":
        return "a Mac has the real thing"
    if importlib.util.find_spec("ziglang") is None:
        return "ziglang is not installed: pip install --group cross"
    return None


def built() -> Path:
    """The extension for a Mac, made anew from what has changed."""
    with _alone():
        _headers_of_python(BUILD / "python")
        settings = {
            "CMAKE_BUILD_TYPE": "Release",
            "CMAKE_MAKE_PROGRAM": _program("ninja"),
            "CMAKE_PROJECT_INCLUDE": HERE / "after_project.cmake",
            "CMAKE_TOOLCHAIN_FILE": HERE / "toolchain.cmake",
            "PYTHON_MODULE_EXTENSION": ".so",
            "Python_EXECUTABLE": sys.executable,
            "Python_INCLUDE_DIR": BUILD / "python",
            "SKBUILD_PROJECT_VERSION_FULL": "0",
            "STREAMTTS_BENCHMARKS": "ON",
            "STREAMTTS_TESTS": "ON",
            "pybind11_DIR": pybind11.get_cmake_dir(),
        }
        defined = [f"-D{name}={value}" for name, value in settings.items()]
        _run([_program("cmake"), "--fresh", "-G", "Ninja", "-S", str(ROOT), "-B", str(BUILD), *defined])
        jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count()))
        _run([_program("ninja"), "-C", str(BUILD), "-j", jobs, *_TARGETS])
    return BUILD / "csrc/_core.so"


def compiled(source: Path, as_if: str, output: Path) -> Path:
    """`source`, with the words that the build has for another file of the project."""
    entries = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    entry = next(each for each in entries if each["file"] == str(ROOT / as_if))
    words = shlex.split(entry["command"])
    words[words.index(entry["file"])] = str(source)
    words[words.index("-o") + 1] = str(output)
    _run(words, cwd=BUILD)
    return output


def linked(replacement: Path, instead_of: str, output: Path) -> Path:
    """The extension with another object in the place of its own."""
    commands = subprocess.run(
        [_program("ninja"), "-C", str(BUILD), "-t", "commands", "-s", "csrc/_core.so"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    line = next(line for line in commands.splitlines() if f"{instead_of}.o" in line and "-shared" in line)
    words = shlex.split(line)
    words = words[words.index("&&") + 1 :]
    words = words[: words.index("&&")]
    words[words.index("-o") + 1] = str(output)
    _run([str(replacement) if word.endswith(f"{instead_of}.o") else word for word in words], cwd=BUILD)
    return output


def unknown(library: Path) -> set[str]:
    """What the oldest Mac may look for in vain: no library of its has it, nor its C++ runtime, nor Python."""
    every = list(wanted(library))
    loose = {each.symbol for each in every if each.library is None}
    system = {each.symbol for each in every if each.library == "/usr/lib/libSystem.B.dylib"}
    runtime = re.compile("|".join(f"(?:{pattern})" for pattern in _lines("libcxx.txt")))
    strange = {symbol for symbol in loose if not runtime.fullmatch(symbol) and not _is_of_python(symbol)}
    return strange | (system - set(_lines("libsystem.txt")))


def from_frameworks(library: Path) -> Iterator[Wanted]:
    return (each for each in wanted(library) if each.library and ".framework/" in each.library)


def _lines(name: str) -> Iterable[str]:
    lines = (HERE / "sdk" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _is_of_python(symbol: str) -> bool:
    name = symbol.removeprefix("_")
    return name.startswith(("Py", "_Py")) and hasattr(ctypes.pythonapi, name)


def _headers_of_python(folder: Path) -> None:
    """This interpreter's, all but the one that speaks of its own system."""
    folder.mkdir(parents=True, exist_ok=True)
    for header in Path(sysconfig.get_path("include")).iterdir():
        ours = HERE / "python" / header.name
        link, target = folder / header.name, ours if ours.exists() else header
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)


def _program(name: str) -> str:
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    found = shutil.which(name, path=folders)
    if found is None:
        raise BuildError(f"{name} is not installed: pip install --group build")
    return found


def _run(command: list[str], cwd: Path = ROOT) -> None:
    zig = importlib.util.find_spec("ziglang")
    if zig is None or zig.origin is None:
        raise BuildError(missing() or "ziglang cannot be found")
    others = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    own = {
        "ZIG": str(Path(zig.origin).parent / "zig"),
        "ZIG_GLOBAL_CACHE_DIR": str(_ZIG_CACHE),
        "ZIG_LOCAL_CACHE_DIR": str(_ZIG_CACHE),
    }
    done = subprocess.run(command, env=others | own, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{done.stdout}\n{done.stderr}")


@contextmanager
def _alone() -> Iterator[None]:
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
