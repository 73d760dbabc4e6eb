"""What a language model is given to read, and what it may write: pairs of sentences, and the next one."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from streamtts.translation import codes

_TASK = (
    "Translate what a coding agent says from {source} into natural, polite spoken {target}. "
    "File names, identifiers and commands stay as they are. Answer with the translation alone."
)
SENTENCE = "⁂"  # where it will stand, in a talk
END = "\n"  # of a translation

_LANGUAGES = frozenset(  # that chat models know
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "vi", "zh")
)
_MOST_TOKENS_MORE, _MOST_TOKENS_RATIO = 32, 3


def talk(source: str, target: str, noted: Callable[[str], str]) -> list[dict[str, str]]:
    """The task, sentences and their translations, and the next sentence."""
    task = _TASK.format(source=codes.name(source), target=codes.name(target))
    turns = [{"role": "system", "content": task}]
    for said, translation in pairs(source, target):
        turns.append({"role": "user", "content": line(noted(said))})
        turns.append({"role": "assistant", "content": translation})
    return [*turns, {"role": "user", "content": SENTENCE}]


def without_system(turns: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """For models that know no such role: the task stands before the first sentence."""
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
