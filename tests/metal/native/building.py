"""The Mac's own Metal code, run here: Objective-C++ from zig's clang on a runtime and a fake GPU of ours."""

import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from types import ModuleType

import pybind11

ROOT = Path(__file__).resolve().parent.parent.parent.parent
HERE = ROOT / "tests/metal/native"
BUILD = ROOT / "build/metal-native"
NAME = "_core_on_a_fake_mac"
SOURCES = [
    ROOT / "csrc/bind/bind_error.cpp",
    ROOT / "csrc/bind/bind_metal.cpp",
    ROOT / "csrc/metal/apple_metal.mm",
    ROOT / "csrc/metal/launch.cpp",
    *sorted((HERE / "fake").glob("*.cpp")),
]
HEADERS = [
    ROOT / "csrc/error.hpp",
    ROOT / "csrc/bind/bind.hpp",
    *sorted((ROOT / "csrc/metal").glob("*.hpp")),
    *sorted((HERE / "fake").glob("*.hpp")),
    *sorted((HERE / "include").rglob("*.h")),
]
COMMON = ["-std=c++20", "-O1", "-fPIC", "-fvisibility=hidden", f"-I{ROOT / 'csrc'}", f"-I{HERE}"]
# A name of its own for what pybind11 shares between modules, since _core has the same types.
PYTHON = [
    '-DPYBIND11_COMPILER_TYPE="fake_mac"',
    "-isystem",
    pybind11.get_include(),
    "-isystem",
    sysconfig.get_path("include"),
]
OBJECTIVE_C = [
    *["-fobjc-arc", "-fobjc-runtime=gnustep-2.1", "-Xclang", "-fobjc-dispatch-method=legacy"],
    *["-fno-sanitize=all", "-isystem", str(HERE / "include"), "-w"],
]


class BuildError(Exception):
    """What a compiler said."""


def missing() -> str | None:
    """Why it cannot be built here."""
    if sys.platform == "darwin":
        return "a Mac has the real thing"
    if importlib.util.find_spec("ziglang") is None:
        return "ziglang is not installed: pip install --group cross"
    return None


@cache
def module() -> ModuleType:
    """`_core.metal` on a fake Mac; built anew when a source has changed."""
    library = BUILD / f"{NAME}-{_fingerprint()}.so"
    if not library.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        _build(library)
    loader = ExtensionFileLoader(NAME, str(library))
    spec = importlib.util.spec_from_file_location(NAME, library, loader=loader)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    loader.exec_module(made)
    return made


def _build(library: Path) -> None:
    for old in BUILD.glob(f"{NAME}-*"):
        old.unlink()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(_compile, SOURCES))
    unfinished = library.with_suffix(f".{os.getpid()}")
    _run(["c++", "-shared", *map(str, objects), "-o", str(unfinished)])
    unfinished.rename(library)


def _compile(source: Path) -> Path:
    made = BUILD / f"{NAME}-{source.name}.{os.getpid()}.o"
    if source.suffix == ".mm":
        compiler = [sys.executable, "-m", "ziglang", "c++", *OBJECTIVE_C, *_headers_of_the_c_library()]
    else:
        compiler = ["c++", *PYTHON]
    _run([*compiler, *COMMON, "-c", str(source), "-o", str(made)])
    return made


def _headers_of_the_c_library() -> Iterator[str]:
    """Those of c++, whose library the result is linked with; zig would take its own."""
    said = _run(["c++", "-E", "-v", "-x", "c++", os.devnull])
    found = said.partition("#include <...> search starts here:\n")[2].partition("End of search list")[0]
    yield "-nostdinc++"
    for folder in found.split():
        if "c++" in folder:
            yield f"-I{folder}"


def _fingerprint() -> str:
    parts = [*COMMON, *PYTHON, *OBJECTIVE_C, sys.version, pybind11.__version__]
    texts = [path.read_bytes() for path in [*SOURCES, *HEADERS]]
    return hashlib.sha256(b"\0".join([*(part.encode() for part in parts), *texts])).hexdigest()[:16]


def _run(command: list[str]) -> str:
    cache_folder = str(ROOT / "build/zig-cache")
    caches = {f"ZIG_{which}_CACHE_DIR": cache_folder for which in ("GLOBAL", "LOCAL")}
    done = subprocess.run(command, env=os.environ | caches, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)}\n{done.stderr}")
    return done.stderr
