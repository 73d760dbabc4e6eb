"""The source of our Metal kernels: each family as one text that a compiler takes without any file of ours."""

import re
from collections.abc import Collection
from pathlib import Path

from streamtts.errors import StreamttsError

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"[^\n]*\n?', re.MULTILINE)
_ONCE = re.compile(r"^[ \t]*#[ \t]*pragma[ \t]+once[^\n]*\n?", re.MULTILINE)
# `GEMV_INT8(half, float, 4)` among others of its kind makes the kernel gemv_int8_half_float_4.
_MAKERS = re.compile(r"^(?:[A-Z][A-Z0-9_]*\([a-z0-9, ]+\)[ ]*)+$\n?", re.MULTILINE)
_MAKER = re.compile(r"([A-Z][A-Z0-9_]*)\(([a-z0-9, ]+)\)")


def _folder() -> Path:
    """Beside this file where streamtts is installed; in a checkout, where the kernels are written."""
    here = Path(__file__).resolve().parent
    installed = here / "kernels"
    return installed if installed.is_dir() else here.parents[2] / "metal"


NAMES = tuple(sorted(path.stem for path in _folder().glob("*.metal")))


def source(name: str, kernels: Collection[str] = ()) -> str:
    """The kernels of a family, for `torch.mps.compile_shader` or a Metal compiler.

    All of them, or, which compiles faster, only those named in `kernels` and what is no template.
    """
    text = _flat(name, ".metal")
    made = {_kernel_of(maker) for line in _MAKERS.finditer(text) for maker in _MAKER.finditer(line[0])}
    for kernel in kernels:
        if kernel not in made and f"\n\n[[kernel]] void {kernel}(" not in text:
            raise StreamttsError(f"There is no Metal kernel {kernel!r} among those of {name}.")
    return _MAKERS.sub(lambda line: _chosen(line[0], kernels), text) if kernels else text


def _chosen(line: str, kernels: Collection[str]) -> str:
    kept = [maker for maker in _MAKER.finditer(line) if _kernel_of(maker) in kernels]
    return "".join(f"{maker[0]}\n" for maker in kept)


def _kernel_of(maker: re.Match[str]) -> str:
    return "_".join([maker[1].lower(), *maker[2].split(", ")])


def header(name: str) -> str:
    """What a family's kernels call, without the kernels: for `mx.fast.metal_kernel(header=...)`."""
    return _flat(name, ".h")


def _flat(name: str, suffix: str) -> str:
    if name not in NAMES:
        raise StreamttsError(f"There are no Metal kernels named {name!r}; there are: {', '.join(NAMES)}.")
    return _with_includes(f"{name}{suffix}", set())


def _with_includes(file: str, seen: set[str]) -> str:
    """The text of a file with our own includes put in, each at its first place and nowhere else."""
    seen.add(file)

    def included(match: re.Match[str]) -> str:
        return "" if match[1] in seen else _with_includes(match[1], seen)

    return _INCLUDE.sub(included, _ONCE.sub("", _text(file)))


def _text(file: str) -> str:
    try:
        text = (_folder() / file).read_text(encoding="utf-8")
    except OSError as error:
        raise StreamttsError(
            f"The Metal source {file} cannot be read ({error.strerror}): install streamtts again."
        ) from error
    return text if text.endswith("\n") else f"{text}\n"
