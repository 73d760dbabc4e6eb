"""A classified source to C++: one text, compiled once to check its types and once to run."""

import re
from collections.abc import Iterator

from metal.simulator.errors import Refusal
from metal.simulator.overloads import only_checked
from metal.simulator.program import Function, Instantiation, Program
from metal.simulator.spaces import SPELLED, Edit

SWIZZLE = re.compile(r"[xyzw]{2,4}|[rgba]{2,4}")
UNARY = {"-", "+", "!", "~", "*", "&", "++", "--"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/="}
COMPONENTS = {letter: number for letters in ("xyzw", "rgba") for number, letter in enumerate(letters)}
REAL = re.compile(
    r"(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?|0[xX][\da-fA-F]*\.?[\da-fA-F]*[pP][+-]?\d+"
)


def translate(program: Program, edits: list[Edit]) -> str:
    """The body of the C++ file: the source's own lines, numbered as they were."""
    own_members = _names_declared_in_structs(program)
    starts = {edit.start: edit for edit in edits}
    heads = {f.head for f in program.functions if f.is_kernel and not f.is_template}
    before = _around_choices(program)
    for start, end in only_checked(program).items():
        before.setdefault(start, []).append(f"\n#ifdef MSL_CHECK\n#line {program.line(start)}\n")
        before.setdefault(end, []).insert(0, f"\n#endif\n#line {program.line(end)}\n")
    made = dict(made.tokens for made in program.instantiations)
    written: list[str] = []
    line, at, instantiation_end = 0, 0, 0
    while at < len(program.tokens):
        token = program.tokens[at]
        if token.line != line and at >= instantiation_end:
            written.append("\n" if token.line == line + 1 else f"\n#line {token.line}\n")
            line = token.line
        if at in made:
            written.append("MSL_INSTANTIATION(")
            instantiation_end = made[at]
        written += before.get(at, [])
        if at in heads:
            written.append("inline")  # so that no code is made for who is not called
        edit = starts.get(at)
        if edit is not None:
            written.append(edit.text)
            at = edit.end
            if edit.end > edit.start:
                continue
        text, at = _next(program, at, own_members)
        written.append(f"{text} )" if at == instantiation_end else text)
    return " ".join([*written, *before.get(len(program.tokens), [])])


def _around_choices(program: Program) -> dict[int, list[str]]:
    """Both sides of each `? :` become values: what is written before which token."""
    before: dict[int, list[str]] = {}
    for at, token in enumerate(program.tokens):
        if token.text == "?":
            colon = _end_of_choice(program, at + 1, ":")
            end = _end_of_choice(program, colon + 1, "")
            before.setdefault(at + 1, []).append("MSL_VALUE(")
            before.setdefault(colon, []).insert(0, ")")
            before.setdefault(colon + 1, []).append("MSL_VALUE(")
            before.setdefault(end, []).insert(0, ")")
    return before


def _end_of_choice(program: Program, at: int, ending: str) -> int:
    """The token behind one side of a `? :`."""
    nested = 0
    while at < len(program.tokens):
        text = program.text(at)
        if text in ("(", "[", "{"):
            at = program.partner[at]
        elif text == "<" and program.kind(at - 1) == "name":
            at = _behind_template(program, at) - 1
        elif text == "?":
            nested += 1
        elif text == ":" and nested:
            nested -= 1
        elif text == ending or text in (";", ")", "]", "}", ":") or (text == "," and not ending):
            return at
        at += 1
    raise Refusal(program.line(at), "a '?' without its ':'.")


def _behind_template(program: Program, at: int) -> int:
    """Behind `<...>`, unless an operand follows: then the `<` compares."""
    try:
        after = program.after_angles(at)
    except Refusal:
        return at + 1
    operand = program.kind(after) != "mark" or program.text(after) in UNARY
    return at + 1 if operand else after


def _next(program: Program, at: int, own_members: set[str]) -> tuple[str, int]:
    token = program.tokens[at]
    if program.is_attribute(at):
        return "", program.partner[at] + 1
    if token.text == "kernel":
        return "", at + 1
    if token.kind == "number":
        return real(token.text, token.line), at + 1
    member, after = program.text(at + 1), program.text(at + 2)
    selects = SWIZZLE.fullmatch(member) and member not in own_members and after != "("
    if selects and token.text in (".", "->"):
        kind = "selection" if after in ASSIGNMENTS else "swizzle"
        places = ", ".join(str(COMPONENTS[letter]) for letter in member)
        first = "[0]" if token.text == "->" else ""
        return f"{first}[::msl_types::{kind}<{places}>{{}}]", at + 2
    return SPELLED.get(token.text, token.text) if token.kind == "name" else token.text, at + 1


def real(text: str, line: int) -> str:
    """A number as Metal reads it: without a suffix, a real one is a float."""
    match = REAL.match(text)
    if match is None:
        if text.lower().endswith("ll") or "ll" in text.lower().lstrip("0x").rstrip("u"):
            raise Refusal(line, f"{text!r}: Metal has no 'long long'.")
        return text
    suffix = text[match.end() :].lower()
    kinds = {"": "{}f", "f": "{}f", "h": "half({}f)", "bf": "bfloat({}f)"}
    if suffix not in kinds:
        raise Refusal(line, f"{text!r} is no number that Metal knows.")
    return kinds[suffix].format(match[0])


def _names_declared_in_structs(program: Program) -> set[str]:
    """Members such as a struct's own `xy`, which are no selections."""
    found = set()
    for _, (start, end) in program.records:
        for at in range(start, end):
            if SWIZZLE.fullmatch(program.text(at)) and program.text(at - 1) not in (".", "->"):
                found.add(program.text(at))
    return found


def entries(program: Program) -> Iterator[tuple[str, Function, str]]:
    """Each kernel's name for the host, its function, and the C++ name that calls it."""
    kernels = {f.scope + f.name: f for f in program.functions if f.is_kernel}
    for kernel in kernels.values():
        if not kernel.is_template:
            yield kernel.host_name or kernel.scope + kernel.name, kernel, f"::{kernel.scope}{kernel.name}"
    for made in program.instantiations:
        if made.host_name is not None:
            kernel = _kernel_of(kernels, made)
            yield made.host_name, kernel, f"::{kernel.scope}{kernel.name}{made.arguments}"


def _kernel_of(kernels: dict[str, Function], made: Instantiation) -> Function:
    scope = made.scope
    while True:
        if scope + made.name in kernels:
            return kernels[scope + made.name]
        if not scope:
            raise Refusal(made.line, f"no kernel template is called {made.name!r}.")
        scope = scope[: scope.rstrip(":").rfind("::") + 2] if "::" in scope.rstrip(":") else ""


def entry(symbol: str, kernel: Function, call: str) -> str:
    """The C function through which the runtime calls a kernel."""
    filled = []
    for parameter in kernel.signature:
        if parameter.attribute == "buffer":
            filled.append(f"::msl_run::Bound{{buffers[{parameter.buffer}]}}")
        else:
            filled.append(f"::msl_run::position(thread->{parameter.attribute})")
    # What it reads for the kernel is not the kernel's memory.
    head = f"void {symbol}(const ::msl_run::Thread *thread, void *const *buffers)"
    body = f"(void)thread, (void)buffers;\n    auto *const kernel = {call};\n    kernel({', '.join(filled)});"
    return f'extern "C" __attribute__((no_sanitize("kernel-address"))) {head} {{\n    {body}\n}}\n'
