"""Walks through a source's declarations and notes its functions, structs and instantiations."""

from dataclasses import dataclass

from metal.simulator.attributes import Attribute, attributes_in
from metal.simulator.errors import Refusal
from metal.simulator.program import Function, Instantiation, Program

RECORDS = {"struct", "class", "union"}


def read_declarations(program: Program) -> None:
    _Reader(program).block(0, len(program.tokens), scope="", inside_record=False)
    for function in program.functions:
        if function.is_kernel and program.joined(*function.parameters) == "void":
            raise Refusal(program.line(function.head), "write () for a kernel without parameters.")


class _Reader:
    def __init__(self, program: Program) -> None:
        self.program = program

    def block(self, start: int, end: int, scope: str, inside_record: bool) -> None:
        """What stands between a namespace's or a record's braces."""
        at = start
        while at < end:
            at = self.declaration(at, end, scope, inside_record)

    def declaration(self, at: int, end: int, scope: str, inside_record: bool) -> int:
        program, text = self.program, self.program.text(at)
        if text == ";":
            return at + 1
        if inside_record and text in ("public", "private", "protected") and program.text(at + 1) == ":":
            return at + 2
        if text == "namespace" or (text == "inline" and program.text(at + 1) == "namespace"):
            return self.namespace(at, end, scope)
        if text in ("using", "typedef", "static_assert", "friend"):
            return self.semicolon(at, end)
        if text == "template" and program.text(at + 1) != "<":
            return self.instantiation(at, end, scope)
        return self.definition(at, end, scope, inside_record)

    def semicolon(self, at: int, end: int) -> int:
        while at < end and self.program.text(at) != ";":
            at = self.program.partner[at] + 1 if self.program.text(at) in ("(", "[", "{") else at + 1
        if at >= end:
            raise Refusal(self.program.line(at), "this declaration never ends in ';'.")
        return at + 1

    def namespace(self, at: int, end: int, scope: str) -> int:
        program = self.program
        brace = at
        while brace < end and program.text(brace) not in ("{", ";"):
            brace += 1
        if program.text(brace) != "{":
            return brace + 1
        name = program.joined(at, brace).replace("inline ", "").removeprefix("namespace").replace(" ", "")
        close = program.partner[brace]
        self.block(brace + 1, close, f"{scope}{name}::" if name else scope, inside_record=False)
        return close + 1

    def instantiation(self, at: int, end: int, scope: str) -> int:
        program = self.program
        last = self.semicolon(at, end) - 1
        attributes = attributes_in(program, at, last)
        is_kernel = "kernel" in {a.name for a in attributes} or "kernel" in self.words(at, last)
        if not is_kernel:
            return last + 1
        stop = last
        if program.text(last - 1) == ")":
            stop = program.partner[last - 1]
        opening = _opening_angle(program, at, stop)
        if opening is None:
            raise Refusal(program.line(at), "write the kernel's template arguments: name<...>.")
        first = opening - 1
        while program.text(first - 1) == "::" and program.kind(first - 2) == "name":
            first -= 2
        self.program.instantiations.append(
            Instantiation(
                _host_name(attributes),
                program.joined(first, opening).replace(" ", ""),
                scope,
                program.joined(opening, stop),
                program.line(at),
                (at, last + 1),
            )
        )
        return last + 1

    def words(self, start: int, end: int) -> set[str]:
        """Names outside of brackets."""
        found, at = set[str](), start
        while at < end:
            if self.program.text(at) in ("(", "[", "{"):
                at = self.program.partner[at]
            elif self.program.kind(at) == "name":
                found.add(self.program.text(at))
            at += 1
        return found

    def definition(self, head: int, end: int, scope: str, inside_record: bool) -> int:
        """A function, a record, a variable: whichever its first bracket shows it to be."""
        program, at = self.program, head
        while program.text(at) == "template":
            at = program.after_angles(at + 1)
        if program.text(at) == "using":
            return self.semicolon(at, end)
        shape = _Shape(head, scope, inside_record)
        while at < end:
            if program.text(at) == ";":
                self.refuse_free_variable(shape, at)
                return at + 1
            if program.text(at) == "{":
                if self.is_body(shape, at):
                    self.function(shape, (at + 1, program.partner[at]))
                    return program.partner[at] + 1
                self.record(shape, at)
                at = program.partner[at]
            else:
                at = self.step(shape, at)
            at += 1
        raise Refusal(program.line(head), "this declaration never ends.")

    def step(self, shape: "_Shape", at: int) -> int:
        """Notes what a token says of the declaration; returns the last token that it is about."""
        program, text = self.program, self.program.text(at)
        undecided = shape.parameters is None and not shape.is_initialised
        if text == "[":
            return program.partner[at]
        if text in RECORDS | {"enum"} and shape.parameters is None:
            shape.record = text
        elif (
            text == "<"
            and program.kind(at - 1) == "name"
            and program.text(at - 1) != "operator"
            and undecided
        ):
            return program.after_angles(at) - 1
        elif text == "=" and program.text(at - 1) != "operator":
            shape.is_initialised = True
        elif text == "(":
            if undecided and program.text(at - 1) not in ("decltype", "alignas", "__attribute__", "explicit"):
                if program.text(at - 1) == "operator":
                    at = program.behind_brackets(at)
                shape.parameters = (at + 1, program.behind_brackets(at) - 1)
            return program.partner[at]
        return at

    def is_body(self, shape: "_Shape", brace: int) -> bool:
        """Whether a brace opens a function, and no value nor `: member{...}` of a constructor."""
        if shape.parameters is None or shape.is_initialised:
            return False
        between = {self.program.text(i) for i in range(shape.parameters[1], brace)}
        return not (":" in between and self.program.kind(brace - 1) == "name")

    def record(self, shape: "_Shape", brace: int) -> None:
        if shape.record in RECORDS and shape.parameters is None and not shape.is_initialised:
            body = (brace + 1, self.program.partner[brace])
            self.program.records.append((shape.head, body))
            self.block(*body, shape.scope, inside_record=True)

    def refuse_free_variable(self, shape: "_Shape", end: int) -> None:
        """What is no function, no type and no object's member lives in 'constant' memory."""
        if shape.parameters is not None or (shape.record is not None and not shape.is_initialised):
            return
        words = self.words(shape.head, end)
        if "constant" not in words and (not shape.inside_record or "static" in words):
            raise Refusal(
                self.program.line(shape.head),
                "a variable outside of functions must be 'constant', which this one is not.",
            )

    def function(self, shape: "_Shape", body: tuple[int, int]) -> None:
        program, head = self.program, shape.head
        parameters = shape.parameters or body
        attributes = attributes_in(program, head, parameters[0])
        words = self.words(head, parameters[0] - 1)
        name = program.text(parameters[0] - 2)
        function = Function(name, shape.scope, head, parameters, body)
        function.is_template = program.text(head) == "template"
        function.is_method = shape.inside_record
        function.is_kernel = "kernel" in {a.name for a in attributes} | words
        function.host_name = _host_name(attributes)
        for attribute in attributes:
            if attribute.name == "max_total_threads_per_threadgroup" and attribute.argument.isdigit():
                function.max_threads = min(1024, int(attribute.argument))
        if function.is_kernel and "void" not in words:
            raise Refusal(program.line(head), f"the kernel {name!r} must return void.")
        program.functions.append(function)


@dataclass
class _Shape:
    """What is known so far of a declaration."""

    head: int
    scope: str
    inside_record: bool
    parameters: tuple[int, int] | None = None
    record: str | None = None
    is_initialised: bool = False


def _host_name(attributes: list[Attribute]) -> str | None:
    for attribute in attributes:
        if attribute.name == "host_name":
            if not attribute.argument.startswith('"'):
                raise Refusal(attribute.line, '[[host_name("...")]] takes a string.')
            return attribute.argument.replace('" "', "").strip('"')
    return None


def _opening_angle(program: Program, start: int, stop: int) -> int | None:
    """The `<` that the `>` before stop closes."""
    if program.text(stop - 1) not in (">", ">>"):
        return None
    for at in range(start, stop):
        if program.text(at) == "<" and program.kind(at - 1) == "name" and program.after_angles(at) == stop:
            return at
    return None
