"""Source to a loaded library; what was built once is found again by its content."""

import hashlib
import itertools
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from metal.simulator.declarations import read_declarations
from metal.simulator.errors import CompileError, Refusal
from metal.simulator.lint import refuse_what_metal_lacks
from metal.simulator.program import Program
from metal.simulator.signatures import read_signature
from metal.simulator.spaces import classify_spaces
from metal.simulator.toolchain import CACHE, CHECK, PREPROCESS, RUN, RUNTIME, SHIM, Toolchain, toolchain
from metal.simulator.translating import entries, entry, translate

HERE = Path(__file__).resolve().parent
OBJECT_ELSEWHERE = re.compile(
    r"object parameter .* with an expression of type '(const )?(device|constant|threadgroup) "
)
METAL_WORDS = {
    "__global": "device",
    "__local": "threadgroup",
    "__private": "thread",
    "__constant": "constant",
}
METAL_WORDS |= {"MSL_DEVICE": "device", "MSL_THREADGROUP": "threadgroup", "MSL_CONSTANT": "constant"}


# So many kernels of a source are compiled one at a time, when they are called; then all others at once.
ALONE = 3


class Build:
    """A checked source; its kernels are compiled when they are first called."""

    def __init__(self, source: str) -> None:
        self._key = hashlib.sha256(source.encode()).hexdigest()[:32]
        self._text, notes = kept() / f"{self._key}.cpp", kept() / f"{self._key}.json"
        if not (self._text.exists() and notes.exists()):
            tools = toolchain()
            numbered = f'#line 1 "program_source"\n{source}\n'
            try:
                text, made = translated(_demand(tools, [*tools.compiler, *PREPROCESS, "-"], numbered))
            except Refusal as refusal:
                raise CompileError(str(refusal)) from None
            _check_types(tools, text)
            _write(self._text, text)
            _write(notes, json.dumps([asdict(kernel) for kernel in made]))
        self.kernels = {note["name"]: Note(**note) for note in json.loads(notes.read_text(encoding="utf-8"))}
        self._alone = 0

    def library_with(self, kernel: "Note") -> Path:
        """A shared object that has this kernel."""
        alone, everything = kept() / f"{self._key}-{kernel.symbol}.so", kept() / f"{self._key}-all.so"
        if everything.exists() or alone.exists():
            return everything if everything.exists() else alone
        self._alone += 1
        if self._alone > ALONE:
            return self._compiled(everything, list(self.kernels.values()))
        return self._compiled(alone, [kernel])

    def _compiled(self, library: Path, kernels: list["Note"]) -> Path:
        tools = toolchain()
        entries = "".join(kernel.entry for kernel in kernels)
        text = self._text.read_text(encoding="utf-8")
        text = f'{text}\n#include "{SHIM}/msl/entry.h"\n#line 1 "entries"\n{entries}'
        with tempfile.TemporaryDirectory(dir=kept()) as folder:
            made = f"{folder}/kernels.o"
            _demand(tools, [*tools.compiler, *RUN, "-", "-o", made], text)
            _link(tools, [made], library)
        return library


@dataclass(frozen=True)
class Note:
    """What is kept of a kernel."""

    name: str
    symbol: str
    entry: str
    buffers: list[int]
    max_threads: int


def runtime() -> Path:
    """The part that knows no kernel, built once."""
    library = kept() / "runtime.so"
    if not library.exists():
        tools = toolchain()
        with tempfile.TemporaryDirectory(dir=kept()) as folder:
            objects = []
            for part in sorted((SHIM / "runtime").glob("*.cpp")):
                objects.append(f"{folder}/{part.stem}.o")
                _demand(tools, [*tools.host_compiler, *RUNTIME, "-c", str(part), "-o", objects[-1]])
            _link(tools, objects, library)
    return library


@cache
def kept() -> Path:
    """The folder of what this very simulator built; others are removed a day after their last use."""
    own = CACHE / _own_identity()[:32]
    own.mkdir(parents=True, exist_ok=True)
    own.touch()
    for other in CACHE.iterdir():
        if other.is_dir() and time.time() - other.stat().st_mtime > 24 * 3600:
            shutil.rmtree(other, ignore_errors=True)
    return own


def _own_identity() -> str:
    """Changes with anything that a built library depends on besides its source."""
    parts = hashlib.sha256(toolchain().identity.encode())
    for path in sorted([*HERE.glob("*.py"), *(path for path in SHIM.rglob("*") if path.is_file())]):
        parts.update(path.name.encode() + path.read_bytes())
    return parts.hexdigest()


def translated(preprocessed: str) -> tuple[str, list[Note]]:
    """The C++ of a source, and its kernels; Refusal where it is no Metal."""
    program = Program(preprocessed)
    read_declarations(program)
    refuse_what_metal_lacks(program)
    edits = classify_spaces(program)
    for kernel in program.functions:
        if kernel.is_kernel:
            read_signature(program, kernel)
    header = "library.h" if str(SHIM / "include") in preprocessed else "vector.h"
    text = f'#include "{SHIM}/msl/{header}"\n#line 1 "program_source"\n{translate(program, edits)}\n'
    notes: dict[str, Note] = {}
    for number, (name, kernel, call) in enumerate(entries(program)):
        if name in notes:
            raise Refusal(program.line(kernel.head), f"two kernels are called {name!r}.")
        buffers = [parameter.buffer for parameter in kernel.signature if parameter.attribute == "buffer"]
        symbol = f"msl_kernel_{number}"
        notes[name] = Note(name, symbol, entry(symbol, kernel, call), sorted(buffers), kernel.max_threads)
    return text, list(notes.values())


def _check_types(tools: Toolchain, text: str) -> None:
    """OpenCL's temporaries are in no space: what is asked of methods and choices is tried twice."""
    attempts = [
        [f"-DMSL_METHOD={method}", f"-DMSL_VALUE={value}"]
        for method, value in itertools.product(("__private", ""), ("::msl_run::value", ""))
    ]
    errors = []
    for attempt in attempts:
        try:
            _demand(tools, [*tools.compiler, *CHECK, *attempt, "-"], text)
            return
        except CompileError as error:
            errors.append(error)
            if OBJECT_ELSEWHERE.search(str(error)):
                break
    raise errors[0]


def _demand(tools: Toolchain, command: Iterable[str], source: str | None = None) -> str:
    done = tools.run(list(command), source)
    if done.returncode != 0:
        raise CompileError(_in_metals_words(done.stderr))
    return done.stdout


def _in_metals_words(message: str) -> str:
    for word, meant in METAL_WORDS.items():
        message = message.replace(f"const {word}", meant) if meant == "constant" else message
        message = message.replace(word, meant)
    message = re.sub(r"(?<=[*&])thread(?=')|\bmsl_types::", "", message)
    return re.sub(r"\b(_Float16|__bf16)\b", lambda m: {"_Float16": "half", "__bf16": "bfloat"}[m[0]], message)


def _link(tools: Toolchain, objects: list[str], library: Path) -> None:
    made = f"{objects[0]}.so"
    _demand(tools, [*tools.linker, "-o", made, *objects])
    os.replace(made, library)  # noqa: PTH105 (a rename that another process may win)


def _write(path: Path, content: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)  # noqa: PTH105
