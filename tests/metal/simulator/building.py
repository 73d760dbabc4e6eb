"""Source to a loaded library; what was built once is found again by its content."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from metal.simulator.declarations import read_declarations
from metal.simulator.errors import CompileError, Refusal
from metal.simulator.lint import refuse_what_metal_lacks
from metal.simulator.program import Function, Program
from metal.simulator.signatures import read_signature
from metal.simulator.spaces import classify_spaces
from metal.simulator.toolchain import CACHE, CHECK, PREPROCESS, RUN, RUNTIME, SHIM, Toolchain, toolchain
from metal.simulator.translating import entries, entry, translate

HERE = Path(__file__).resolve().parent
METAL_WORDS = {
    "__global": "device",
    "__local": "threadgroup",
    "__private": "thread",
    "__constant": "constant",
}
METAL_WORDS |= {"MSL_DEVICE": "device", "MSL_THREADGROUP": "threadgroup", "MSL_CONSTANT": "constant"}


def build(source: str) -> tuple[Path, dict[str, dict[str, object]]]:
    """The shared object of a source, and its kernels by name."""
    key = hashlib.sha256(f"{_own_identity()}\0{source}".encode()).hexdigest()[:32]
    library, notes = CACHE / f"{key}.so", CACHE / f"{key}.json"
    if not (library.exists() and notes.exists()):
        try:
            kernels = _build(source, library)
        except Refusal as refusal:
            raise CompileError(str(refusal)) from None
        _write(notes, json.dumps(kernels).encode())
    found: dict[str, dict[str, object]] = json.loads(notes.read_text(encoding="utf-8"))
    return library, found


def runtime() -> Path:
    """The part that knows no kernel, built once."""
    library = CACHE / f"runtime-{_own_identity()[:32]}.so"
    if not library.exists():
        tools = toolchain()
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            objects = []
            for part in sorted((SHIM / "runtime").glob("*.cpp")):
                objects.append(f"{folder}/{part.stem}.o")
                _demand(tools, [*tools.host_compiler, *RUNTIME, "-c", str(part), "-o", objects[-1]])
            _link(tools, objects, library)
    return library


@cache
def _own_identity() -> str:
    """Changes with anything that a built library depends on besides its source."""
    parts = hashlib.sha256(toolchain().identity.encode())
    for path in sorted([*HERE.glob("*.py"), *(path for path in SHIM.rglob("*") if path.is_file())]):
        parts.update(path.name.encode() + path.read_bytes())
    return parts.hexdigest()


def _build(source: str, library: Path) -> dict[str, dict[str, object]]:
    tools = toolchain()
    preprocessed = _demand(
        tools, [*tools.compiler, *PREPROCESS, "-"], f'#line 1 "program_source"\n{source}\n'
    )
    program = Program(preprocessed)
    read_declarations(program)
    refuse_what_metal_lacks(program)
    edits = classify_spaces(program)
    for kernel in program.functions:
        if kernel.is_kernel:
            read_signature(program, kernel)
    has_library = str(SHIM / "include") in preprocessed
    header = "library.h" if has_library else "vector.h"
    text = f'#include "{SHIM}/msl/{header}"\n#line 1 "program_source"\n{translate(program, edits)}\n'
    calls, kernels = [], {}
    for number, (name, kernel, call) in enumerate(entries(program)):
        if name in kernels:
            raise Refusal(1, f"two kernels are called {name!r}.")
        calls.append(entry(number, kernel, call))
        kernels[name] = _noted(number, kernel)
    _demand(tools, [*tools.compiler, *CHECK, "-"], text)
    entry_text = f'{text}\n#include "{SHIM}/msl/entry.h"\n#line 1 "entries"\n{"".join(calls)}'
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        made = f"{folder}/kernels.o"
        _demand(tools, [*tools.compiler, *RUN, "-", "-o", made], entry_text)
        _link(tools, [made], library)
    return kernels


def _noted(number: int, kernel: Function) -> dict[str, object]:
    buffers = [parameter.buffer for parameter in kernel.signature if parameter.attribute == "buffer"]
    return {"symbol": f"msl_kernel_{number}", "buffers": sorted(buffers), "max_threads": kernel.max_threads}


def _demand(tools: Toolchain, command: Iterable[str], source: str | None = None) -> str:
    done = tools.run(list(command), source)
    if done.returncode != 0:
        raise CompileError(_in_metals_words(done.stderr))
    return done.stdout


def _in_metals_words(message: str) -> str:
    for word, meant in METAL_WORDS.items():
        message = message.replace(f"const {word}", meant) if meant == "constant" else message
        message = message.replace(word, meant)
    message = re.sub(r" \*thread'", " *'", message)
    return re.sub(r"\b(_Float16|__bf16)\b", lambda m: {"_Float16": "half", "__bf16": "bfloat"}[m[0]], message)


def _link(tools: Toolchain, objects: list[str], library: Path) -> None:
    made = f"{objects[0]}.so"
    _demand(tools, [*tools.linker, "-o", made, *objects])
    os.replace(made, library)  # noqa: PTH105 (a rename that another process may win)


def _write(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)  # noqa: PTH105
