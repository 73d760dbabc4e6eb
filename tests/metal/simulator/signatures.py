"""What a kernel is called with: buffers by their numbers, and attributes."""

from metal.simulator.attributes import INDICES, OF_FUNCTIONS, POSITIONS, attributes_in
from metal.simulator.errors import Refusal
from metal.simulator.program import Function, Parameter, Program

WIDTHS = {"uint": 1, "ushort": 1, "uint2": 2, "ushort2": 2, "uint3": 3, "ushort3": 3}
WIDTHS |= {"uint32_t": 1, "uint16_t": 1, "unsigned": 1}
SPACES = {"device", "constant"}


def read_signature(program: Program, kernel: Function) -> None:
    """Fills in the kernel's parameters; refuses what compile_shader could not fill."""
    next_buffer, widths = 0, dict[str, int]()
    for start, end in split(program, *kernel.parameters):
        attributes = [a for a in attributes_in(program, start, end) if a.name != "maybe_unused"]
        if len(attributes) > 1:
            raise Refusal(program.line(start), "a kernel's parameter has one attribute.")
        tokens = _declaration(program, start, end)
        name = program.text(tokens[-1])
        attribute = attributes[0] if attributes else None
        if attribute is not None and attribute.name in OF_FUNCTIONS:
            raise Refusal(
                attribute.line, f"[[{attribute.name}]] belongs before a kernel, not to a parameter."
            )
        if attribute is not None and attribute.name != "buffer":
            widths[attribute.name] = _width(program, tokens, attribute.name)
            kernel.signature.append(Parameter(name, attribute.name, -1))
            continue
        _demand_buffer(program, tokens, name)
        number = next_buffer
        if attribute is not None:
            if not attribute.argument.isdigit() or int(attribute.argument) > 30:
                raise Refusal(attribute.line, "[[buffer(n)]] takes a number from 0 to 30.")
            number = int(attribute.argument)
        if number in {p.buffer for p in kernel.signature}:
            raise Refusal(program.line(start), f"buffer {number} is given to two parameters.")
        next_buffer = number + 1
        kernel.signature.append(Parameter(name, "buffer", number))
    _demand_one_width(program, kernel, widths)


def split(program: Program, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges between the commas that stand outside of brackets and template arguments."""
    ranges, begin, at = [], start, start
    while at < end:
        text = program.text(at)
        if text in ("(", "[", "{"):
            at = program.partner[at]
        elif text == "<":
            at = program.after_angles(at) - 1
        elif text == ",":
            ranges.append((begin, at))
            begin = at + 1
        at += 1
    if begin < end:
        ranges.append((begin, end))
    return ranges


def _declaration(program: Program, start: int, end: int) -> list[int]:
    """The parameter's tokens without its attributes."""
    kept, at = list[int](), start
    while at < end:
        if program.is_attribute(at):
            at = program.partner[at]
        else:
            kept.append(at)
        at += 1
    if len(kept) < 2 or program.kind(kept[-1]) != "name":
        raise Refusal(program.line(start), "a kernel's parameter needs a type and ends in its name.")
    return kept


def _width(program: Program, tokens: list[int], attribute: str) -> int:
    words = [program.text(at) for at in tokens[:-1] if program.text(at) not in ("const", "metal", "::")]
    width = WIDTHS.get(" ".join(words), 0)
    if width == 0 or (attribute in INDICES and width != 1):
        allowed = (
            "uint or ushort" if attribute in INDICES else "uint, uint2, uint3, ushort, ushort2 or ushort3"
        )
        raise Refusal(program.line(tokens[0]), f"[[{attribute}]] is {allowed}, not {' '.join(words)}.")
    return width


def _demand_buffer(program: Program, tokens: list[int], name: str) -> None:
    words = [program.text(at) for at in tokens]
    if "threadgroup" in words:
        raise Refusal(
            program.line(tokens[0]),
            f"compile_shader gives no dynamic threadgroup memory; declare {name!r} in the kernel.",
        )
    if not SPACES & set(words):
        raise Refusal(
            program.line(tokens[0]),
            f"the kernel's parameter {name!r} is neither 'device' nor 'constant' and has no attribute.",
        )
    if words[-2] not in ("*", "&"):
        raise Refusal(
            program.line(tokens[0]), f"the kernel's parameter {name!r} is no pointer and no reference."
        )


def _demand_one_width(program: Program, kernel: Function, widths: dict[str, int]) -> None:
    positions = {name: width for name, width in widths.items() if name in POSITIONS}
    if len(set(positions.values())) > 1:
        raise Refusal(
            program.line(kernel.head),
            f"Metal wants {' and '.join(map(repr, positions))} to be all scalars or all of one length.",
        )
