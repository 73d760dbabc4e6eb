"""What the doctor can find, and what is found of everything but engines."""

import os
import time
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from streamtts import _core
from streamtts.commands.configuration import refuse_unknown_keys
from streamtts.configuration.config import Config
from streamtts.configuration.config_file import config_path
from streamtts.control import runtime_folder
from streamtts.control.keys import TERMINAL
from streamtts.environment import Environment
from streamtts.errors import StreamttsError
from streamtts.pipeline.playback import keeps_time, open_player
from streamtts.speech.lexicon import Lexicon

State = Literal["ok", "note", "failed"]

_TRIED_S = 0.1
_PATIENCE_S = 10.0
_RATE_HZ = 24_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A note is no fault; what failed ends in what to do."""

    about: str
    name: str
    state: State
    text: str


def core() -> Finding:
    """Whether the compiled part belongs to this package and does its work."""
    try:
        installed = version("streamtts")
    except PackageNotFoundError:
        installed = _core.__version__
    if installed != _core.__version__:
        told = f"is {_core.__version__} in a package of {installed}: run `pip install` again"
        return Finding("program", "core", "failed", told)
    splitter = _core.Splitter()
    if [*splitter.feed("One. Two."), *splitter.finish()] != ["One.", "Two."]:
        return Finding("program", "core", "failed", "miscounts sentences: run `pip install` again")
    return Finding("program", "core", "ok", f"version {installed}")


def sound(config: Config) -> Iterator[Finding]:
    yield _null_clock()
    rows = _core.devices()
    names = ", ".join(text for _, text, _ in rows)
    yield Finding("sound", "devices", "ok" if rows else "note", names or "none was found")
    yield _output(config.output)


def _null_clock() -> Finding:
    """The whole way of sound but for a device."""
    player = open_player("null")
    start_s = time.monotonic()
    player.write(array("f", bytes(4 * int(_TRIED_S * _RATE_HZ))), _RATE_HZ, last=True)
    if not player.drain(_PATIENCE_S):
        return Finding("sound", "player", "failed", "takes no sound: run `pip install` again")
    took_ms = (time.monotonic() - start_s) * 1000
    return Finding("sound", "player", "ok", f"{_TRIED_S * 1000:.0f} ms of silence took {took_ms:.0f} ms")


def _output(output: str) -> Finding:
    """Files and pipes are not touched."""
    if not keeps_time(output):
        return Finding("sound", "output", "ok", output)
    try:
        player = open_player(output)
    except StreamttsError as error:
        return Finding("sound", "output", "failed", str(error))
    if warning := player.take_warning():
        # A machine without sound is no broken one; a device that somebody chose should be there.
        state: State = "note" if output == "default" else "failed"
        return Finding("sound", "output", state, f"{warning}; --output wav:FILE writes a file instead")
    return Finding("sound", "output", "ok", f"{output} is {player.output_name}")


def configuration(environ: Mapping[str, str], load: Callable[[], object]) -> Finding:
    path = config_path(environ)
    try:
        load()
        refuse_unknown_keys(environ)
    except StreamttsError as error:
        return Finding("settings", "configuration", "failed", str(error))
    if path is None:
        return Finding(
            "settings", "configuration", "note", "no home folder: STREAMTTS_CONFIG can name a file"
        )
    if not os.path.lexists(path):
        return Finding("settings", "configuration", "ok", f"no file {path}, so the defaults hold")
    return Finding("settings", "configuration", "ok", str(path))


def lexicon(config: Config) -> Finding:
    try:
        Lexicon.load(config.lexicon)
    except StreamttsError as error:
        return Finding("settings", "lexicon", "failed", str(error))
    return Finding("settings", "lexicon", "ok", str(config.lexicon or "the built-in one"))


def control(environ: Mapping[str, str], config: Config) -> Finding:
    """Where `streamtts ctl` finds a session; nothing is made."""
    if not config.control:
        return Finding("controls", "ctl", "note", "switched off: `streamtts ctl` finds no session")
    folder = runtime_folder.candidates(environ)[0]
    if os.path.lexists(folder):
        fault = runtime_folder.why_unsafe(folder)
    elif os.access(folder.parent, os.W_OK | os.X_OK):
        fault = ""
    else:
        fault = f"cannot make {folder}: set XDG_RUNTIME_DIR to a folder of your own"
    return Finding("controls", "ctl", "failed" if fault else "ok", fault or str(folder))


def keys(config: Config, terminal: Path = TERMINAL) -> Finding:
    if not config.keys:
        return Finding("controls", "keys", "note", "switched off")
    try:
        os.close(os.open(terminal, os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return Finding("controls", "keys", "note", "no terminal here, so no keys; `streamtts ctl` works")
    return Finding("controls", "keys", "ok", str(terminal))


def screen(env: Environment) -> Finding:
    encoding = (getattr(env.stderr, "encoding", None) or "utf-8").lower()
    if not encoding.startswith("utf"):
        told = f"shows {encoding} only: set LANG to a UTF-8 locale to read captions in every language"
        return Finding("screen", "captions", "note", told)
    if not env.stderr.isatty():
        return Finding(
            "screen", "captions", "note", "standard error is no terminal, so captions are plain lines"
        )
    return Finding("screen", "captions", "ok", f"a terminal, {env.environ.get('TERM', 'of no kind')}")
