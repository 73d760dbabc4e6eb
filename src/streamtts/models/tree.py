"""What lies in a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from streamtts.models.names import is_safe


def exists(place: Path) -> bool:
    """False also for what nobody may look at, and for names that no disk takes."""
    try:
        return place.exists()
    except OSError:
        return False


def files_in(place: Path) -> list[str]:
    """Its files, also those that are linked to, by their path below it; none if it is not there."""
    return [name for name in names_in(place) if is_safe(name) and (place / name).is_file()]


def size_of(place: Path) -> int:
    """What it takes on the disk; links lead elsewhere."""
    return sum((place / name).lstat().st_size for name in names_in(place))


def names_in(place: Path) -> Iterator[str]:
    """Everything but folders."""
    for folder, _, files in os.walk(place):
        for file in files:
            yield (Path(folder) / file).relative_to(place).as_posix()
