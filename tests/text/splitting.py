"""Helpers for the splitter's tests."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict, cast

from streamtts._core import Splitter

DATA = Path(__file__).parent.parent / "data"
CODE_BEGIN, CODE_END, LOWER_AHEAD, OTHER_AHEAD = "\x0e", "\x0f", "\x10", "\x11"
MARKS = CODE_BEGIN + CODE_END + LOWER_AHEAD + OTHER_AHEAD


class Case(TypedDict, total=False):
    id: int
    cat: str
    text: str
    sentences: list[str]
    spoken: list[str]


def cases(name: str) -> list[Case]:
    return cast("list[Case]", json.loads((DATA / name).read_text(encoding="utf-8")))


def split(chunks: Iterable[str], *, eager: bool = False) -> list[str]:
    splitter = Splitter(eager=eager)
    found = [sentence for chunk in chunks for sentence in splitter.feed(chunk)]
    return found + splitter.finish()


def released(text: str, *, eager: bool = False) -> list[tuple[str, int]]:
    """Each sentence that came before the end of input, and how many characters had been fed by then."""
    splitter = Splitter(eager=eager)
    return [(sentence, fed) for fed, c in enumerate(text, 1) for sentence in splitter.feed(c)]


def without_blanks(text: str) -> str:
    return "".join(text.translate(dict.fromkeys(map(ord, MARKS))).split())
