"""What of a text can be spoken, in pieces of bounded length: text comes from logs and may hold anything."""

import re
from collections.abc import Iterator
from unicodedata import category, normalize

from streamtts.engine import STRESS_BEGIN, STRESS_END

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # they shape letters in several scripts
# Nobody names a number of 16 digits; voices that try fail, and a word without end takes them quadratic time.
_LONG_NUMBER = re.compile(r"\d{16,}")
_LONG_ROW = re.compile(r"(?:\d+,){8,}")
_LONG_WORD = re.compile(r"[!-~\u00a0-\u024f]{48}")
_PAUSE = re.compile(r"[,;:.!?)\]\u2014\u2026]\s|[、。，．：；！？」』）]")
_BLANK = re.compile(r"\s")
# They go with what is before them: by itself a question mark is not heard.
_CLOSING = frozenset(".,;:!?)]}\"'\u2019\u201d\u00bb\u2026、。，．：；！？」』）】")
_MOST_CLOSING = 8
_AS_TWO = {0x203C: "!!", 0x203D: "?!", 0x2047: "??", 0x2048: "?!", 0x2049: "!?"}  # signs that no voice knows


def pieces(text: str, limit: int) -> Iterator[str]:
    """The speakable pieces of `text`, none longer than `limit`, cut where a speaker might pause."""
    return (piece for piece in cut(cleaned(text), limit) if has_words(piece))


def cut(text: str, limit: int) -> Iterator[str]:
    """All of `text` in parts of at most `limit` characters."""
    start = 0
    while start < len(text):
        end = _cut(text, start, limit)
        yield text[start:end].strip()
        start = end


def has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def cleaned(text: str, *, marked: bool = False) -> str:
    """Without what no voice can say (control characters, lone surrogates); endless words and numbers cut.

    Marks of stressed words stay where they are `marked`.
    """
    unspeakable = _UNSPEAKABLE_BUT_MARKS if marked else _UNSPEAKABLE
    text = normalize("NFC", " ".join(text.translate(unspeakable).split()))
    text = _LONG_NUMBER.sub(lambda found: " ".join(found[0]), text)
    text = _LONG_ROW.sub(lambda found: found[0].replace(",", ", "), text)
    return _LONG_WORD.sub(r"\g<0> ", text)


def _cut(text: str, start: int, limit: int) -> int:
    end = start + limit
    if end >= len(text):
        return len(text)
    for pauses, first, last in ((_PAUSE, start + limit // 2, end), (_BLANK, start + 1, end + 1)):
        places = [pause.end() for pause in pauses.finditer(text, first, last)]
        if places := [place for place in places if text[place : place + 2].lstrip()[:1] not in _CLOSING]:
            return places[-1]
    near = range(end, max(start, end - _MOST_CLOSING), -1)
    return next((place for place in near if text[place] not in _CLOSING and text[place] != " "), end)


class _Unspeakable(dict[int, str | int]):
    """A table for str.translate that fills itself."""

    def __init__(self, kept: str) -> None:
        super().__init__({**_AS_TWO, **{ord(c): ord(c) for c in kept}})

    def __missing__(self, code: int) -> str | int:
        kind = category(chr(code))
        if not kind.startswith("C"):
            self[code] = code
        else:
            self[code] = "" if kind == "Cf" else " "
        return self[code]


_UNSPEAKABLE = _Unspeakable(_JOINERS)
_UNSPEAKABLE_BUT_MARKS = _Unspeakable(_JOINERS + STRESS_BEGIN + STRESS_END)
