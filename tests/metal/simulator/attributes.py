"""`[[...]]`: what each says, and which of them a kernel may carry where."""

from typing import NamedTuple

from metal.simulator.errors import Refusal
from metal.simulator.program import Program

# Positions: a scalar or a vector of two or three; in one kernel all have one width.
POSITIONS = {
    "thread_position_in_grid",
    "threads_per_grid",
    "thread_position_in_threadgroup",
    "threads_per_threadgroup",
    "dispatch_threads_per_threadgroup",
    "threadgroup_position_in_grid",
    "threadgroups_per_grid",
    "grid_origin",
    "grid_size",
}
INDICES = {
    "thread_index_in_threadgroup",
    "thread_index_in_simdgroup",
    "simdgroup_index_in_threadgroup",
    "threads_per_simdgroup",
    "thread_execution_width",
    "simdgroups_per_threadgroup",
    "dispatch_simdgroups_per_threadgroup",
    "thread_index_in_quadgroup",
    "quadgroup_index_in_threadgroup",
    "quadgroups_per_threadgroup",
    "dispatch_quadgroups_per_threadgroup",
}
OF_FUNCTIONS = {"kernel", "host_name", "max_total_threads_per_threadgroup"}
ANYWHERE = {"maybe_unused", "fallthrough", "nodiscard"}
UNAVAILABLE = {
    "function_constant": "compile_shader passes no function constants; use a template and host_name",
    "threadgroup": "compile_shader gives no dynamic threadgroup memory; declare it in the kernel",
    "texture": "textures are not simulated",
    "sampler": "samplers are not simulated",
    "stage_in": "this belongs to graphics, not to kernels",
    "visible": "visible functions are not simulated",
}


class Attribute(NamedTuple):
    name: str
    argument: str
    line: int


def attributes_at(program: Program, index: int) -> list[Attribute]:
    """Those between the `[[` at index and its `]]`."""
    end = program.partner[index] - 1
    if program.partner[index + 1] != end:
        raise Refusal(program.line(index), "'[[' begins an attribute, which must end in ']]'.")
    found, at = [], index + 2
    while at < end:
        name, argument = program.text(at), ""
        if program.kind(at) != "name":
            raise Refusal(program.line(at), f"{name!r} is no attribute.")
        line, at = program.line(at), at + 1
        if program.text(at) == "(":
            close = program.partner[at]
            argument, at = program.joined(at + 1, close), close + 1
        if program.text(at) == ",":
            at += 1
        elif at != end:
            raise Refusal(line, f"the attribute {name!r} is followed by {program.text(at)!r}.")
        found.append(_known(Attribute(name, argument, line)))
    return found


def _known(attribute: Attribute) -> Attribute:
    if attribute.name in UNAVAILABLE:
        raise Refusal(attribute.line, f"[[{attribute.name}]]: {UNAVAILABLE[attribute.name]}.")
    if attribute.name not in POSITIONS | INDICES | OF_FUNCTIONS | ANYWHERE | {"buffer"}:
        raise Refusal(
            attribute.line, f"[[{attribute.name}]] is an attribute that the simulator does not know."
        )
    return attribute


def attributes_in(program: Program, start: int, end: int) -> list[Attribute]:
    """All attributes between two tokens."""
    found, at = [], start
    while at < end:
        if program.is_attribute(at):
            found += attributes_at(program, at)
            at = program.partner[at]
        at += 1
    return found
