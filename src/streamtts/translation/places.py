"""Places in files: of "parser.rs line 142" the name stays as it is, and the line is translated."""

import re
from collections.abc import Sequence

from streamtts.types import Span

_PLACE = re.compile(r"(\S+) lines? \d+(?: to \d+)?")  # as the text core words parser.rs:142


def without_lines(text: str, protected: Sequence[Span]) -> tuple[Span, ...]:
    """What is protected, code that is such a place up to the end of the file's name."""
    return tuple(_narrowed(text, span) for span in protected)


def _narrowed(text: str, span: Span) -> Span:
    begin, end, kind = span
    found = _PLACE.fullmatch(text, begin, end) if kind == "code" else None
    return (begin, found.end(1), "file") if found else span
