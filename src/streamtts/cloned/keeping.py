"""Voices put into the folder and taken out of it: whole or not at all, and for nobody else to read."""

import os
import shutil
import wave
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from streamtts.cloned.names import folder_name, is_name, key, nearest
from streamtts.cloned.sample import RATE_HZ, Sample
from streamtts.cloned.store import folder, place_of, places
from streamtts.cloned.voice import ABOUT, SAMPLE, ClonedVoice, digest_of
from streamtts.errors import StreamttsError, UsageError

_COMING, _GOING = ".coming-", ".going-"  # and the number of the process at work on it


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of a voice."""

    name: str
    consent: str
    transcript: str = ""
    language: str = ""


def check_name(name: str, engines: Iterable[str], environ: Mapping[str, str]) -> None:
    """UsageError if no voice can be called so, or another is."""
    if not is_name(name):
        raise UsageError(f"a voice cannot be called {name[:80]!r}: give letters, digits, - and _, 40 at most")
    if key(name) in map(key, engines):
        raise UsageError(f"{name} is the name of an engine: choose another for the voice")
    if (place := place_of(name, environ)) is not None:
        raise UsageError(
            f"there is a voice {place.name} already: choose another name, or run "
            f"`streamtts voices rm {place.name}` first"
        )


def keep(given: Given, sample: Sample, environ: Mapping[str, str]) -> ClonedVoice:
    """The new voice, from now on there for everybody of this user."""
    root = folder(environ)
    name = folder_name(given.name)
    content = _wav(sample.pcm)
    voice = ClonedVoice(
        name=name,
        place=root / name,
        rate_hz=RATE_HZ,
        length_s=round(sample.length_s, 3),
        digest=digest_of(content),
        made=datetime.now(UTC).replace(microsecond=0),
        consent=given.consent,
        transcript=given.transcript,
        language=given.language,
    )
    coming = root / f"{_COMING}{os.getpid()}"
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(root)
        coming.mkdir(mode=0o700)
        _write(coming / SAMPLE, content)
        _write(coming / ABOUT, voice.as_toml().encode())
        _settle(coming, voice.place)
    except OSError as error:
        raise StreamttsError(f"cannot keep the voice in {root}: {error.strerror}") from error
    finally:
        shutil.rmtree(coming, ignore_errors=True)
    return voice


def remove(place: Path) -> None:
    """Takes away a voice, with all that engines have made of it."""
    going = place.parent / f"{_GOING}{os.getpid()}"
    try:
        if place.is_symlink():
            place.unlink()  # what it leads to is none of ours
            return
        place.rename(going)  # out of sight at one stroke
        shutil.rmtree(going)
    except OSError as error:
        raise StreamttsError(f"cannot remove {place}: {error.strerror or error}") from error


def known_place(name: str, environ: Mapping[str, str]) -> Path:
    """Where the voice lies, be it whole or not; the error names the nearest."""
    if (place := place_of(name, environ)) is not None:
        return place
    near = nearest(name, (place.name for place in places(environ)))
    hint = f"did you mean {near}?" if near else "`streamtts voices add NAME FILE` makes one"
    raise UsageError(f"there is no voice of your own {name[:80]!r}: {hint}")


def _wav(pcm: bytes) -> bytes:
    content = BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm)
    return content.getvalue()


def _write(path: Path, content: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(fd)


def _settle(coming: Path, place: Path) -> None:
    try:
        coming.rename(place)
    except OSError as error:
        if place.is_dir():  # another was quicker
            raise UsageError(f"there is a voice {place.name} already: choose another name") from error
        raise


def _sweep(root: Path) -> None:
    """What a process left that was killed at work: a voice is nothing to lie about unseen."""
    for place in root.iterdir():
        head, dash, number = place.name.rpartition("-")
        if head + dash in (_COMING, _GOING) and number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(place, ignore_errors=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False
    with suppress(PermissionError):  # another user's
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True
