"""The command line: words in, the command that they mean out."""

import difflib
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from streamtts._core import __version__
from streamtts.configuration.config import SETTINGS, Config
from streamtts.configuration.config_file import load
from streamtts.configuration.grammar import file
from streamtts.configuration.settings import shown
from streamtts.errors import UsageError
from streamtts.parsers import (
    SHELLS,
    SUBCOMMANDS,
    Parser,
    as_number,
    controls,
    main_parser,
    taken_for_no_speed,
    with_replay_speed,
    with_voices_action,
)
from streamtts.voicewords import (
    AddVoiceCommand,
    PlayVoiceCommand,
    RemoveVoicesCommand,
    VoicesCommand,
    voice_command,
)

Stage = Literal["sentences", "prose"]
ConfigAction = Literal["show", "path", "example"]
ModelAction = Literal["list", "pull", "path", "rm", "convert"]
Shell = Literal["bash", "zsh", "fish"]
ListName = Literal["voices", "own-voices", "translators", "models", "engines"]


@dataclass(frozen=True, slots=True)
class SpeakCommand:
    """`streamtts ...`: read an agent, speak what it writes."""

    files: list[Path]
    replay_speed: float | None
    config: Config


@dataclass(frozen=True, slots=True)
class TextCommand:
    """`streamtts --text ...`: read an agent, print what would be heard."""

    files: list[Path]
    replay_speed: float | None
    config: Config
    as_json: bool
    stage: Stage


@dataclass(frozen=True, slots=True)
class DemoCommand:
    """`streamtts demo`: speak a recorded session."""

    config: Config


@dataclass(frozen=True, slots=True)
class BenchCommand:
    """`streamtts bench`: speak recorded logs, or one of our own, and tell what took how long."""

    files: Sequence[Path]
    as_json: bool
    config: Config


@dataclass(frozen=True, slots=True)
class WatchCommand:
    """`streamtts watch`: speak a transcript as it grows; without a path the newest there is."""

    path: Path | None
    config: Config


@dataclass(frozen=True, slots=True)
class CtlCommand:
    """`streamtts ctl`: tell a streamtts that speaks what to do."""

    verb: str
    argument: str
    pid: int | None
    as_json: bool


@dataclass(frozen=True, slots=True)
class DevicesCommand:
    """`streamtts devices`: list the outputs, or try one."""

    test: bool
    output: str


@dataclass(frozen=True, slots=True)
class EnginesCommand:
    """`streamtts engines`: what can speak here, as things are set, with `flags` by field."""

    as_json: bool
    flags: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelsCommand:
    """`streamtts models`: what is to be done with which models."""

    action: ModelAction
    names: Sequence[str]
    given: Path | None = None
    form: str = ""
    offline: bool = False
    as_json: bool = False
    accepts: bool = False  # the terms of these models


@dataclass(frozen=True, slots=True)
class DoctorCommand:
    """`streamtts doctor`: what works here with `flags` by field; of Apple's chips, how our own kernels do."""

    as_json: bool
    apple: bool = False
    flags: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportCommand:
    """`streamtts report`: a page of a trace, or of two; on standard output if nothing else is named."""

    traces: Sequence[Path]
    output: Path | None


@dataclass(frozen=True, slots=True)
class ConfigCommand:
    """`streamtts config`: the settings that hold, with `flags` by field."""

    action: ConfigAction
    flags: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompletionCommand:
    """`streamtts completion`: a script for a shell, or a list that such a script offers."""

    shell: Shell = "bash"
    listed: ListName | None = None


@dataclass(frozen=True, slots=True)
class ShowCommand:
    """Nothing but a text to show: the help, the version."""

    text: str


