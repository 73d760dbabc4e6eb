"""English numbers from ten to ninety-nine, in figures: who reads "seventeen" may write 7, but 17 stays 17."""

import re
from collections.abc import Iterator, Sequence

from streamtts.types import Span

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = (
    {word: value for value, word in enumerate((*_UNITS, *_TEENS), 1)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {
        f"{ten}-{unit}": 10 * value + more
        for value, ten in enumerate(_TENS, 2)
        for more, unit in enumerate(_UNITS, 1)
    }
)
_WORD = rf"(?:{'|'.join((*_UNITS, *_TEENS, *_TENS, 'hundred', 'thousand', 'million', 'billion', 'point'))})\b"
# All that is one number, so that no part of it is taken for one; no ordinal, nor "thirty-something".
_NUMBER = re.compile(
    rf"(?<![\w.])(?<!\d[ -]){_WORD}(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and ){_WORD})*+"
    r"(?![\w]|['’.]\w|-(?:[a-z]*(?:st|nd|rd|th)s?|something|odd)\b)",
    re.IGNORECASE,
)


def in_figures(text: str, protected: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """The text with such numbers in figures, outside of what is protected, and where that is now."""
    edits = [
        (begin, end, str(value))
        for begin, end, value in _numbers(text)
        if not any(start < end and begin < stop for start, stop, _ in protected)
    ]
    if not edits:
        return text, tuple(protected)

    def moved(place: int) -> int:
        return place + sum(len(figures) - (end - begin) for begin, end, figures in edits if end <= place)

    parts, done = [], 0
    for begin, end, figures in edits:
        parts += [text[done:begin], figures]
        done = end
    spans = tuple((moved(start), moved(stop), kind) for start, stop, kind in protected)
    return "".join([*parts, text[done:]]), spans


def _numbers(text: str) -> Iterator[tuple[int, int, int]]:
    for found in _NUMBER.finditer(text):
        value = _VALUES.get(found[0].lower(), 0)
        if value >= _VALUES["ten"]:
            yield *found.span(), value
