"""The flags of every command, made of the settings; help and completion are made of these."""

import argparse
import difflib
import math
import re
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from streamtts import helptext
from streamtts.configuration.config import SETTINGS
from streamtts.configuration.settings import Group, Kind, Setting, shown
from streamtts.errors import UsageError

SHELLS = ("bash", "zsh", "fish")
CONFIG_ACTIONS = ("show", "path", "example")
LISTS = ("voices", "own-voices", "translators", "models", "engines")
VOICE_ACTIONS = ("list", "add", "rm", "play")
MODEL_ACTIONS = ("list", "pull", "path", "rm", "convert")

# What argparse says.
_LONELY = re.compile(r"argument (?:-\w/)?(--[\w-]+): expected one argument")
_MISSING = re.compile(r"the following arguments are required: (\w+)")

# Words after a lone -- are no flags, whatever they begin with. No shell can pass this letter.
_NO_FLAG = "\0"
_LONGEST_LIST = 120  # characters that a sentence can name
_WIDEST = 80
_SLOWEST_REPLAY = 0.001


class _Help(argparse.RawDescriptionHelpFormatter):
    """No wider than the texts are that stand beside the flags, and names stay whole."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(_WIDEST, shutil.get_terminal_size().columns) - 2)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """An argparse parser whose errors are ours, and name what is nearest."""

    def __init__(self, prog: str, **more: str) -> None:
        super().__init__(
            prog,
            formatter_class=_Help,
            add_help=False,
            allow_abbrev=False,
            **more,  # type: ignore[arg-type]
        )
        self._positionals.title = "arguments"

    def error(self, message: str) -> NoReturn:
        if lonely := _LONELY.fullmatch(message):
            raise UsageError(
                f"{lonely[1]} needs a value; one that begins with a dash is written {lonely[1]}=-1"
            )
        if missing := _MISSING.match(message):
            raise UsageError(f"{missing[1]} is missing; `{self.prog} --help` lists what there is")
        raise UsageError(f"{message}; `{self.prog} --help` lists what there is")

    def add_words(
        self, name: str, metavar: str, help_text: str, nargs: str | None, choices: Sequence[str] | None = None
    ) -> None:
        self.add_argument(name, metavar=metavar, help=help_text, nargs=nargs, choices=choices, type=_word)

    def known_only(self, words: Sequence[str]) -> argparse.Namespace:
        """What the words say; flags and other words may be mixed."""
        cut = [*words, "--"].index("--")
        found, unknown = self.parse_known_intermixed_args(
            [*words[:cut], *(_NO_FLAG + word for word in words[cut + 1 :])]
        )
        for word in unknown:
            if word.startswith("-") and word != "-":
                known = [option for action in self._actions for option in action.option_strings]
                raise UsageError(f"there is no {word}: {self._nearest(word.partition('=')[0], known)}")
            raise UsageError(f"`{self.prog}` takes no {shown(_word(word))}; its --help lists what there is")
        return found

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        names = "/".join(action.option_strings) or action.metavar
        choices = [str(choice) for choice in action.choices]
        raise UsageError(f"{names} cannot be {shown(value)}: {self._nearest(str(value), choices)}")

    def _nearest(self, word: str, known: Sequence[str]) -> str:
        near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.65)
        if near:
            return f"did you mean {near[0]}?"
        if len(listed := f"{', '.join(known[:-1])} or {known[-1]}") <= _LONGEST_LIST:
            return f"give {listed}"
        return f"`{self.prog} --help` lists what there is"


@dataclass(frozen=True, slots=True)
class Subcommand:
    summary: str
    parser: Callable[[], Parser]


def main_parser() -> Parser:
    parser = Parser("streamtts", usage=helptext.USAGE, description=_description(), epilog=helptext.EPILOG)
    parser.add_words("files", "FILE", "logs to read; none or - is standard input", "*")
    _add_settings(parser)
    printing = parser.add_argument_group("print instead of speaking")
    printing.add_argument("--text", action="store_true", help="print each sentence as soon as it is known")
    printing.add_argument(
        "--json",
        action="store_true",
        help="print an object for each sentence: turn, seq, text, end (what released it: stop, block, flush, "
        "eof, clause), protected ([start, end, kind], in characters), t_ms (since the start); with --to, "
        "text is the translation, and there are source, language, engine, error, and t_ms of each stage",
    )
    printing.add_argument(
        "--stage",
        choices=("sentences", "prose"),
        metavar="sentences|prose",
        default="sentences",
        help="sentences, as they are heard (default), or prose: the agent's words before cleaning, a JSON "
        "string for each block",
    )
    recorded = parser.add_argument_group("recorded logs")
    recorded.add_argument(
        "--replay",
        metavar="SPEED",
        type=_speed,
        help="play a log at its recorded pace times SPEED (default: 1). A line without a time stamp takes as "
        "long as writing its prose at 300 characters a second; pauses are cut to 10 seconds",
    )
    other = _add_help(parser)
    other.add_argument("--version", action="store_true", help="show the version")
    return parser


def _demo_parser() -> Parser:
    return _with_settings(Parser("streamtts demo", usage=helptext.DEMO_USAGE, description=helptext.DEMO))


def _bench_parser() -> Parser:
    parser = Parser("streamtts bench", usage=helptext.BENCH_USAGE, description=helptext.BENCH)
    parser.add_words("files", "LOG", "logs of an agent; none is a short one of our own", "*")
    _add_settings(parser)
    return _with_json(parser)


def _watch_parser() -> Parser:
    parser = Parser("streamtts watch", usage=helptext.WATCH_USAGE, description=helptext.WATCH)
    parser.add_words(
        "path", "FILE", "a transcript, or a folder of them; none is where Claude Code keeps them", "?"
    )
    return _with_settings(parser)


def _engines_parser() -> Parser:
    parser = Parser("streamtts engines", usage=helptext.ENGINES_USAGE, description=helptext.ENGINES)
    _add_settings(parser)
    return _with_json(parser)


def _voices_parser() -> Parser:
    parser = Parser("streamtts voices", usage=helptext.VOICES_USAGE, description=helptext.VOICES)
    parser.add_words("deed", "ACTION", "list (default), add, rm or play", "?", VOICE_ACTIONS)
    parser.add_words(
        "voiced",
        "WORD",
        "list: a language, like ja, or an engine; add: a name and a file; rm, play: names",
        "*",
    )
    adding = parser.add_argument_group("add")
    adding.add_argument(
        "--text", metavar="WORDS", help="what is said in the recording, word for word: some engines want it"
    )
    adding.add_argument("--language", metavar="LANG", help="the language that is spoken in it, like en")
    adding.add_argument(
        "--i-have-consent",
        action="store_true",
        help="the person whose voice it is agrees: for scripts, which cannot be asked",
    )
    playing = parser.add_argument_group("play")
    playing.add_argument(
        "--output", metavar="NAME", help="where to play it: a name of `streamtts devices` (default: as set)"
    )
    return _with_json(parser)


def _models_parser() -> Parser:
    parser = Parser("streamtts models", usage=helptext.MODELS_USAGE, description=helptext.MODELS)
    parser.add_words("action", "ACTION", "list (default), pull, path, rm or convert", "?", MODEL_ACTIONS)
    parser.add_words("names", "NAME", "models, by the names that list shows", "*")
    parser.add_argument(
        "--from", dest="given", metavar="FILE", help="pull: the file, or the folder, you have"
    )
    parser.add_argument(
        "--accept-license", action="store_true", help="pull: accept the terms of a model that has some"
    )
    parser.add_argument(
        "--to", dest="form", metavar="FORM", help="convert: what to make of it, like ct2 or coreml"
    )
    return _with_json(parser)


def _devices_parser() -> Parser:
    parser = Parser("streamtts devices", usage=helptext.DEVICES_USAGE, description=helptext.DEVICES)
    parser.add_argument("--test", action="store_true", help="play a chime and say how far away it is")
    parser.add_argument(
        "--output", metavar="NAME", help="where to play it: a name listed (default: the output that is set)"
    )
    _add_help(parser)
    return parser


def _doctor_parser() -> Parser:
    parser = Parser("streamtts doctor", usage=helptext.DOCTOR_USAGE, description=helptext.DOCTOR)
    parser.add_argument(
        "--apple", action="store_true", help="try and time our Metal kernels on this Mac, and use what pays"
    )
    _add_settings(parser)
    return _with_json(parser)


def controls() -> list[str]:
    """The words of `streamtts ctl`."""
    from streamtts.control.ctl import CONTROLS  # noqa: PLC0415 - nothing else here needs its sockets

    return [control.name for control in CONTROLS]


def _ctl_parser() -> Parser:
    from streamtts.control.ctl import CONTROLS  # noqa: PLC0415 - as above

    width = max(len(f"{control.name} {control.takes}") for control in CONTROLS)
    rows = (f"  {f'{control.name} {control.takes}':<{width}}  {control.help}" for control in CONTROLS)
    description = helptext.CTL.replace("CONTROLS", "\n".join(rows))
    parser = Parser("streamtts ctl", usage=helptext.CTL_USAGE, description=description)
    parser.add_words("verb", "VERB", "what to do", None, controls())
    parser.add_words("text", "TEXT", "what to say, or the language to change to", "*")
    parser.add_argument("--pid", metavar="PID", help="which streamtts, where several speak")
    return _with_json(parser)


def _report_parser() -> Parser:
    parser = Parser("streamtts report", usage=helptext.REPORT_USAGE, description=helptext.REPORT)
    parser.add_words("traces", "FILE", "a trace, as --trace has written it; - is standard input", "+")
    parser.add_argument("--compare", action="store_true", help="lay two traces side by side")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write the page")
    _add_help(parser)
    return parser


def _config_parser() -> Parser:
    parser = Parser("streamtts config", usage=helptext.CONFIG_USAGE, description=helptext.CONFIG)
    parser.add_words("action", "ACTION", "show (default), path or example", "?", CONFIG_ACTIONS)
    return _with_settings(parser)


def _completion_parser() -> Parser:
    parser = Parser("streamtts completion", usage=helptext.COMPLETION_USAGE, description=helptext.COMPLETION)
    parser.add_words("shell", "SHELL", "bash, zsh or fish (default: the one of $SHELL)", "?", SHELLS)
    # For the scripts themselves: what can be named depends on what is installed when somebody types.
    parser.add_argument("--list", dest="listed", choices=LISTS, help=argparse.SUPPRESS)
    _add_help(parser)
    return parser


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "demo": Subcommand("hear a recorded session", _demo_parser),
    "watch": Subcommand("speak what Claude Code writes in another window", _watch_parser),
    "ctl": Subcommand("pause, skip, stop, say: from another terminal", _ctl_parser),
    "voices": Subcommand("the voices there are, and your own", _voices_parser),
    "engines": Subcommand("what speaks and translates, and what is missing for it", _engines_parser),
    "models": Subcommand("fetch, find and remove models", _models_parser),
    "devices": Subcommand("where sound can go; --test plays a chime", _devices_parser),
    "doctor": Subcommand("what works here, and what to do about the rest", _doctor_parser),
    "bench": Subcommand("your engines on this machine: where the milliseconds go", _bench_parser),
    "report": Subcommand("a page of a trace: what took how long", _report_parser),
    "config": Subcommand("the settings that hold, and where they come from", _config_parser),
    "completion": Subcommand("completion for bash, zsh or fish", _completion_parser),
}


def _description() -> str:
    width = max(len(name) for name in SUBCOMMANDS)
    rows = (f"  {name:<{width}}  {command.summary}" for name, command in SUBCOMMANDS.items())
    return helptext.DESCRIPTION.replace("\nCOMMANDS", "\n" + "\n".join(rows))


def _with_settings(parser: Parser) -> Parser:
    _add_settings(parser)
    _add_help(parser)
    return parser


def _with_json(parser: Parser) -> Parser:
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")
    _add_help(parser)
    return parser


def _add_help(parser: Parser) -> argparse._ArgumentGroup:
    group = parser.add_argument_group("other")
    group.add_argument("-h", "--help", action="store_true", help="show this text")
    return group


def _add_settings(parser: Parser) -> None:
    for heading in Group:
        group = parser.add_argument_group(heading.value)
        for setting in SETTINGS:
            if setting.about.group is heading and setting.kind is not Kind.TABLES:
                _add_setting(group, setting)


def _add_setting(group: argparse._ArgumentGroup, setting: Setting) -> None:
    flags = [flag for flag in (setting.about.short, setting.flag) if flag]
    help_text = setting.about.help.replace("%", "%%")
    if setting.kind is Kind.SWITCH:
        _add_switch(group, setting, flags, help_text)
    elif setting.kind is Kind.LIST:
        group.add_argument(
            *flags, dest=setting.field, metavar=setting.metavar, action="append", help=help_text
        )
    else:
        default = f" (default: {setting.default_text})" if setting.default_text else ""
        group.add_argument(
            *flags,
            dest=setting.field,
            metavar=setting.metavar,
            choices=setting.choices or None,
            help=f"{help_text}{default}",
        )


def _add_switch(group: argparse._ArgumentGroup, setting: Setting, flags: list[str], help_text: str) -> None:
    """Both ways are understood, to undo what the file says; the one that changes the default is shown."""
    opposite = f"--no-{setting.flag.removeprefix('--')}"
    for names, value in ((flags, True), ([opposite], False)):
        changes = value != setting.default
        text = help_text if value else f"do not {help_text}"
        group.add_argument(
            *names,
            dest=setting.field,
            action="store_const",
            const=value,
            help=text if changes else argparse.SUPPRESS,
        )


def _word(word: str) -> str:
    return word.removeprefix(_NO_FLAG)


def _speed(word: str) -> float:
    speed = as_number(word)
    if speed is None or not 0 < speed < math.inf:
        raise UsageError(f"--replay: {shown(word)} is no speed: give a number above 0, like 2")
    if speed < _SLOWEST_REPLAY:
        raise UsageError(f"--replay: {shown(word)} would never end: give {_SLOWEST_REPLAY:g} or more")
    return speed


def as_number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def with_replay_speed(words: Sequence[str]) -> list[str]:
    """SPEED may be left out, and argparse would then take a file name for it."""
    cut = [*words, "--"].index("--")
    filled: list[str] = []
    for word, following in pairwise([*words[:cut], ""]):
        filled.append("--replay=1" if _lacks_speed(word, following) else word)
    return [*filled, *words[cut:]]


def with_voices_action(words: Sequence[str]) -> list[str]:
    """`list` may be left out before what to list, and argparse would then take that for an action."""
    plain = [word for word in words if not word.startswith("-")]
    return ["list", *words] if len(plain) == 1 and plain[0] not in VOICE_ACTIONS else list(words)


def taken_for_no_speed(words: Sequence[str]) -> list[str]:
    """What stands where SPEED may, and was taken for a file."""
    return [following for word, following in pairwise(words) if _lacks_speed(word, following)]


def _lacks_speed(word: str, following: str) -> bool:
    return word == "--replay" and as_number(following) is None
