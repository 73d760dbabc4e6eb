"""What differs in address spaces alone is one thing to C++ once they are erased."""

from metal.simulator.errors import Refusal
from metal.simulator.program import Program
from metal.simulator.spaces import SPACES


def only_checked(program: Program) -> dict[int, int]:
    """Definitions that an earlier one stands for when kernels run: where each begins and ends."""
    first: dict[tuple[int, str], tuple[int, int]] = {}
    later: dict[int, int] = {}
    for head, body in _definitions(program):
        key = (program.inside[head], _erased(program, head, body[0]))
        other = first.setdefault(key, body)
        if other == body:
            continue
        if _erased(program, *other) != _erased(program, *body):
            raise Refusal(
                program.line(head),
                f"this and line {program.line(other[0])} differ in spaces alone but not in what they do, "
                "which the simulator cannot tell apart; give them different names.",
            )
        later[head] = body[1] + 1
    return later


def _definitions(program: Program) -> list[tuple[int, tuple[int, int]]]:
    functions = [(f.head, f.body) for f in program.functions if not f.is_kernel]
    return sorted(functions + [(head, body) for head, body in program.records])


def _erased(program: Program, start: int, end: int) -> str:
    words = []
    for at in range(start, end):
        text = program.text(at)
        if text == "constant":
            words.append("const")
        elif text not in SPACES | {"METAL_FUNC", "inline"}:
            words.append(text)
    return " ".join(words)