# Those that look at something, and say what they see.
Answerable = (
    CtlCommand
    | DevicesCommand
    | EnginesCommand
    | VoicesCommand
    | AddVoiceCommand
    | RemoveVoicesCommand
    | PlayVoiceCommand
    | ModelsCommand
    | DoctorCommand
    | ConfigCommand
    | CompletionCommand
)
Spoken = SpeakCommand | DemoCommand | BenchCommand | WatchCommand
Command = Spoken | TextCommand | ReportCommand | ShowCommand | Answerable


def parse(argv: Sequence[str] | None, environ: Mapping[str, str]) -> Command:
    """What the user asked for; a word that cannot be meant is a UsageError."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in SUBCOMMANDS:
        parser = SUBCOMMANDS[words[0]].parser()
        rest = with_voices_action(words[1:]) if words[0] == "voices" else words[1:]
        return _help(parser, words) or _BUILDERS[words[0]](parser.known_only(rest), environ)
    parser = main_parser()
    if shown_help := _help(parser, words):
        return shown_help
    found = parser.known_only(with_replay_speed(words))
    if found.replay is not None:
        _refuse_misplaced_speed(found.files, taken_for_no_speed(words))
    return _speak(found, environ)


def _help(parser: Parser, words: list[str]) -> Command | None:
    """Asked for beside anything else, even what is wrong, help is what is needed."""
    asked = words[: [*words, "--"].index("--")]
    return ShowCommand(parser.format_help()) if {"-h", "--help"} & set(asked) else None


def _speak(found: Namespace, environ: Mapping[str, str]) -> Command:
    if found.version:
        return ShowCommand(f"streamtts {__version__}\n")
    _refuse_misplaced_command(found.files)
    config = load(environ, _flags(found)).config
    files = [file(name) for name in found.files]
    if found.text or found.json or found.stage == "prose":
        _refuse_sound(_flags(found))
        return TextCommand(files, found.replay, config, found.json, cast("Stage", found.stage))
    return SpeakCommand(files, found.replay, config)


def _demo(found: Namespace, environ: Mapping[str, str]) -> Command:
    return DemoCommand(load(environ, _flags(found)).config)


def _bench(found: Namespace, environ: Mapping[str, str]) -> Command:
    return BenchCommand([file(name) for name in found.files], found.json, load(environ, _flags(found)).config)


def _watch(found: Namespace, environ: Mapping[str, str]) -> Command:
    path = None if found.path is None else file(found.path)
    return WatchCommand(path, load(environ, _flags(found)).config)


def _ctl(found: Namespace, _environ: Mapping[str, str]) -> Command:
    argument = " ".join(found.text)
    return CtlCommand(found.verb, argument, _process_id(found.pid), found.json)


def _process_id(word: str | None) -> int | None:
    if word is None:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 10 and int(word) > 0):
        raise UsageError(f"--pid cannot be {shown(word)}: give the number of a process")
    return int(word)


def _devices(found: Namespace, environ: Mapping[str, str]) -> Command:
    if found.output and not found.test:
        raise UsageError("--output says where to play the chime: add --test")
    flags = {"output": found.output} if found.output else {}
    return DevicesCommand(found.test, load(environ, flags).config.output if found.test else "")


def _engines(found: Namespace, _environ: Mapping[str, str]) -> Command:
    return EnginesCommand(found.json, _flags(found))


def _models(found: Namespace, environ: Mapping[str, str]) -> Command:
    action: ModelAction = found.action or "list"
    if action != "list" and not found.names:
        raise UsageError(
            f"name the model: streamtts models {action} NAME; `streamtts models` lists what there is"
        )
    for flag, value, meant in (
        ("--from", found.given, action == "pull" and len(found.names) == 1),
        ("--accept-license", found.accept_license, action == "pull"),
        ("--to", found.form, action == "convert"),
        ("--json", found.json, action == "list"),
    ):
        if value and not meant:
            raise UsageError(f"`streamtts models {action}` takes no {flag} here; its --help says what does")
    given = Path(found.given) if found.given else None
    offline = action == "pull" and load(environ).config.offline
    return ModelsCommand(
        action, found.names, given, found.form or "", offline, found.json, found.accept_license
    )


def _doctor(found: Namespace, _environ: Mapping[str, str]) -> Command:
    flags = _flags(found)
    if flags and found.apple:
        raise UsageError("`streamtts doctor --apple` takes no settings: leave them or --apple away")
    return DoctorCommand(found.json, found.apple, flags)


def _report(found: Namespace, _environ: Mapping[str, str]) -> Command:
    wanted = 2 if found.compare else 1
    if len(found.traces) != wanted:
        told = "two traces with --compare" if found.compare else "one trace; --compare takes two"
        raise UsageError(f"`streamtts report` takes {told}: {len(found.traces)} are named")
    output = None if found.output in (None, "-") else file(found.output)
    return ReportCommand([file(name) for name in found.traces], output)


def _config(found: Namespace, _environ: Mapping[str, str]) -> Command:
    flags = _flags(found)
    action = found.action or "show"
    if flags and action != "show":
        raise UsageError(f"`streamtts config {action}` takes no settings: they are for show")
    return ConfigCommand(cast("ConfigAction", action), flags)


def _completion(found: Namespace, environ: Mapping[str, str]) -> Command:
    if found.listed:
        return CompletionCommand(listed=cast("ListName", found.listed))
    shell = found.shell or Path(environ.get("SHELL", "")).name
    if shell not in SHELLS:
        raise UsageError(f"name the shell: streamtts completion {'|'.join(SHELLS)}")
    return CompletionCommand(cast("Shell", shell))


_BUILDERS: Mapping[str, Callable[[Namespace, Mapping[str, str]], Command]] = {
    "demo": _demo,
    "bench": _bench,
    "watch": _watch,
    "ctl": _ctl,
    "voices": voice_command,
    "engines": _engines,
    "models": _models,
    "devices": _devices,
    "doctor": _doctor,
    "report": _report,
    "config": _config,
    "completion": _completion,
}


def _flags(found: Namespace) -> Mapping[str, object]:
    given = vars(found)
    return {s.field: given[s.field] for s in SETTINGS if given.get(s.field) is not None}


def _refuse_sound(flags: Mapping[str, object]) -> None:
    """What makes a file of what is heard makes none where nothing is."""
    for name in ("output", "captions", "trace"):
        if name in flags:
            raise UsageError(
                f"--{name} is for what is spoken, and --text only prints: leave one of them away"
            )


def _refuse_misplaced_speed(files: Sequence[str], behind_replay: Sequence[str]) -> None:
    """`--replay log.jsonl 2`, `--replay 2x log.jsonl`: a speed, not the log of that name."""
    for name in files:
        if name == "-" or name in SUBCOMMANDS or os.path.lexists(name):
            continue
        if as_number(name) is not None:
            raise UsageError(f"there is no file {shown(name)}: --replay takes one speed, right behind it")
        if name in behind_replay:
            raise UsageError(
                f"there is no file {shown(name)}, and no speed like it: --replay takes a number above 0"
            )


def _refuse_misplaced_command(words: Sequence[str]) -> None:
    """`streamtts --quiet demo`, `streamtts devcies`: a command, not the log of that name."""
    first = words[0] if words else ""
    if first in SUBCOMMANDS:
        raise UsageError(
            f"the command goes first: streamtts {first} [options]; a log of that name is ./{first}"
        )
    if first in {"help", "version", "replay", "text", "json"} and not os.path.lexists(first):
        raise UsageError(f"there is no file or command {shown(first)}: did you mean `streamtts --{first}`?")
    if first and not os.path.lexists(first):
        meant = {name: name for name in SUBCOMMANDS} | {name: f"ctl {name}" for name in controls()}
        for near in difflib.get_close_matches(first, meant, n=1):
            told = f"there is no file or command {shown(first)}: did you mean `streamtts {meant[near]}`?"
            raise UsageError(told)
