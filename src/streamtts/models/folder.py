"""The folder of the models: where it is, and how things in it are made and taken away."""

import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from streamtts.models.amounts import amount
from streamtts.models.report import World
from streamtts.models.trouble import ModelError

VARIABLE = "STREAMTTS_MODELS"

_COMING, _GOING, _LOCKS, _DERIVED = ".coming", ".going", ".locks", ".derived"
_SPARE_BYTES = 64_000_000
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ELSEWHERE = f"set {VARIABLE} to a folder that is yours"


def folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    named = environ.get(VARIABLE)
    return _below_home(named, environ) if named else data_folder(environ, platform) / "models"


def data_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where what the user has given us or agreed to is kept."""
    data = Path(environ.get("XDG_DATA_HOME", ""))
    if platform == "darwin":
        return _below_home("~/Library/Application Support/streamtts", environ)
    return data / "streamtts" if data.is_absolute() else _below_home("~/.local/share/streamtts", environ)


def _below_home(named: str, environ: Mapping[str, str]) -> Path:
    place = Path(named)
    if place.parts[0] == "~":
        place = Path(environ.get("HOME") or "~").joinpath(*place.parts[1:])
    try:
        return place.expanduser().absolute()
    except RuntimeError:  # nobody's home
        raise ModelError(f"there is no home folder to keep models in: {_ELSEWHERE}") from None


def coming(root: Path, name: str) -> Path:
    """Where a model lies while it is fetched."""
    return root / _COMING / name


def staging(root: Path, name: str) -> Path:
    """The same, made if need be."""
    return made(made(made(root) / _COMING) / name)


def derived_folder(root: Path, name: str) -> Path:
    """Where engines keep what they have made of a model."""
    return root / _DERIVED / name


def made(place: Path) -> Path:
    """The folder, made if need be; a link in its place would lead elsewhere, and is refused."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise ModelError(f"{place} is a link: remove it, or {_ELSEWHERE}")
    except OSError as error:
        raise unwritable(place, error) from error
    return place


def unwritable(place: Path, error: OSError) -> ModelError:
    if error.errno in _FULL:
        return ModelError(
            f"the disk of {place} is full: free some space, or set {VARIABLE} to a folder elsewhere"
        )
    return ModelError(f"cannot write {place} ({error.strerror}): {_ELSEWHERE}")


def check_space(root: Path, needed: int, what: str) -> None:
    place = root
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed + _SPARE_BYTES:
        lacking = amount(needed + _SPARE_BYTES - free)
        raise ModelError(
            f"{what} needs {amount(needed)} and {place} has {amount(free)} free: make room for {lacking}"
            f" more, or set {VARIABLE} to a folder on a larger disk"
        )


def swapped_in(new: Path, place: Path) -> None:
    """`new` takes the place, at one stroke as far as anybody can see; what was there goes."""
    try:
        if place.exists():
            discard(place, place.parent)
        new.rename(place)
    except OSError as error:
        raise unwritable(place, error) from error


def discard(place: Path, root: Path) -> None:
    """Takes a folder away: first out of sight, then from the disk."""
    going = made(root / _GOING) / f"{place.name}-{os.getpid()}"
    try:
        if going.exists():
            shutil.rmtree(going)
        place.rename(going)
        shutil.rmtree(going)
    except OSError as error:
        raise ModelError(f"cannot remove {place}: {error.strerror}") from error
    with suppress(OSError):  # another's is still going
        going.parent.rmdir()


@contextmanager
def locked(root: Path, name: str, world: World) -> Iterator[None]:
    """One at a time may change a model; the system takes the lock from whoever dies."""
    import fcntl  # noqa: PLC0415 - looking needs none

    lock = made(root / _LOCKS) / f"{name}.lock"
    try:
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(lock, error) from error
    waiting = False
    try:
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    world.report.say(f"another streamtts is at work on {name}: waiting for it")
                waiting = True
                world.clock.sleep(0.2)
            except OSError as error:
                raise ModelError(
                    f"{root} is on a disk that knows no locks ({error.strerror}): {_ELSEWHERE}"
                ) from error
        yield
    finally:
        os.close(fd)
