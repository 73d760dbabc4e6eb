"""The lines of a trace, believed field by field: anybody may have written them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from streamtts.reported.run import Words
from streamtts.shown.terminal import printable

Record = Mapping[str, object]

_LONGEST_LINE = 16 * 1024 * 1024
_FOREIGN_LINES, _FOREIGN_BYTES = 10_000, 4 * _LONGEST_LINE
_LONGEST_TIME_MS = 1e13  # three hundred years
_KEPT_CHARACTERS = 1_500
_NAME_CHARACTERS = 60
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


class NoTraceError(Exception):
    """Why a file is given up before its end, if it has one."""


class Patience:
    """How much is read, in a row, that is of no trace."""

    def __init__(self) -> None:
        self._lines = self._bytes = 0

    def spend(self, line: bytes) -> None:
        self._lines += 1
        self._bytes += len(line)
        if len(line) > _LONGEST_LINE:
            raise NoTraceError(f"it has a line of more than {_LONGEST_LINE // 1024 // 1024} MB")
        if self._lines > _FOREIGN_LINES or self._bytes > _FOREIGN_BYTES:
            raise NoTraceError(f"{self._lines:,} of its lines, in a row, are of none")

    def renew(self) -> None:
        self._lines = self._bytes = 0


def records(file: BinaryIO, patience: Patience) -> Iterator[Record | None]:
    """An object for each line that is not blank; None for one that is none."""
    while line := file.readline(_LONGEST_LINE + 1):
        patience.spend(line)
        if line.strip():
            yield _record(line)


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
