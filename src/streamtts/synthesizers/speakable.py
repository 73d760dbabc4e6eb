"""What of a text can be spoken, in pieces of bounded length: text comes from logs and may hold anything."""

import re
from collections.abc import Iterator
from unicodedata import category

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # they shape letters in several scripts
_PAUSE = re.compile(r"[,;:.!?)\]\u2014\u2026]\s|[、。，．：；！？」』）]")


def pieces(text: str, limit: int) -> Iterator[str]:
    """The speakable pieces of `text`, none longer than `limit`, cut where a speaker might pause."""
    rest = cleaned(text)
    start = 0
    while start < len(rest):
        end = _cut(rest, start, limit)
        piece = rest[start:end].strip()
        if has_words(piece):
            yield piece
        start = end


def has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def cleaned(text: str) -> str:
    """Without what no voice can say: control and format characters, lone surrogates, unassigned ones."""
    return " ".join(text.translate(_UNSPEAKABLE).split())


def _cut(text: str, start: int, limit: int) -> int:
    end = start + limit
    if end >= len(text):
        return len(text)
    middle = start + limit // 2
    for pause in _PAUSE.finditer(text, middle, end):
        middle = pause.end()
    if middle > start + limit // 2:
        return middle
    return text.rfind(" ", start + 1, end) + 1 or end


class _Unspeakable(dict[int, str | int]):
    """A table for str.translate that fills itself."""

    def __missing__(self, code: int) -> str | int:
        kind = category(chr(code))
        if not kind.startswith("C") or chr(code) in _JOINERS:
            self[code] = code
        else:
            self[code] = "" if kind == "Cf" else " "
        return self[code]


_UNSPEAKABLE = _Unspeakable()
