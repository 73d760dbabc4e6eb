"""What a voice may be called: a word for --voice, and a folder that leads nowhere else."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

_NAME = re.compile(r"[^\W_][\w-]{0,39}")
_MOST_BYTES = 160  # of 40 letters of any script; a folder's name has room for 255


def is_name(word: str) -> bool:
    name = folder_name(word)
    return _NAME.fullmatch(name) is not None and len(name.encode()) <= _MOST_BYTES


def folder_name(name: str) -> str:
    """The same however its letters are put together, as disks and terminals differ in that."""
    return unicodedata.normalize("NFC", name)


def key(name: str) -> str:
    """What two names have in common that a listener, and some disks, would not tell apart."""
    return folder_name(name.casefold())


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that may have been meant; empty if none is like it."""
    by_key = {key(name): name for name in names}
    near = difflib.get_close_matches(key(word), by_key, n=1)
    return by_key[near[0]] if near else ""
