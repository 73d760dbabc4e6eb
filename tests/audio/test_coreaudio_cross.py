"""The Mac's own code, compiled for a Mac without one: zig's libc++ and our stub of the few Apple headers."""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FAKE = ROOT / "tests/audio/fake_coreaudio"
CACHE = ROOT / "build/zig-cache"
NOT_ON_A_MAC = re.compile(r"/audio/(linux/|output_pulse|output_alsa)")
# What the build asks of g++, whose -Wconversion leaves signs alone, and the promise not to block.
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wno-sign-conversion"]
EFFECTS = ["-Wfunction-effects", "-Werror"]
BLUNDERS = {
    "memory": "source_.render(mono, *new UInt32(frames));",
    "a lock": "static std::mutex mutex; mutex.lock(); source_.render(mono, frames);",
    "a system call": "(void)AudioOutputUnitStop(nullptr); source_.render(mono, frames);",
}


def simdjson() -> Path:
    """Where the build finds it too: inside a wheel that the build requires."""
    files = importlib.metadata.files("pysimdjson") or []
    return next(Path(str(file.locate())).parent for file in files if file.name == "simdjson.h")


def compile_for_mac(source: Path, output: Path) -> str:
    includes = [f"-I{ROOT / 'csrc'}", "-isystem", str(FAKE / "include"), "-isystem", str(simdjson())]
    target = ["-target", "aarch64-macos.14.0", "-std=c++20", "-O1"]
    compiler = [sys.executable, "-m", "ziglang", "c++"]
    caches = {f"ZIG_{which}_CACHE_DIR": str(CACHE) for which in ("GLOBAL", "LOCAL")}
    done = subprocess.run(
        [*compiler, *target, *WARNINGS, *EFFECTS, *includes, "-c", str(source), "-o", str(output)],
        env=os.environ | caches,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode != 0 or not output.exists() else ""


def errors(sources: Iterable[Path], folder: Path) -> dict[str, str]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(
            lambda source: (source.name, compile_for_mac(source, folder / f"{source.name}.o")), sources
        )
        return {name: error for name, error in found if error}


@pytest.fixture(autouse=True)
def _zig() -> None:
    if sys.platform == "darwin":
        pytest.skip("a Mac has the real headers")
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("ziglang is not installed: pip install --group cross")


def test_the_sound_path_compiles_for_a_mac(tmp_path: Path) -> None:
    sources = [path for path in (ROOT / "csrc/audio").rglob("*.cpp") if not NOT_ON_A_MAC.search(str(path))]
    assert {"output_coreaudio.cpp", "devices_macos.cpp"} <= {path.name for path in sources}
    assert errors(sources, tmp_path) == {}


def test_the_text_path_compiles_for_a_mac(tmp_path: Path) -> None:
    assert errors((ROOT / "csrc/text").rglob("*.cpp"), tmp_path) == {}


def test_the_stub_headers_say_what_the_real_ones_do(tmp_path: Path) -> None:
    assert errors([FAKE / "sdk_facts.cpp"], tmp_path) == {}


@pytest.mark.parametrize("blunder", BLUNDERS)
def test_the_render_callback_may_not_use(blunder: str, tmp_path: Path) -> None:
    code = (ROOT / "csrc/audio/coreaudio/coreaudio_port.cpp").read_text(encoding="utf-8")
    right = "source_.render(mono, frames);"
    assert right in code
    wrong = tmp_path / "blunder.cpp"
    wrong.write_text("#include <mutex>\n" + code.replace(right, BLUNDERS[blunder]), encoding="utf-8")
    assert "-Wfunction-effects" in compile_for_mac(wrong, tmp_path / "blunder.o")
