"""Every pointer and reference says which address space it points into."""

from metal.simulator.errors import Refusal
from metal.simulator.program import Program
from metal.simulator.spaces import POINTERS, SPACES

NOT_TYPES = {"return", "else", "do", "case", "sizeof", "operator", "goto", "new", "delete", "throw"}


def refuse_pointers_without_space(program: Program) -> None:
    for at, token in enumerate(program.tokens):
        if token.text not in POINTERS or program.text(at - 1) == "operator":
            continue
        first = _type_before(program, at)
        if first is None or not (
            _ends_a_type(program, at) or _declares(program, first, at) or _is_alias(program, first)
        ):
            continue
        words = {program.text(i) for i in range(first, at)}
        if not words & SPACES and program.text(at + 1) not in SPACES:
            kind = "pointer" if token.text == "*" else "reference"
            raise Refusal(
                token.line,
                f"the {kind} to {program.joined(first, at)!r} has no address space: device, constant, "
                "threadgroup or thread.",
            )


def _ends_a_type(program: Program, at: int) -> bool:
    """`*)`, `*>` and `&,` end no expression."""
    after = at + 1
    while program.text(after) in POINTERS | {"const", "volatile"} | SPACES:
        after += 1
    return program.text(after) in (")", ">", ",", ">>", "...")


def _type_before(program: Program, at: int) -> int | None:
    """Where the type begins that ends before a `*`; none where this is no type."""
    first = at
    while True:
        before = first - 1
        text = program.text(before)
        if text in (">", ">>"):
            opening = _opening(program, before)
            if opening is None:
                return None
            first = opening
        elif text == ")" and program.text(program.partner[before] - 1) == "decltype":
            first = program.partner[before] - 1
        elif text in POINTERS and before != at - 1:
            first = before
        elif text in POINTERS:
            return None if program.kind(before - 1) not in ("name", "mark") else _type_before(program, before)
        elif text == "::" or (program.kind(before) == "name" and text not in NOT_TYPES):
            first = before
        else:
            break
    return first if first < at else None


def _opening(program: Program, close: int) -> int | None:
    """The `<` that a `>` closes, if one does, going back."""
    depth, at = 0, close
    while at >= 0:
        text = program.text(at)
        if text in (")", "]"):
            at = program.partner[at]
        elif text in (";", "{", "}", "(", "["):
            return None
        depth += {">": 1, ">>": 2, "<": -1}.get(text, 0)
        if depth <= 0:
            return at
        at -= 1
    return None


def _is_alias(program: Program, first: int) -> bool:
    return program.text(first - 1) == "=" and program.text(first - 3) == "using"


def _declares(program: Program, first: int, at: int) -> bool:
    """Whether `type * name` stands where a declaration begins: an expression there would be for nothing."""
    if program.kind(at + 1) != "name" and program.text(at + 1) not in SPACES | {"const"}:
        return False
    before = program.text(first - 1)
    if before in (";", "{", "}", ""):
        return program.text(program.inside[at]) != "("  # the second part of a for is an expression
    if before == "(" and program.text(first - 2) == "for":
        return True
    return before in ("(", ",") and program.parameters_around(at) is not None
