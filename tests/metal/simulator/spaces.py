"""Address spaces: what each `device`, `constant`, `threadgroup` and `thread` belongs to, or a refusal."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from metal.simulator.errors import Refusal
from metal.simulator.program import Function, Program
from metal.simulator.signatures import split

# How the C++ says it, which the headers erase or not.
SPELLED = {
    "device": "MSL_DEVICE",
    "constant": "MSL_CONSTANT",
    "threadgroup": "MSL_THREADGROUP",
    "thread": "MSL_THREAD",
}
SPACES = set(SPELLED)
QUALIFIERS = {"const", "volatile", "constexpr", "static", "inline", "restrict", "__restrict"} | SPACES
FUNDAMENTAL = {
    "unsigned",
    "signed",
    "int",
    "char",
    "short",
    "long",
    "float",
    "half",
    "bool",
    "void",
    "auto",
    "bfloat",
}
POINTERS = {"*", "&", "&&"}


class Edit(NamedTuple):
    """Tokens of the source and what is written in their place."""

    start: int
    end: int
    text: str


def classify_spaces(program: Program) -> list[Edit]:
    """Checks every address space and returns how threadgroup variables are written in C++."""
    edits: list[Edit] = []
    sites = count()
    for at, token in enumerate(program.tokens):
        is_edited = any(edit.start <= at < edit.end for edit in edits)
        if token.text in SPACES and not is_edited and not program.is_in_attribute(at):
            edit = _classify(program, at, sites)
            if edit is not None:
                edits.append(edit)
    return edits + [_own_memory(f) for f in program.functions if _is_of_thread_memory(program, f)]


def _is_of_thread_memory(program: Program, function: Function) -> bool:
    """A method without a space of its own is one of objects in thread memory; operators serve all."""
    head = [program.text(at) for at in range(function.head, function.parameters[0])]
    after = {program.text(at) for at in range(function.parameters[1], function.body[0])}
    is_maker = program.text(function.parameters[0] - 3) in {
        "~",
        ";",
        "{",
        "}",
        "explicit",
        "constexpr",
        "inline",
        ">",
    }
    return (
        function.is_method
        and not is_maker
        and not {"static", "operator", "friend"} & set(head)
        and not after & SPACES
    )


def _own_memory(method: Function) -> Edit:
    after = method.parameters[1] + 1
    return Edit(after, after, "MSL_METHOD")


def _classify(program: Program, at: int, sites: Iterator[int]) -> Edit | None:
    if program.text(at + 1) in POINTERS:
        return None
    if _qualifies_method(program, at):
        return Edit(at, at + 1, _method_space(program, at)) if program.text(at) == "thread" else None
    space, line = program.text(at), program.line(at)
    if _stands_behind_type(program, at):
        if space == "threadgroup":
            raise Refusal(line, "write 'threadgroup' before its type.")
        return _variable(program, at, at + 1, sites)
    type_end = _after_type(program, at)
    following = program.text(type_end)
    if following in POINTERS:
        return None
    if program.kind(type_end) != "name":
        raise Refusal(line, f"it is not clear what {space!r} belongs to before {following!r}.")
    if following == "operator":  # a conversion's own qualifiers
        return None
    return _variable(program, at, type_end, sites)


def _stands_behind_type(program: Program, at: int) -> bool:
    """`int constant n = 8;`"""
    before = program.text(at - 1)
    is_type = before in FUNDAMENTAL | {">"} or (program.kind(at - 1) == "name" and before not in QUALIFIERS)
    return is_type and program.kind(at + 1) == "name" and program.text(at + 2) in ("=", ";", "[", ",")


def _qualifies_method(program: Program, at: int) -> bool:
    before = at - 1
    while program.text(before) in {"const", "volatile"} | SPACES:
        before -= 1
    return (
        program.text(before) == ")"
        and program.text(at + 1) in {"{", ";", "const", "volatile", "noexcept", ":", "->"} | SPACES
    )


def _method_space(program: Program, at: int) -> str:
    """Operators serve temporaries, too, which OpenCL puts nowhere."""
    method = next((f for f in program.functions if f.parameters[1] < at < f.body[0]), None)
    is_operator = method is not None and _is_operator(program, method)
    return "" if is_operator else "MSL_METHOD"


def _is_operator(program: Program, function: Function) -> bool:
    return "operator" in {program.text(at) for at in range(function.head, function.parameters[0])}


def _after_type(program: Program, at: int) -> int:
    """The token behind the type that stands at or around an address space."""
    at = _after_qualifiers(program, at)
    if program.text(at) in ("typename", "struct", "enum"):
        at += 1
    if program.text(at) == "decltype":
        return _after_qualifiers(program, program.behind_brackets(at + 1))
    if program.text(at) in FUNDAMENTAL:
        while program.text(at) in FUNDAMENTAL:
            at += 1
        return _after_qualifiers(program, at)
    while True:
        at += program.text(at) == "::"
        at += program.text(at) == "template"
        if program.kind(at) != "name":
            raise Refusal(program.line(at), f"a type was expected before {program.text(at)!r}.")
        at += 1
        if program.text(at) == "<":
            at = program.after_angles(at)
        if program.text(at) != "::":
            return _after_qualifiers(program, at)


def _after_qualifiers(program: Program, at: int) -> int:
    while program.text(at) in QUALIFIERS or program.text(at) == "alignas":
        at = program.behind_brackets(at + 1) if program.text(at) == "alignas" else at + 1
    return at


def _variable(program: Program, at: int, name: int, sites: Iterator[int]) -> Edit | None:
    space, line = program.text(at), program.line(at)
    function = program.function_around(at)
    if program.parameters_around(at) is not None:
        if program.text(name + 1) == "[":  # which is a pointer, too
            return None
        raise Refusal(line, f"a parameter in {space!r} memory must be a pointer or a reference.")
    if space == "thread":
        return None
    if space == "device":
        raise Refusal(
            line, "variables cannot be declared in 'device' memory, only pointers and references to it."
        )
    if space == "constant":
        if function is not None and not {"static", "constexpr"} & _specifiers(program, at):
            raise Refusal(line, "a 'constant' variable stands outside of functions.")
        return None
    if function is None or not function.is_kernel:
        raise Refusal(
            line, "a 'threadgroup' variable stands in a kernel; hand a pointer to it to other functions."
        )
    return _threadgroup_variables(program, at, name, sites)


def _specifiers(program: Program, at: int) -> set[str]:
    """The words around an address space, back to where its declaration begins."""
    first = at
    while program.text(first - 1) in QUALIFIERS:
        first -= 1
    return set(program.joined(first, _after_qualifiers(program, at)).split())


def _threadgroup_variables(program: Program, at: int, name: int, sites: Iterator[int]) -> Edit:
    """`threadgroup float a[4], b;` as references into the group's memory."""
    line, end = program.line(at), name
    while program.text(end) != ";":
        if program.text(end) in ("=", "{"):
            raise Refusal(program.line(end), "a 'threadgroup' variable cannot be initialised; assign to it.")
        if program.text(end) in ("", ")", "}"):
            raise Refusal(line, "this 'threadgroup' declaration never ends in ';'.")
        end = program.partner[end] + 1 if program.text(end) in ("(", "[") else end + 1
    start = at
    while program.text(start - 1) in QUALIFIERS:
        start -= 1
    if program.text(start - 1) not in (";", "{", "}"):
        raise Refusal(
            line, f"it is not clear what 'threadgroup' belongs to after {program.text(start - 1)!r}."
        )
    first, last = _after_qualifiers(program, start), name
    while program.text(last - 1) in QUALIFIERS:
        last -= 1
    type_words = " ".join(SPELLED.get(program.text(i), program.text(i)) for i in range(first, last))
    made = []
    for begin, stop in split(program, name, end):
        if program.kind(begin) != "name" or (stop > begin + 1 and program.text(begin + 1) != "["):
            raise Refusal(line, "a 'threadgroup' declaration here is a name with or without [sizes].")
        sizes = program.joined(begin + 1, stop)
        made.append(
            f"MSL_THREADGROUP auto &{program.text(begin)} = "
            f"::msl_run::threadgroup_variable<{type_words}{sizes}>({next(sites)}, {line})"
        )
    return Edit(start, end, "; ".join(made))
