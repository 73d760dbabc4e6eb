"""A Metal source as the simulator sees it: tokens, brackets, and what is defined at which place."""

from dataclasses import dataclass, field

from metal.simulator.errors import Refusal
from metal.simulator.tokens import Token, partners, tokenize


@dataclass(frozen=True)
class Parameter:
    """A kernel's parameter: a buffer's number, or the attribute that fills it."""

    name: str
    attribute: str
    buffer: int


@dataclass
class Function:
    """A function with a body: token numbers, each range without its last."""

    name: str
    scope: str
    head: int
    parameters: tuple[int, int]
    body: tuple[int, int]
    is_kernel: bool = False
    is_template: bool = False
    is_method: bool = False
    host_name: str | None = None
    signature: list[Parameter] = field(default_factory=list)
    max_threads: int = 1024


@dataclass(frozen=True)
class Instantiation:
    """`template [[host_name("...")]] [[kernel]] void name<...>(...);`"""

    host_name: str | None
    name: str
    scope: str
    arguments: str
    line: int
    tokens: tuple[int, int]


class Program:
    """Tokens and their brackets."""

    def __init__(self, preprocessed: str) -> None:
        self.tokens: list[Token] = list(tokenize(preprocessed))
        self.partner = partners(self.tokens)
        self.inside = self._enclosing()
        self.functions: list[Function] = []
        self.instantiations: list[Instantiation] = []
        self.records: list[tuple[int, tuple[int, int]]] = []

    def _enclosing(self) -> list[int]:
        """For each token the innermost bracket that is open around it, or -1."""
        open_ones, found = [-1], list[int]()
        for index in range(len(self.tokens)):
            if self.partner.get(index, index) < index:
                open_ones.pop()
            found.append(open_ones[-1])
            if self.partner.get(index, index) > index:
                open_ones.append(index)
        return found

    def text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def kind(self, index: int) -> str:
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def line(self, index: int) -> int:
        return self.tokens[min(index, len(self.tokens) - 1)].line if self.tokens else 1

    def joined(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self.tokens[start:end])

    def behind_brackets(self, index: int) -> int:
        """The token behind the `(...)` that must stand here."""
        if self.text(index) != "(":
            raise Refusal(self.line(index), f"a '(' was expected before {self.text(index)!r}.")
        return self.partner[index] + 1

    def is_attribute(self, index: int) -> bool:
        return self.text(index) == "[" == self.text(index + 1)

    def is_in_attribute(self, index: int) -> bool:
        while index >= 0 and not self.is_attribute(index):
            index = self.inside[index]
        return index >= 0

    def after_angles(self, index: int) -> int:
        """The token after the `>` that closes the `<` at index."""
        depth, at = 0, index
        while at < len(self.tokens):
            text = self.text(at)
            if text in ("(", "[", "{"):
                at = self.partner[at]
            elif text in (";", "}", ")", "]"):
                break
            depth += {"<": 1, ">": -1, ">>": -2}.get(text, 0)
            at += 1
            if depth <= 0:
                return at
        raise Refusal(self.line(index), "the '<' here is never closed by a '>'.")

    def function_around(self, index: int) -> Function | None:
        """The innermost function in whose body the token stands."""
        around = [f for f in self.functions if f.body[0] <= index < f.body[1]]
        return max(around, key=lambda function: function.body[0], default=None)

    def parameters_around(self, index: int) -> Function | None:
        """The function in whose parameters the token stands."""
        return next((f for f in self.functions if f.parameters[0] <= index < f.parameters[1]), None)
