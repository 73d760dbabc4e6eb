"""What C++ has and Metal has not."""

from metal.simulator.attributes import attributes_at
from metal.simulator.errors import Refusal
from metal.simulator.pointers import refuse_pointers_without_space
from metal.simulator.program import Function, Program

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
    "threadgroup_imageblock": "the address space 'threadgroup_imageblock' is not simulated.",
    "object_data": "the address space 'object_data' is not simulated.",
    "ray_data": "the address space 'ray_data' is not simulated.",
    "_Float16": "Metal calls this type 'half'.",
    "__bf16": "Metal calls this type 'bfloat'.",
}


def refuse_what_metal_lacks(program: Program) -> None:
    for at, token in enumerate(program.tokens):
        if program.is_attribute(at) and _counts(program, at):
            attributes_at(program, at)
        if token.text == "[" and _begins_lambda(program, at):
            raise Refusal(token.line, "Metal has no lambdas; write a function or a struct with operator().")
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
    refuse_pointers_without_space(program)
    _refuse_recursion(program)


def _counts(program: Program, at: int) -> bool:
    """Attributes of a plain function's parameters mean nothing, and are allowed."""
    function = program.parameters_around(at)
    return function is None or function.is_kernel


def _is_deleted(program: Program, at: int) -> bool:
    return program.text(at) == "delete" and program.text(at - 1) == "="


def _begins_lambda(program: Program, at: int) -> bool:
    before = program.text(at - 1)
    if program.is_attribute(at) or (before == "[" and program.is_attribute(at - 1)):
        return False
    return before == "return" or (program.kind(at - 1) == "mark" and before not in (")", "]", ">", ">>", "}"))


def _refuse_recursion(program: Program) -> None:
    """By name; functions that share theirs may call the others, and templates end when they are compiled."""
    by_name: dict[str, list[Function]] = {}
    for function in program.functions:
        if function.is_template:
            continue
        by_name.setdefault(function.name, []).append(function)
    alone = {name: found[0] for name, found in by_name.items() if len(found) == 1 and name.isidentifier()}
    calls = {name: _called(program, function) & set(alone) for name, function in alone.items()}
    for name, function in alone.items():
        reached, waiting = set[str](), list(calls[name])
        while waiting:
            callee = waiting.pop()
            if callee not in reached:
                reached.add(callee)
                waiting += calls[callee]
        if name in reached:
            raise Refusal(program.line(function.head), f"{name!r} calls itself: Metal has no recursion.")


def _called(program: Program, function: Function) -> set[str]:
    called = set[str]()
    for at in range(*function.body):
        if program.kind(at) == "name" and program.text(at - 1) not in (".", "->"):
            after = at + 1
            if program.text(after) == "<":
                try:
                    after = program.after_angles(after)
                except Refusal:
                    continue
            if program.text(after) == "(":
                called.add(program.text(at))
    return called
