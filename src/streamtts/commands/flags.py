"""What can be typed after each command, as its parser knows it."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from streamtts.parsers import SUBCOMMANDS, Parser, main_parser

MAIN = ""
FILE = "FILE"
_LISTED = {"voice": "voices", "translator": "translators", "names": "models", "deed": "engines"}
_AFTER = {"voiced": {"list": "engines", "add": FILE, "rm": "own-voices", "play": "own-voices"}}


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag, or words that stand for themselves (then without names)."""

    names: tuple[str, ...]
    help: str
    takes_value: bool
    metavar: str
    choices: tuple[str, ...]
    repeats: bool
    listed: str = ""  # the list that `streamtts completion --list` gives of what it takes
    after: Mapping[str, str] = field(default_factory=dict)  # the same behind each action; FILE is a file

    @property
    def takes_file(self) -> bool:
        return self.takes_value and self.metavar == FILE


@dataclass(frozen=True, slots=True)
class CommandFlags:
    """A command; MAIN is speaking itself."""

    name: str
    summary: str
    flags: tuple[Flag, ...]
    words: tuple[Flag, ...]


def commands() -> Iterator[CommandFlags]:
    yield _command(MAIN, "", main_parser())
    for name, subcommand in SUBCOMMANDS.items():
        yield _command(name, subcommand.summary, subcommand.parser())


def _command(name: str, summary: str, parser: Parser) -> CommandFlags:
    known = [_flag(action) for action in parser._actions if action.help != argparse.SUPPRESS]
    flags = tuple(flag for flag in known if flag.names)
    return CommandFlags(name, summary, flags, tuple(flag for flag in known if not flag.names))


def _flag(action: argparse.Action) -> Flag:
    return Flag(
        names=tuple(action.option_strings),
        help=(action.help or "").replace("%%", "%"),
        takes_value=action.nargs != 0,
        metavar=str(action.metavar or ""),
        choices=tuple(map(str, action.choices or ())),
        listed=_LISTED.get(action.dest, ""),
        after=_AFTER.get(action.dest, {}),
        repeats=action.nargs == "*" or isinstance(action, argparse._AppendAction),
    )
