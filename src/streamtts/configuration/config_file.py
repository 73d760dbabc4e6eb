"""Where settings come from: flag, variable, file, default, in this order."""

import difflib
import errno
import os
import pwd
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts.configuration.config import SETTINGS, Config
from streamtts.configuration.settings import VARIABLE_PREFIX, Kind, Refused, Setting, shown
from streamtts.errors import UsageError

FILE_VARIABLE = "STREAMTTS_CONFIG"
# Not settings: the first two for everybody, the others for who works on streamtts itself.
OTHER_VARIABLES = (
    FILE_VARIABLE,
    "STREAMTTS_MODELS",
    "STREAMTTS_CLAUDE",
    "STREAMTTS_RUNTIME",
    "STREAMTTS_SOAK",
)

_SECRET_ENDINGS = ("key", "token", "password", "secret")
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings that hold, and where each comes from: a flag, a variable, a file's name, or `default`."""

    config: Config
    origins: Mapping[str, str]  # by the setting's name


def load(environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Effective:
    """The settings of a session. `flags` are by field, as argparse gives them."""
    home = home_folder(environ)
    found: dict[str, tuple[object, str]] = {}
    path = config_path(environ)
    if path is not None and (table := _table(path, named=bool(environ.get(FILE_VARIABLE)))) is not None:
        found |= _from_file(table, path, home)
    found |= _from_variables(environ, home)
    found |= _from_flags(flags or {}, home)
    values: dict[str, Any] = {field: value for field, (value, _) in found.items()}
    origins = {s.name: found[s.field][1] if s.field in found else "default" for s in SETTINGS}
    return Effective(Config(**values), origins)


def config_path(environ: Mapping[str, str]) -> Path | None:
    """Where the file is, or would be; None for a user without a home."""
    home = home_folder(environ)
    if named := environ.get(FILE_VARIABLE):
        return _expanded(Path(named), home)
    folder = environ.get("XDG_CONFIG_HOME", "")
    if Path(folder).is_absolute():
        return Path(folder) / "streamtts/config.toml"
    return home / ".config/streamtts/config.toml" if home else None


def home_folder(environ: Mapping[str, str]) -> Path | None:
    if home := environ.get("HOME"):
        return Path(home)
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def _table(path: Path, *, named: bool) -> dict[str, Any] | None:
    """What the file says; None if there is none and nobody named it."""
    try:
        content = _content(path)
    except OSError as error:
        if not named and _is_absent(path, error):
            return None
        raise UsageError(f"cannot read the configuration {shown(path)}: {error.strerror}") from error
    import tomllib  # noqa: PLC0415 - most sessions have no file

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"the configuration {shown(path)} is not UTF-8 text: save it as UTF-8") from None
    except RecursionError:
        raise UsageError(
            f"the configuration {shown(path)} nests too deep: see `streamtts config example`"
        ) from None
    except ValueError as error:  # TOML's own errors, and numbers too long to read
        why = shown(error).strip("'")
        raise UsageError(f"the configuration {shown(path)} is not valid TOML: {why}") from None


def _content(path: Path) -> bytes:
    # A pipe in its place must not hold the program up.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(fd).st_mode
        if stat.S_ISDIR(mode):
            raise UsageError(f"the configuration {shown(path)} is a folder: name the file inside it")
        if not stat.S_ISREG(mode) and str(path) != os.devnull:
            raise UsageError(f"the configuration {shown(path)} is no ordinary file: name one")
        content = b""
        while len(content) <= _MOST_BYTES and (chunk := os.read(fd, _MOST_BYTES)):
            content += chunk
    finally:
        os.close(fd)
    if len(content) > _MOST_BYTES:
        raise UsageError(f"the configuration {shown(path)} is too large: {_MOST_BYTES // 1000} kB at most")
    return content


