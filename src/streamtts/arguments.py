"""The command line: its flags, its help, and what a wrong one is told."""

import argparse
import difflib
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, NoReturn, cast

from streamtts._core import __version__
from streamtts.errors import UsageError
from streamtts.types import Say

Stage = Literal["sentences", "prose"]

_DESCRIPTION = """\
Hear your coding agent while it works. streamtts reads an agent's JSON lines, keeps only the prose meant
for a person, cleans it, and splits it into sentences while they stream. This version prints them (--text)."""

_EPILOG = """\
examples:
  claude -p "fix the tests" --output-format stream-json --include-partial-messages --verbose \\
    | tee log.jsonl | streamtts --text
  codex exec --json "fix the tests" | streamtts --text
  streamtts --text --json log.jsonl | jq -r .text
  streamtts --text --replay 2 log.jsonl        a recorded log at twice its speed
  streamtts devices --test                     does sound come out? (streamtts devices --help)

understood: Claude Code (stream-json, json, transcripts), Codex, Gemini CLI, Qwen Code, opencode, Cursor,
goose, Amp, Copilot CLI, pi, Ollama, and the raw streams of the Anthropic, OpenAI and Gemini APIs; told apart
line by line, so logs may be mixed.

exit status: 0 done (silence is fine), 1 something failed, 2 a wrong flag or file name, 130 Ctrl-C."""


@dataclass(frozen=True, slots=True)
class TextCommand:
    """`streamtts [--text] ...`: read an agent, print what would be heard."""

    files: list[Path]
    text: bool
    as_json: bool
    stage: Stage
    code: Say
    tables: Say
    eager: bool
    replay_speed: float | None


@dataclass(frozen=True, slots=True)
class DevicesCommand:
    """`streamtts devices`: list the outputs, or try one."""

    test: bool
    output: str


@dataclass(frozen=True, slots=True)
class ShowCommand:
    """Nothing but a text to show: the help, the version."""

    text: str


Command = TextCommand | DevicesCommand | ShowCommand


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` lists what there is")


def parse(argv: Sequence[str] | None = None) -> Command:
    """What the user asked for; a word that cannot be meant is a UsageError."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["devices"]:
        return _parse_devices(words[1:])
    parser = text_parser()
    found = _known_only(parser, _with_replay_speed(words))
    if found.help:
        return ShowCommand(parser.format_help())
    if found.version:
        return ShowCommand(f"streamtts {__version__}\n")
    return TextCommand(
        files=[Path(name) for name in found.files],
        text=found.text or found.json or found.stage == "prose",
        as_json=found.json,
        stage=cast("Stage", found.stage),
        code=cast("Say", found.code),
        tables=cast("Say", found.tables),
        eager=found.eager,
        replay_speed=found.replay,
    )


def _parse_devices(words: list[str]) -> Command:
    parser = devices_parser()
    found = _known_only(parser, words)
    if found.help:
        return ShowCommand(parser.format_help())
    if found.output and not found.test:
        raise UsageError("--output says where to play the chime: add --test")
    return DevicesCommand(test=found.test, output=found.output or "default")


def _known_only(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace:
    found, unknown = parser.parse_known_args(words)
    if not unknown:
        return found
    known = [option for action in parser._actions for option in action.option_strings]
    near = difflib.get_close_matches(unknown[0].partition("=")[0], known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"`{parser.prog} --help` lists what there is"
    raise UsageError(f"there is no {unknown[0]}: {hint}")


def text_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="streamtts",
        usage="... | streamtts --text [options]\n"
        "       streamtts --text [options] FILE...\n"
        "       streamtts devices [options]",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="logs to read; none or - is standard input")
    output = parser.add_argument_group("what to print")
    output.add_argument("--text", action="store_true", help="print each sentence as soon as it is known")
    output.add_argument(
        "--json",
        action="store_true",
        help="print an object for each sentence: turn, seq, text, end (what released it: stop, block, flush, "
        "eof, clause), protected ([start, end, kind], in characters), t_ms (since the start)",
    )
    output.add_argument(
        "--stage",
        choices=("sentences", "prose"),
        default="sentences",
        help="sentences, as they are heard (default), or prose: the agent's words before cleaning, a JSON "
        "string for each block",
    )
    hearing = parser.add_argument_group("what is heard")
    for flag, thing in (("--code", "code blocks and diffs"), ("--tables", "tables")):
        hearing.add_argument(
            flag,
            choices=("skip", "brief", "read"),
            default="brief",
            help=f"{thing}: not at all, named in one short sentence, or read out (default: brief)",
        )
    hearing.add_argument(
        "--eager", action="store_true", help="release the first clause of a long opening sentence at once"
    )
    timing = parser.add_argument_group("recorded logs")
    timing.add_argument(
        "--replay",
        metavar="SPEED",
        type=_speed,
        help="play a log at its recorded pace times SPEED (default: 1). A line without a time stamp takes as "
        "long as writing its prose at 300 characters a second; pauses are cut to 10 seconds",
    )
    other = parser.add_argument_group("other")
    other.add_argument("-h", "--help", action="store_true", help="show this text")
    other.add_argument("--version", action="store_true", help="show the version")
    return parser


def devices_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="streamtts devices",
        description="Lists where sound can go, or plays a chime there.",
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("--test", action="store_true", help="play a chime and say how far away it is")
    parser.add_argument("--output", metavar="NAME", help="where to play it: a name listed (default: default)")
    parser.add_argument("-h", "--help", action="store_true", help="show this text")
    return parser


def _speed(word: str) -> float:
    speed = _number(word)
    if speed is None or not 0 < speed < math.inf:
        raise argparse.ArgumentTypeError(f"'{word}' is no speed: give a number above 0, like 2")
    return speed


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _with_replay_speed(words: list[str]) -> list[str]:
    """SPEED may be left out, and argparse would then take a file name for it."""
    filled: list[str] = []
    for word, following in pairwise([*words, ""]):
        bare = word == "--replay" and _number(following) is None
        filled.append("--replay=1" if bare else word)
    return filled
