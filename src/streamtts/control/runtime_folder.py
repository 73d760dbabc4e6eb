"""The folder of this user, and of nobody else, where running sessions are found."""

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from streamtts.errors import StreamttsError

VARIABLE = "STREAMTTS_RUNTIME"
DARWIN_USER_TEMP_DIR = 65537  # <unistd.h> of macOS; Python has no name for it

ADDRESS_BYTES = 103  # of a socket's path, on macOS; Linux has 107
LONGEST_NAME = "4194304-99.sock"


def candidates(environ: Mapping[str, str], platform: str = sys.platform) -> list[Path]:
    """Where the folder may be, best first; a session takes the first, `ctl` looks into all.

    Whoever names one has a world of their own, as tests do: no session of elsewhere is seen there.
    """
    if named := environ.get(VARIABLE):
        return [Path(named).absolute()]
    folders = []
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute() and _is_mine(runtime):  # under sudo it is another user's
        folders.append(runtime / "streamtts")
    if platform == "darwin" and (temporary := _darwin_folder(environ)) is not None:
        folders.append(temporary / "streamtts")
    folders.append(Path(f"/tmp/streamtts-{os.geteuid()}"))  # noqa: S108 - checked before it is used
    return [folder for folder in folders if _fits(folder / LONGEST_NAME)]


def prepared(folder: Path) -> Path:
    """The folder, made if need be. Raises StreamttsError if others can get at it."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise StreamttsError(f"no control socket: cannot make {folder}: {error.strerror}") from error
    if fault := why_unsafe(folder):
        raise StreamttsError(f"no control socket: {fault}")
    return folder


def why_unsafe(folder: Path) -> str:
    """What to do about a folder that is not ours alone; empty if it is."""
    try:
        status = folder.lstat()
    except OSError as error:
        return f"cannot look at {folder}: {error.strerror}"
    if not stat.S_ISDIR(status.st_mode):
        return f"{folder} is not a folder: remove it"
    if status.st_uid != os.geteuid():
        return f"{folder} belongs to another user: set XDG_RUNTIME_DIR to a folder of your own"
    if status.st_mode & 0o077:
        return f"others can get into {folder}: run `chmod 700 {folder}`"
    return ""


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= ADDRESS_BYTES


def _is_mine(folder: Path) -> bool:
    try:
        return folder.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _darwin_folder(environ: Mapping[str, str]) -> Path | None:
    """The system's answer comes before the variable, which shells and tools change."""
    with suppress(OSError, ValueError):
        if answer := os.confstr(DARWIN_USER_TEMP_DIR):
            return Path(answer)
    variable = Path(environ.get("TMPDIR", ""))
    return variable if variable.is_absolute() and variable.is_dir() else None
