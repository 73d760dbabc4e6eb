"""What a setting is: its names in the shell, the environment and the file, and which values it takes."""

import difflib
import math
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Literal

from streamtts.shown.terminal import clip, printable

VARIABLE_PREFIX = "STREAMTTS_"

_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_MOST_SHOWN = 200


class Group(StrEnum):
    """The headings under which settings are explained."""

    LANGUAGE = "language"
    VOICE = "voice"
    HEARD = "what is heard"
    PACE = "keeping up"
    SHOWN = "what is shown and saved"
    CONTROL = "controls"
    ENGINES = "engines"


class Kind(StrEnum):
    TEXT = "text"
    LIST = "list"
    SWITCH = "switch"
    NUMBER = "number"
    COUNT = "count"
    CHOICE = "choice"
    PATH = "path"
    TABLES = "tables"


class Refused(ValueError):  # noqa: N818 - its message is advice, not a fault
    """The value is not one of those allowed; the message says which are, as in `give a number above 0`."""


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside a field of Config."""

    help: str
    group: Group
    name: str = ""  # where it differs from the field's
    short: str = ""
    metavar: str = ""
    low: float = -math.inf
    high: float = math.inf
    parse: Callable[[str], str] | None = None  # raises Refused
    suffixes: tuple[str, ...] = ()
    example: str = ""  # where the default shows nothing
    beside_file: bool = False  # a relative path in the file counts from the file's folder


def about(help: str, group: Group, **more: Any) -> Mapping[str, About]:  # noqa: A002 - argparse's own word
    return {"about": About(help, group, **more)}


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of Config as a user meets it."""

    field: str
    name: str  # in the file
    kind: Kind
    default: object
    choices: tuple[str, ...]
    about: About

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        return f"{VARIABLE_PREFIX}{self.name.upper()}"

    @property
    def default_text(self) -> str:
        """The default as one would type it; empty if that is nothing."""
        if isinstance(self.default, float):
            return f"{self.default:g}"
        return "" if self.default in (None, ()) else str(self.default)

    @property
    def metavar(self) -> str:
        return self.about.metavar or "|".join(self.choices)

    def from_text(self, text: str) -> object:
        """The value that a flag's or a variable's text stands for."""
        match self.kind:
            case Kind.SWITCH:
                return _switch(text)
            case Kind.NUMBER:
                return self._within(_converted(float, text, self._range()))
            case Kind.COUNT:
                return self._within(_converted(int, text, self._range()))
            case Kind.LIST:
                return tuple(self._text(part.strip()) for part in text.split(",") if part.strip())
            case Kind.TABLES:
                raise Refused("set it in the configuration file")
            case _:
                return self._word(text)

    def from_value(self, value: object) -> object:
        """The value that the file gives, or a program."""
        match self.kind, value:
            case Kind.SWITCH, bool():
                return value
            case ((Kind.NUMBER | Kind.COUNT), bool()):
                raise Refused(f"give {self._range()}")
            case (Kind.NUMBER, (int() | float()) as number) | (Kind.COUNT, int() as number):
                within = self._within(number)
                return within if self.kind is Kind.COUNT else float(within)
            case ((Kind.TEXT | Kind.CHOICE | Kind.PATH), str()) | (Kind.PATH, Path()):
                return self._word(str(value))
            case Kind.LIST, str():
                return self.from_text(value)
            case Kind.LIST, (list() | tuple()) if all(isinstance(part, str) for part in value):
                return tuple(self._text(part) for part in value)
            case Kind.TABLES, dict():
                return value
            case _:
                raise Refused(f"give {self._expected()}")

    def _word(self, text: str) -> object:
        if self.kind is Kind.CHOICE:
            if text not in self.choices:
                near = difflib.get_close_matches(text.lower(), self.choices, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise Refused(f"give {_either(self.choices)}{hint}")
            return text
        if self.kind is Kind.PATH:
            return self._path(text)
        return self._text(text)

    def _text(self, text: str) -> str:
        if "\0" in text or not _is_unicode(text):
            raise Refused("give plain text")
        if self.about.parse:
            return self.about.parse(text)
        if not text:
            raise Refused("give a name")
        return text

    def _path(self, text: str) -> Path:
        if not text or "\0" in text:
            raise Refused("give the name of a file")
        suffixes = self.about.suffixes
        if suffixes and Path(text).suffix.lower() not in suffixes:
            raise Refused(f"give a file name that ends in {_either(suffixes)}")
        return Path(text)

    def _within(self, number: float) -> float:
        if not self.about.low <= number <= self.about.high:  # neither is NaN
            raise Refused(f"give {self._range()}")
        return number

    def _range(self) -> str:
        whole = "a whole number" if self.kind is Kind.COUNT else "a number"
        return f"{whole} from {self.about.low:g} to {self.about.high:g}"

    def _expected(self) -> str:
        match self.kind:
            case Kind.SWITCH:
                return "true or false, without quotes"
            case Kind.NUMBER | Kind.COUNT:
                return f"{self._range()}, without quotes"
            case Kind.CHOICE:
                return _either(tuple(f'"{choice}"' for choice in self.choices))
            case Kind.LIST:
                return 'a text in quotes, or a list of such: ["...", "..."]'
            case Kind.TABLES:
                return f"a table: [{self.name}.NAME]"
            case _:
                return "a text in quotes"


def settings_of(config: type[Any]) -> tuple[Setting, ...]:
    """The settings that the fields of a dataclass declare with `about`."""
    hints = typing.get_type_hints(config)
    return tuple(_setting(field, hints[field.name]) for field in fields(config))


def shown(value: object) -> str:
    """A value as it may stand in a sentence: on one line, and not a book."""
    return f"'{clip(printable(str(value)[: 2 * _MOST_SHOWN]), _MOST_SHOWN)}'"


def _setting(field: "Field[Any]", hint: Any) -> Setting:
    told: About = field.metadata["about"]
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    choices = typing.get_args(hint) if typing.get_origin(hint) is Literal else ()
    return Setting(field.name, told.name or field.name, _kind(hint), default, choices, told)


def _kind(hint: Any) -> Kind:
    simple = {bool: Kind.SWITCH, int: Kind.COUNT, float: Kind.NUMBER, str: Kind.TEXT}
    origin = typing.get_origin(hint)
    if origin is Literal:
        return Kind.CHOICE
    if origin is tuple:
        return Kind.LIST
    if origin is UnionType:
        return Kind.PATH
    return simple.get(hint, Kind.TABLES)


def _switch(text: str) -> bool:
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise Refused("give on or off")
    return word in _YES


def _converted(to: Callable[[str], float], text: str, allowed: str) -> float:
    try:
        return to(text)
    except ValueError:
        raise Refused(f"give {allowed}") from None


def _is_unicode(text: str) -> bool:
    """A word of the shell may hold bytes that are no text, as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _either(words: tuple[str, ...]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
