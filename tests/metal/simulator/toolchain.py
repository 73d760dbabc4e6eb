"""The C++ compiler behind the simulator: zig's clang, or one that is installed."""

import importlib.util
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from metal.simulator.errors import CompileError

ROOT = Path(__file__).resolve().parents[3]
SHIM = Path(__file__).resolve().parent / "shim"
CACHE = ROOT / "build/metal-simulator"


def _halves_in_hardware() -> list[str]:
    """Instructions that compute what the runtime's own conversions do, where this processor has them."""
    known = Path("/proc/cpuinfo")
    flags = known.read_text(encoding="utf-8").split() if known.exists() else []
    return [f"-m{flag}" for flag in ("f16c", "fma") if platform.machine() == "x86_64" and flag in flags]


# What Metal knows, and nothing of this machine.
PREPROCESS = ["-E", "-undef", "-nostdinc", "-x", "c++", "-std=c++17", "-isystem", str(SHIM / "include")]
PREPROCESS += ["-D__METAL_VERSION__=310", "-D__METAL__=1", "-D__METAL_MACOS__=1", "-D__HAVE_BFLOAT__=1"]
QUIET = ["-w", "-ferror-limit=20", "-fno-caret-diagnostics", "-fno-color-diagnostics", "-fsigned-char"]
# OpenCL in C++ has Metal's address spaces; for this target clang knows all of it, whatever machine checks.
CHECK = [
    "-target",
    "x86_64-linux-gnu",
    "-x",
    "clcpp",
    "-cl-std=clc++2021",
    "-cl-ext=-cl_khr_fp64,-__opencl_c_fp64,+cl_khr_fp16",
]
CHECK += ["-fsyntax-only", "-cl-no-stdinc", "-nostdinc", "-DMSL_CHECK", *QUIET]
# Every operation rounds to its type, and every load and store calls the runtime first.
ROUNDING = ["-ffp-contract=off", "-Xclang", "-ffloat16-excess-precision=none"]
ROUNDING += ["-Xclang", "-fbfloat16-excess-precision=none"]
HOOKS = ["-fsanitize=kernel-address", "-mllvm", "-asan-instrumentation-with-call-threshold=0"]
HOOKS += [
    "-mllvm",
    "-asan-kernel-mem-intrinsic-prefix=1",
    "-mllvm",
    "-asan-stack=0",
    "-mllvm",
    "-asan-globals=0",
]
UNDEFINED = (
    "alignment,bool,bounds,integer-divide-by-zero,null,return,shift,signed-integer-overflow,unreachable"
)
HOOKS += [f"-fsanitize={UNDEFINED}", f"-fno-sanitize-recover={UNDEFINED}"]
RUN = [
    "-x",
    "c++",
    "-std=c++17",
    "-O1",
    "-fPIC",
    "-nostdinc",
    "-fno-exceptions",
    "-fno-rtti",
    "-c",
    *ROUNDING,
    *HOOKS,
]
RUN += [*QUIET[1:], "-Wno-everything", "-Wframe-larger-than=65536", "-Werror=frame-larger-than"]
RUN += _halves_in_hardware()
RUNTIME = ["-std=c++17", "-O2", "-fPIC", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]


@dataclass(frozen=True)
class Toolchain:
    """Command lines without their arguments."""

    compiler: tuple[str, ...]
    host_compiler: tuple[str, ...]
    linker: tuple[str, ...]
    identity: str

    def run(self, command: list[str], source: str | None = None) -> "subprocess.CompletedProcess[str]":
        caches = {f"ZIG_{which}_CACHE_DIR": str(ROOT / "build/zig-cache") for which in ("GLOBAL", "LOCAL")}
        return subprocess.run(
            command, env=os.environ | caches, input=source, capture_output=True, text=True, check=False
        )


@cache
def toolchain() -> Toolchain:
    """zig from the dependency group `cross`, or clang++ from the PATH."""
    target = f"{platform.system()} {platform.machine()} {RUN}"
    found = importlib.util.find_spec("ziglang")
    if found is not None and found.origin is not None:
        zig = str(Path(found.origin).parent / "zig")
        linker = (zig, "ld.lld", "-shared")
        return Toolchain((zig, "clang"), (zig, "c++", "-fno-sanitize=all"), linker, f"{target} {_size(zig)}")
    clang = shutil.which("clang++")
    if clang is None:
        raise CompileError(
            "The simulator needs a compiler: pip install --group cross, or clang++ 20 or newer."
        )
    return Toolchain((clang,), (clang,), (clang, "-shared"), f"{target} {clang} {_size(clang)}")


def _size(path: str) -> int:
    return Path(path).resolve().stat().st_size


def is_available() -> bool:
    """Whether this machine can run the simulator."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"):
        return False
    return importlib.util.find_spec("ziglang") is not None or shutil.which("clang++") is not None
