"""Names of files that others made up: none may lead out of the folder that it is meant for."""

import re
from collections.abc import Iterable

_MOST_CHARACTERS, _MOST_BYTES_OF_A_PART = 400, 200
_SHARD = re.compile(r"(?P<before>.*-)(?P<at>\d{5})(?P<of>-of-(?P<count>\d{5}).*)")


def is_safe(name: str) -> bool:
    """True for a relative path that stays below where it starts and that a terminal can show."""
    parts = name.split("/")
    return (
        len(name) <= _MOST_CHARACTERS
        and name.isprintable()
        and "\\" not in name
        and all(part.strip(" .") and len(part.encode()) <= _MOST_BYTES_OF_A_PART for part in parts)
    )


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """Those that a pattern means; its * stands for any characters but the slash."""
    wanted = re.compile("[^/]*".join(map(re.escape, pattern.split("*"))))
    return sorted(name for name in names if wanted.fullmatch(name))


def missing_shards(names: Iterable[str]) -> list[str]:
    """What lacks of files that are numbered as `-00001-of-00003`."""
    have = set(names)
    wanted: set[str] = set()
    for name in have:
        if shard := _SHARD.fullmatch(name):
            count = min(int(shard["count"]), 1000)
            wanted |= {f"{shard['before']}{at:05}{shard['of']}" for at in range(1, count + 1)}
    return sorted(wanted - have)
