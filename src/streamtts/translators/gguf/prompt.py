"""What a language model is given to read, and what it may write: pairs of sentences, and the next one."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from streamtts.translation import codes

_TASK = (
    "Translate what a coding agent says from {source} into natural, polite spoken {target}. "
    "File names, identifiers and commands stay as they are. "
    "Each sentence is followed by its translation alone."
)
_BEGIN = "Begin."
ANSWER = "⁂"  # where it would stand, in a talk
END = "\n"  # of a translation

_LANGUAGES = frozenset(  # that chat models know
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "vi", "zh")
)
_MOST_TOKENS_MORE, _MOST_TOKENS_RATIO = 32, 3


def talk(source: str, target: str) -> list[dict[str, str]]:
    """The task, and whoever is to do it begins."""
    task = _TASK.format(source=codes.name(source), target=codes.name(target))
    return [{"role": "system", "content": task}, {"role": "user", "content": _BEGIN}]


def answered(turns: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """A talk in which something was answered, which shows how an answer ends."""
    return [*map(dict, turns), {"role": "assistant", "content": ANSWER}, {"role": "user", "content": _BEGIN}]


def without_system(turns: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """For models that know no such role: the task stands before what is said first."""
    first = {"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}
    return [first, *map(dict, turns[2:])]


def knows(source: str, target: str) -> bool:
    return {source.lower(), target.lower()} <= _LANGUAGES


def line(text: str) -> str:
    """A sentence on one line, as its translation will be."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def most_tokens(tokens: int) -> int:
    return _MOST_TOKENS_MORE + _MOST_TOKENS_RATIO * tokens


def pairs(source: str, target: str) -> Iterator[tuple[str, str]]:
    table = _table()
    own = table["pairs"].get(f"{source}-{target}")
    if own:
        yield from own.items()
        return
    for each in table["shared"]:
        if source in each and target in each:
            yield each[source], each[target]


@cache
def _table() -> Mapping[str, Any]:
    file = files("streamtts.translators.gguf") / "examples.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
