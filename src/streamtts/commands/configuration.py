"""`streamtts config`: which settings hold, where the file is, and a file with everything in it."""

import json
import os
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from streamtts.commands.engine_settings import unknown_keys
from streamtts.configuration.config import SETTINGS, Config
from streamtts.configuration.config_file import FILE_VARIABLE, config_path, load
from streamtts.configuration.settings import Group, Kind, Setting, shown
from streamtts.environment import Environment
from streamtts.errors import UsageError

_WIDTH = 100
_HEAD = """\
# Settings of streamtts. Every line is a default: take the # away and change it.
# A flag (--speed 1.5) goes before a variable (STREAMTTS_SPEED=1.5), and that before this file.
"""


def held(environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Config:
    """The settings that hold; where that cannot be known the flags, which must be right, and the defaults."""
    try:
        return load(environ, flags).config
    except UsageError:
        home = {"HOME": environ["HOME"]} if "HOME" in environ else {}
        return load({**home, FILE_VARIABLE: os.devnull}, flags).config


def give(action: str, env: Environment, flags: Mapping[str, object]) -> None:
    """Prints what was asked for; what is wrong in it shows there, and is said."""
    env.stdout.write(answer(action, env.environ, flags))
    if action == "show":
        refuse_unknown_keys(env.environ)


def answer(action: str, environ: Mapping[str, str], flags: Mapping[str, object]) -> str:
    match action:
        case "path":
            return f"{_known_path(environ)}\n"
        case "example":
            return "".join(example())
        case _:
            return "".join(_effective(environ, flags))


def refuse_unknown_keys(environ: Mapping[str, str]) -> None:
    """UsageError for the first key of an engine's table that the engine does not know."""
    for unknown in unknown_keys(load(environ).config):
        raise UsageError(f"the configuration {shown(config_path(environ))} has {unknown.text}")


def example() -> Iterator[str]:
    """A whole configuration file in which nothing is set."""
    yield _HEAD
    for group in Group:
        yield f"\n\n# ---- {group.value} ----\n"
        for setting in SETTINGS:
            if setting.about.group is group:
                yield "\n"
                yield from _commented(setting)


def _commented(setting: Setting) -> Iterator[str]:
    about = setting.about.help
    for line in textwrap.wrap(f"{about[0].upper()}{about[1:]}.", _WIDTH - 2):
        yield f"# {line}\n"
    if setting.choices:
        yield f"# One of: {', '.join(setting.choices)}.\n"
    if setting.kind is Kind.TABLES:
        yield f"# [{setting.name}.NAME]\n"
    else:
        yield f"# {setting.name} = {_toml(setting.about.example or setting.default)}\n"


def _effective(environ: Mapping[str, str], flags: Mapping[str, object]) -> Iterator[str]:
    found = load(environ, flags)
    path = config_path(environ)
    state = "" if path is None or os.path.lexists(path) else ", which is not there"
    yield f"# the file: {shown(path) if path else 'none, for there is no home folder'}{state}\n"
    rows: list[tuple[str, str]] = []
    for setting in SETTINGS:
        value = getattr(found.config, setting.field)
        if setting.kind is Kind.TABLES:
            continue
        unset = value is None
        rows.append(
            (
                f"# {setting.name}" if unset else f"{setting.name} = {_toml(value)}",
                found.origins[setting.name],
            )
        )
    width = min(max(len(text) for text, _ in rows), _WIDTH // 2)
    for text, origin in rows:
        yield f"{text:<{width}}  # {_comment(origin)}\n"
    hints = {(unknown.table, unknown.key): unknown.hint for unknown in unknown_keys(found.config)}
    for setting in (setting for setting in SETTINGS if setting.kind is Kind.TABLES):
        for name, table in getattr(found.config, setting.field).items():
            yield f"\n[{setting.name}.{_key(name)}]  # {_comment(found.origins[setting.name])}\n"
            for key, value in table.items():
                hint = hints.get((f"{setting.name}.{name}", key))
                yield f"{_key(key)} = {_toml(value)}{f'  # unknown: {hint}' if hint else ''}\n"


def _known_path(environ: Mapping[str, str]) -> Path:
    path = config_path(environ)
    if path is None:
        raise UsageError("there is no home folder: name the file in STREAMTTS_CONFIG")
    return path


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case tuple():
            return f"[{', '.join(_toml(part) for part in value)}]"
        case _:
            # What JSON writes in quotes TOML reads alike, but for this letter.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else _toml(name)


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
