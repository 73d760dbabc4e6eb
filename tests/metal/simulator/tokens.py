"""Preprocessed Metal to tokens; a character that begins none is refused."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from metal.simulator.errors import Refusal

TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\f\v]+)
  | (?P<newline>\n)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<character>'(?:[^'\\\n]|\\.)*')
  | (?P<mark>\.\.\.|<<=|>>=|->\*|::|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=
      |[-+*/%&|^~!=<>?:;,.(){}\[\]])
    """,
    re.VERBOSE,
)
LINE_MARKER = re.compile(r'#\s*(?:line\s+)?(\d+)\s+"((?:[^"\\]|\\.)*)"')
HARMLESS_PRAGMA = re.compile(r"#\s*pragma\s+(unroll|nounroll|clang\s+(loop|diagnostic|fp)|METAL|once|GCC)\b")
DEPTH = 200
OPENING = {"(": ")", "[": "]", "{": "}"}


class Token(NamedTuple):
    kind: str
    text: str
    line: int


def tokenize(preprocessed: str) -> Iterator[Token]:
    """The source's tokens, numbered by its own lines."""
    line, at = 1, 0
    while at < len(preprocessed):
        if preprocessed[at] == "#":
            line, at = _directive(preprocessed, line, at)
            continue
        match = TOKEN.match(preprocessed, at)
        if match is None:
            raise Refusal(line, f"{preprocessed[at]!r} begins nothing that Metal knows.")
        at = match.end()
        if match.lastgroup == "newline":
            line += 1
        elif match.lastgroup != "space":
            yield Token(str(match.lastgroup), match[0], line)


def _directive(text: str, line: int, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    marker = LINE_MARKER.match(text, at, end)
    if marker is not None:
        return int(marker[1]), end + 1
    if HARMLESS_PRAGMA.match(text, at, end) is None:
        raise Refusal(line, f"{text[at:end]!r} is not understood; remove it.")
    return line, end


def partners(tokens: list[Token]) -> dict[int, int]:
    """Every bracket's other one, in both directions."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in OPENING:
            waiting.append(index)
            if len(waiting) > DEPTH:
                raise Refusal(token.line, f"more than {DEPTH} brackets are open here.")
        elif token.text in OPENING.values():
            if not waiting or OPENING[tokens[waiting[-1]].text] != token.text:
                raise Refusal(token.line, f"{token.text!r} closes nothing that is open.")
            found[index] = waiting.pop()
            found[found[index]] = index
    if waiting:
        last = tokens[waiting[-1]]
        raise Refusal(last.line, f"{last.text!r} is never closed.")
    return found
