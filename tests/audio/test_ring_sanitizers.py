"""What the sanitizers say of the ring, and that they would speak up: each also judges a broken twin."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).parent
FLAGS = ["-std=c++20", "-g", f"-I{ROOT / 'csrc'}", f"-I{ROOT / 'tests/cpp'}"]
FIRST_CLANG_WITH_EFFECTS = 20
BLUNDERS = {
    "a lock": "const std::lock_guard held(mutex_)",
    "memory": "const std::vector<float> copy(out.begin(), out.end())",
    "a wait": "wait_for_space()",
}

Build = Callable[..., Path]


def gcc() -> list[str]:
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("no g++ here")
    return [compiler]


def clang() -> list[str]:
    for name in [f"clang++-{version}" for version in range(29, FIRST_CLANG_WITH_EFFECTS - 1, -1)]:
        if compiler := shutil.which(name):
            return [compiler]
    pytest.skip(f"no clang++-{FIRST_CLANG_WITH_EFFECTS} or later here (Debian: clang-22 libclang-rt-22-dev)")


def clang_or_zig() -> list[str]:
    if importlib.util.find_spec("ziglang") is not None:
        return [sys.executable, "-m", "ziglang", "c++"]
    return clang()


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def run(compiler: list[str], source: str, *flags: str) -> Path:
        program = tmp_path / "program"
        command = [*compiler, *FLAGS, *flags, str(HERE / source), "-o", str(program)]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        if "cannot find" in built.stderr or "no such file" in built.stderr.lower():
            pytest.skip(f"{Path(compiler[0]).name} lacks a run-time library: {built.stderr.splitlines()[0]}")
        assert built.returncode == 0, built.stderr
        return program

    return run


def run(program: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("SAN_OPTIONS")}
    return subprocess.run(
        [program], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(("order", "clean"), [("release", True), ("relaxed", False)])
def test_thread_sanitizer_tells_a_release_from_a_relaxed_publish(
    build: Build, order: str, clean: bool
) -> None:
    publish = f"-DPUBLISH=std::memory_order_{order}"
    done = run(build(gcc(), "ring_race.cpp", "-O1", "-DNDEBUG", "-fsanitize=thread", publish))
    assert ("ThreadSanitizer: data race" in done.stderr) is not clean, done.stderr
    assert (done.returncode == 0) is clean


@pytest.mark.parametrize("use", ["ring.push(2)", "ring.pop(got)"])
@pytest.mark.parametrize("handed_over", ["true", "false"])
def test_a_debug_build_catches_a_second_producer_or_consumer(
    build: Build, use: str, handed_over: str
) -> None:
    defines = [f"-DSECOND_USE={use}", f"-DHANDED_OVER={handed_over}", "-UNDEBUG"]
    done = run(build(gcc(), "ring_roles.cpp", *defines))
    if handed_over == "true":
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode < 0
        assert "a second thread took the role" in done.stderr


@pytest.mark.parametrize("mode", ["-DNDEBUG", "-UNDEBUG"])
def test_realtime_sanitizer_passes_the_callback(build: Build, mode: str) -> None:
    done = run(build(clang(), "callback.cpp", "-fsanitize=realtime", mode, "-DBLUNDER="))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("blunder", ["a lock", "memory"])
def test_realtime_sanitizer_stops_a_callback_with(build: Build, blunder: str) -> None:
    done = run(build(clang(), "callback.cpp", "-fsanitize=realtime", f"-DBLUNDER={BLUNDERS[blunder]}"))
    assert done.returncode != 0
    assert "RealtimeSanitizer: unsafe-library-call" in done.stderr


def effects(blunder: str, mode: str, output: Path) -> str:
    flags = ["-Wfunction-effects", mode, f"-DBLUNDER={blunder}", "-c", "-o", str(output)]
    command = [*clang_or_zig(), *FLAGS, *flags, str(HERE / "callback.cpp")]
    # Zig warns once: what it finds in its cache it passes over in silence.
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(output.with_name("cache"))}
    compiled = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stderr
    return compiled.stderr


@pytest.mark.parametrize("mode", ["-DNDEBUG", "-UNDEBUG"])
def test_function_effects_pass_the_callback(mode: str, tmp_path: Path) -> None:
    assert "-Wfunction-effects" not in effects("", mode, tmp_path / "callback.o")


@pytest.mark.parametrize("blunder", BLUNDERS)
def test_function_effects_flag_a_callback_with(blunder: str, tmp_path: Path) -> None:
    assert "-Wfunction-effects" in effects(BLUNDERS[blunder], "-DNDEBUG", tmp_path / "callback.o")
