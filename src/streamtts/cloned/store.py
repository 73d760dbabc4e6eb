"""The folder of the user's own voices, for those who look."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from streamtts.cloned.names import is_name, key
from streamtts.cloned.voice import ClonedVoice, read
from streamtts.engine import EngineError
from streamtts.errors import StreamttsError
from streamtts.models.folder import data_folder


def folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    try:
        return data_folder(environ, platform) / "voices"
    except StreamttsError:
        raise StreamttsError("there is no home folder to keep voices in: set HOME") from None


def find(name: str, environ: Mapping[str, str] | None = None) -> ClonedVoice | None:
    """The user's own voice of this name, None if there is none. EngineError if it is damaged."""
    place = place_of(name, os.environ if environ is None else environ)
    return None if place is None else read(place)


def every(environ: Mapping[str, str] | None = None) -> Sequence[ClonedVoice]:
    """All that are whole."""
    found = []
    for place in places(os.environ if environ is None else environ):
        with suppress(EngineError):
            found.append(read(place))
    return found


def place_of(name: str, environ: Mapping[str, str]) -> Path | None:
    """Where the voice lies; small and capital letters are not told apart."""
    if not is_name(name):
        return None
    return next((place for place in places(environ) if key(place.name) == key(name)), None)


def places(environ: Mapping[str, str]) -> Iterator[Path]:
    """The folders of all, the damaged ones too, in the order of their names."""
    try:
        found = sorted(folder(environ).iterdir(), key=lambda place: key(place.name))
    except (OSError, StreamttsError):  # nothing was ever added
        return
    yield from (place for place in found if is_name(place.name) and place.is_dir())
