"""Writes docs/streamtts.1, the manual page, from the texts of --help; --check tells whether it is fresh."""

import argparse
import re
import sys
import textwrap
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from streamtts import __version__, helptext
from streamtts.configuration.settings import Group
from streamtts.parsers import SUBCOMMANDS, Parser, main_parser

COMMITTED = Path(__file__).resolve().parent.parent / "docs/streamtts.1"

FILES = """\
files:
  ~/.config/streamtts/config.toml    the settings; $XDG_CONFIG_HOME moves it
  ~/.local/share/streamtts/models    models that were fetched
  ~/.local/share/streamtts/voices    voices of your own
  $XDG_RUNTIME_DIR/streamtts         sockets of `streamtts ctl`, for nobody but you

On macOS models and voices lie in ~/Library/Application Support/streamtts, and the
sockets in a folder of $TMPDIR."""

_SETTINGS = frozenset(group.value for group in Group)
_QUOTED = re.compile(r"`([^`]+)`")
_WHOLE = re.compile(r"(?<!\S)(\S*[/_]\S*)")  # paths and variables, which are not to be hyphenated
# These are typed; other rows explain a word.
_TYPED = ("examples", "to begin with it", "to have it always")
_ROW = re.compile(r"  (\S.*?)(?:  +(\S.*))?")
_ESCAPES = {
    "\\": r"\e",
    "-": r"\-",
    "'": r"\(aq",
    "~": r"\(ti",
    "^": r"\(ha",
    "→": r"\(->",
    "←": r"\(<-",
    "\0": " ",
}
_WIDTH = 70  # of the lines in the file; whoever shows it fills them anew


def page() -> str:
    lines = [
        '.\\" Made by tools/man_page.py from the texts of --help.',
        f'.TH STREAMTTS 1 "" "streamtts {__version__}" "User Commands"',
        ".ad l",
        ".SH NAME",
        r"streamtts \- hear your coding agent while it works, in your language",
        ".SH SYNOPSIS",
        *_as_typed(textwrap.dedent(f"       {helptext.USAGE}").splitlines()),
        ".SH DESCRIPTION",
        *_text(helptext.SUMMARY),
        *_text(helptext.UNDERSTOOD),
        ".SH EXAMPLES",
        *_rows_of(helptext.EXAMPLES),
        ".SH COMMANDS",
        *_prose("A command goes first; a log of such a name is ./NAME."),
        *(line for name, command in SUBCOMMANDS.items() for line in _command(name, command.parser())),
        ".SH OPTIONS",
        *_text(helptext.SETTINGS),
        *_options(main_parser(), but=()),
        ".SH KEYS",
        *_prose(helptext.KEYS.partition(": ")[2]),
        ".SH ENVIRONMENT",
        *_rows_of(helptext.ENVIRONMENT),
        ".SH FILES",
        *_rows_of(FILES),
        ".SH EXIT STATUS",
        *_rows_of(helptext.EXIT_STATUS),
    ]
    return "\n".join(_without_empty_paragraphs(lines)) + "\n"


def _without_empty_paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """A heading begins one by itself."""
    for before, line in pairwise(["", *lines]):
        if line != ".PP" or not before.startswith((".SH", ".SS")):
            yield line


def _command(name: str, parser: Parser) -> Iterator[str]:
    yield f'.SS "streamtts {name}"'
    usage = parser.format_usage().removeprefix("usage: ").splitlines()
    yield from _as_typed(textwrap.dedent("\n".join([f"       {usage[0]}", *usage[1:]])).splitlines())
    yield from _text(parser.description or "")
    yield from _options(parser, but=_SETTINGS, headings=False)
    if _SETTINGS & {group.title for group in parser._action_groups}:
        yield from _prose("It takes the settings below, too: from --to to --offline.")


def _options(parser: Parser, *, but: Collection[str], headings: bool = True) -> Iterator[str]:
    for group in parser._action_groups:
        shown = [action for action in group._group_actions if action.help != argparse.SUPPRESS]
        if not shown or group.title in but or (group.title == "other" and not headings):
            continue
        if headings and group.title:
            yield f'.SS "{group.title[0].upper()}{group.title[1:]}"'
        for action in shown:
            yield from _row(_named(action), (action.help or "").replace("%%", "%"))


def _named(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings)
    value = action.metavar if isinstance(action.metavar, str) else ""
    return " ".join(filter(None, [names, value if action.nargs != 0 else ""]))


def _text(text: str) -> Iterator[str]:
    """Each block as what it is: prose, rows that explain words, lines to be typed."""
    for block in text.split("\n\n"):
        first, _, rows = block.partition("\n")
        if rows.startswith("  ") and first.endswith(":"):
            yield from _prose(first)
            yield from _rows_of(block)
        else:
            yield from _prose(block)


def _rows_of(text: str) -> Iterator[str]:
    """Below the first line, which is a heading; prose may follow."""
    block, *more = text.split("\n\n")
    heading, *rows = block.splitlines()
    if heading.startswith(_TYPED):
        yield from _as_typed([row.removeprefix("  ") for row in rows])
    else:
        for tag, explained in _pairs(rows):
            yield from _row(tag, explained)
    for block in more:
        yield from _prose(block)


def _pairs(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for row in rows:
        if match := _ROW.fullmatch(row):
            found.append((match[1], match[2] or ""))
        else:
            tag, explained = found[-1]
            found[-1] = tag, f"{explained} {row.strip()}".strip()
    yield from found


def _row(tag: str, explained: str) -> Iterator[str]:
    yield ".TP"
    yield rf"\fB{_escaped(tag)}\fR"
    yield from _filled(explained)


def _prose(text: str) -> Iterator[str]:
    yield ".PP"
    yield from _filled(f"{text[0].upper()}{text[1:]}")


def _filled(text: str) -> Iterator[str]:
    kept = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", "\0"), " ".join(text.split()))
    for line in textwrap.wrap(kept, _WIDTH, break_long_words=False, break_on_hyphens=False):
        yield _WHOLE.sub(r"\\%\1", _QUOTED.sub(r"\\fB\1\\fR", _escaped(line)))


def _as_typed(lines: Sequence[str]) -> Iterator[str]:
    yield ".PP"
    yield ".EX"
    yield from map(_escaped, lines)
    yield ".EE"


def _escaped(line: str) -> str:
    shown = "".join(_ESCAPES.get(letter, letter) for letter in line)
    return rf"\&{shown}" if shown.startswith(".") else shown


def main() -> int:
    if "--check" not in sys.argv[1:]:
        COMMITTED.write_text(page(), encoding="utf-8")
        return 0
    if COMMITTED.exists() and COMMITTED.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/streamtts.1 is stale: run tools/man_page.py and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
