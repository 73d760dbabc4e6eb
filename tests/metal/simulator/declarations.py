"""Walks through a source's declarations and notes its functions, structs and instantiations."""

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
        is_template = program.text(at) == "template"
        while program.text(at) == "template":
            at = program.after_angles(at + 1)
        parameters: tuple[int, int] | None = None
        record: str | None = None
        initialised = False
        while at < end:
            text = program.text(at)
            if text == ";":
                return at + 1
            if text == "[":
                at = program.partner[at]
            elif text in RECORDS | {"enum"} and parameters is None:
                record = text
            elif text == "<" and program.kind(at - 1) == "name" and parameters is None and not initialised:
                at = program.after_angles(at) - 1
            elif text == "=" and not _names_an_operator(program, at):
                initialised = True
            elif text == "(":
                if parameters is None and not initialised and not _is_specifier(program.text(at - 1)):
                    if program.text(at - 1) == "operator":
                        at = program.partner[at] + 1
                    parameters = (at + 1, program.partner[at])
                at = program.partner[at]
            elif text == "{":
                close = program.partner[at]
                if parameters is not None and not initialised:
                    if program.text(at - 1) == "=" or _is_member_initialiser(program, at, parameters[1]):
                        at = close
                    else:
                        self.function(head, scope, parameters, (at + 1, close), is_template)
                        program.functions[-1].is_method = inside_record
                        return close + 1
                elif record in RECORDS and not initialised:
                    program.struct_bodies.append((at + 1, close))
                    self.block(at + 1, close, scope, inside_record=True)
                at = close
            at += 1
        raise Refusal(program.line(head), "this declaration never ends.")

    def function(
        self, head: int, scope: str, parameters: tuple[int, int], body: tuple[int, int], is_template: bool
    ) -> None:
        program = self.program
        attributes = attributes_in(program, head, parameters[0])
        name = program.text(parameters[0] - 2)
        function = Function(name, scope, head, parameters, body, is_template=is_template)
        function.is_kernel = "kernel" in {a.name for a in attributes} or "kernel" in self.words(
            head, parameters[0] - 1
        )
        function.host_name = _host_name(attributes)
        for attribute in attributes:
            if attribute.name == "max_total_threads_per_threadgroup" and attribute.argument.isdigit():
                function.max_threads = min(1024, int(attribute.argument))
        if function.is_kernel and "void" not in self.words(head, parameters[0] - 1):
            raise Refusal(program.line(head), f"the kernel {name!r} must return void.")
        program.functions.append(function)


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


def _is_specifier(text: str) -> bool:
    return text in ("decltype", "alignas", "__attribute__", "explicit", "noexcept")


def _names_an_operator(program: Program, at: int) -> bool:
    return program.text(at - 1) == "operator"


def _is_member_initialiser(program: Program, brace: int, after: int) -> bool:
    """`: member{...}` of a constructor: a brace behind a name, after the colon."""
    return ":" in [program.text(i) for i in range(after, brace)] and program.kind(brace - 1) == "name"
