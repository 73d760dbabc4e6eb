"""The lines of a trace, believed field by field: anybody may have written them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from streamtts.reported.run import Words
from streamtts.shown.terminal import printable

Record = Mapping[str, object]

_LONGEST_LINE = 16 * 1024 * 1024
_LONGEST_TIME_MS = 1e13  # three hundred years
_KEPT_CHARACTERS = 1_500
_NAME_CHARACTERS = 60
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


def records(file: BinaryIO) -> Iterator[Record | None]:
    """An object for each line; None for one that is none."""
    while line := file.readline(_LONGEST_LINE):
        if line.endswith(b"\n") or len(line) < _LONGEST_LINE:
            if line.strip():
                yield _record(line)
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_LONGEST_LINE)
        yield None


def _record(line: bytes) -> Record | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def number(record: Record, name: str) -> float | None:
    """A time, a speed: a number, and not beyond all sense."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _LONGEST_TIME_MS else None


def time_ms(record: Record, name: str) -> float | None:
    value = number(record, name)
    return value if value is not None and value >= 0 else None


def count(record: Record, name: str) -> int | None:
    value = time_ms(record, name)
    return int(value) if value is not None and value == int(value) else None


def words(record: Record, name: str) -> Words | None:
    value = record.get(name)
    if not isinstance(value, str):
        return None
    return Words(_beginning(value, _KEPT_CHARACTERS), len(value))


def name(record: Record, field: str) -> str:
    """Of an engine, a language, a reason."""
    value = record.get(field)
    return _beginning(value, _NAME_CHARACTERS) if isinstance(value, str) else ""


def language(record: Record) -> str:
    value = record.get("language")
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else ""


def _beginning(text: str, characters: int) -> str:
    shown = printable(text[: characters + 1])
    return shown if len(text) <= characters else shown[:characters].rstrip() + "…"