def _is_absent(path: Path, error: OSError) -> bool:
    """A home that is missing or closed to us is one without configuration; a closed file is a mistake."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return True
    return error.errno == errno.EACCES and not os.access(path.parent, os.X_OK)


def _from_file(table: Mapping[str, Any], path: Path, home: Path | None) -> dict[str, tuple[object, str]]:
    found: dict[str, tuple[object, str]] = {}
    for key, value in table.items():
        where = f"the configuration {shown(path)}"
        setting = _by_name(key, where)
        if setting.field in found:
            raise UsageError(f"{where} has {shown(key)} twice, with - and with _: keep one")
        if setting.kind is Kind.TABLES:
            found[setting.field] = (_engine_tables(setting.name, value, where), str(path))
            continue
        try:
            given = setting.from_value(value)
        except Refused as refused:
            raise UsageError(f"{where}: {setting.name} cannot be {_toml_shown(value)}: {refused}") from None
        given = _at_home(given, home)
        if setting.about.beside_file and isinstance(given, Path):
            given = path.parent / given
        found[setting.field] = (given, str(path))
    return found


def _by_name(key: str, where: str) -> Setting:
    for setting in SETTINGS:
        if key.replace("-", "_") == setting.name:
            return setting
    _refuse_secret(key, key, where)
    names = {s.name: s.name for s in SETTINGS} | {s.field: s.name for s in SETTINGS}
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"did you mean {names[near[0]]}?" if near else "`streamtts config example` has all"
    raise UsageError(f"{where} has an unknown key {shown(key)}: {hint}")


def _engine_tables(kind: str, value: object, where: str) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict) or not all(isinstance(table, dict) for table in value.values()):
        raise UsageError(f"{where}: {kind} takes tables alone: write [{kind}.NAME] and its settings below")
    _refuse_unknown_engines(kind, value, where)
    return {
        name: {key: _scalar(f"{kind}.{name}.{key}", item, where) for key, item in table.items()}
        for name, table in value.items()
    }


def _refuse_unknown_engines(kind: str, names: Iterable[str], where: str) -> None:
    from streamtts import registry  # noqa: PLC0415 - most files name no engine

    what, known = "engine", registry.synthesizer_names()
    if kind == "translators":
        what, known = "translator", registry.translator_names()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "`streamtts engines` lists what there is"
            raise UsageError(f"{where} has settings for an unknown {what} {shown(name)}: {hint}")


def _scalar(name: str, value: object, where: str) -> str:
    _refuse_secret(name.rpartition(".")[2], name, where)
    match value:
        case bool():
            return "true" if value else "false"
        case str() if "\0" not in value:
            return value
        case int() | float():
            return str(value)
        case _:
            raise UsageError(f"{where}: {shown(name)} must be one text, number, true or false")


def _refuse_secret(key: str, name: str, where: str) -> None:
    if not key.lower().endswith(_SECRET_ENDINGS):
        return
    words = "_".join(
        part for part in name.replace("-", "_").upper().split(".") if part not in ("ENGINES", "TRANSLATORS")
    )
    variable = f"{VARIABLE_PREFIX}{words}" if words.isidentifier() else f"a {VARIABLE_PREFIX}* variable"
    raise UsageError(
        f"{where} holds a secret, {shown(name)}: take it out and set {variable} in the environment"
    )


def _from_variables(environ: Mapping[str, str], home: Path | None) -> dict[str, tuple[object, str]]:
    _refuse_unknown(name for name in environ if name.startswith(VARIABLE_PREFIX))
    found: dict[str, tuple[object, str]] = {}
    for setting in SETTINGS:
        if text := environ.get(setting.variable, ""):
            found[setting.field] = (_given(setting, setting.variable, text, home), setting.variable)
    return found


def _refuse_unknown(names: Iterable[str]) -> None:
    known = [*(s.variable for s in SETTINGS if s.kind is not Kind.TABLES), *OTHER_VARIABLES]
    for name in names:
        # Secrets of engines, which may be plugins: STREAMTTS_OPENAI_API_KEY.
        if name in known or name.lower().endswith(tuple(f"_{end}" for end in _SECRET_ENDINGS)):
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "`streamtts config example` has all"
        raise UsageError(f"there is no setting for the variable {shown(name)}: {hint}")


def _from_flags(flags: Mapping[str, object], home: Path | None) -> dict[str, tuple[object, str]]:
    found: dict[str, tuple[object, str]] = {}
    for setting in SETTINGS:
        match flags.get(setting.field):
            case None:
                continue
            case bool() as switch:
                given: object = switch
            case list() as words:
                given = _given(setting, setting.flag, ",".join(words), home)
            case word:
                given = _given(setting, setting.flag, str(word), home)
        found[setting.field] = (given, setting.flag)
    return found


def _given(setting: Setting, name: str, text: str, home: Path | None) -> object:
    try:
        return _at_home(setting.from_text(text), home)
    except Refused as refused:
        raise UsageError(f"{name} cannot be {shown(text)}: {refused}") from None


def _at_home(value: object, home: Path | None) -> object:
    return _expanded(value, home) if isinstance(value, Path) else value


def _expanded(path: Path, home: Path | None) -> Path:
    """The shell replaces a leading ~ only where it stands alone, and never in a file."""
    return home / path.relative_to("~") if home and path.parts[:1] == ("~",) else path


def _toml_shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else shown(value)
