"""What C++ has and Metal has not."""

from metal.simulator.errors import Refusal
from metal.simulator.program import Program

FORBIDDEN = {
    "double": "Metal has no 'double'; use float.",
    "new": "Metal has no 'new'.",
    "delete": "Metal has no 'delete'.",
    "throw": "Metal has no exceptions.",
    "try": "Metal has no exceptions.",
    "catch": "Metal has no exceptions.",
    "goto": "Metal has no 'goto'.",
    "virtual": "Metal has no virtual functions.",
    "dynamic_cast": "Metal has no 'dynamic_cast'.",
    "typeid": "Metal has no 'typeid'.",
    "thread_local": "Metal has no 'thread_local'.",
    "register": "Metal has no 'register'.",
    "noexcept": "Metal has no 'noexcept'.",
    "asm": "Metal has no 'asm'.",
    "co_await": "Metal has no coroutines.",
    "concept": "Metal has no concepts.",
    "requires": "Metal has no concepts.",
    "wchar_t": "Metal has no 'wchar_t'.",
    "__int128": "Metal has no '__int128'.",
    "int128_t": "Metal has no 'int128_t'.",
    "printf": "Metal has no 'printf'.",
    "malloc": "Metal has no 'malloc'.",
    "free": "Metal has no 'free'.",
    "_Float16": "Metal calls this type 'half'.",
    "__bf16": "Metal calls this type 'bfloat'.",
}


def refuse_what_metal_lacks(program: Program) -> None:
    for at, token in enumerate(program.tokens):
        if token.kind != "name":
            continue
        if token.text in FORBIDDEN and not _is_deleted(program, at):
            raise Refusal(token.line, FORBIDDEN[token.text])
        if token.text == "std" and program.text(at + 1) == "::":
            raise Refusal(token.line, "Metal has no 'std::'; its library is in namespace metal.")
        if token.text == "long" and program.text(at + 1) == "long":
            raise Refusal(token.line, "Metal has no 'long long'; long has 64 bits.")
        if token.text.startswith(("msl_", "MSL_")):
            raise Refusal(token.line, f"{token.text!r} is a name of the simulator's own.")


def _is_deleted(program: Program, at: int) -> bool:
    return program.text(at) == "delete" and program.text(at - 1) == "="
