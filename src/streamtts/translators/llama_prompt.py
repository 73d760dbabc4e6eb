"""What a language model is given to read, and what it may write: pairs of sentences, and the next one."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from streamtts.translation import codes

_TASK = (
    "Translate what a coding agent says from {source} to {target}. "
    "File names, identifiers and commands stay as they are."
)
END = "\n"  # of a translation

_LANGUAGES = frozenset(  # that chat models know
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "vi", "zh")
)
_MOST_TOKENS_MORE, _MOST_TOKENS_RATIO = 32, 3


def messages(source: str, target: str) -> list[dict[str, str]]:
    task = _TASK.format(source=codes.name(source), target=codes.name(target))
    return [{"role": "user", "content": task}]


def knows(source: str, target: str) -> bool:
    return {source.lower(), target.lower()} <= _LANGUAGES


def examples(source: str, target: str, noted: Callable[[str], str]) -> str:
    """Sentences and their translations, up to where the next sentence begins."""
    begin, between = f"{codes.name(source)}:", turn(target)
    shown = (f"{begin}{line(noted(said))}{between}{told}{END}{END}" for said, told in pairs(source, target))
    return "".join(shown) + begin


def turn(target: str) -> str:
    """Between a sentence and its translation; short, since it is read when the sentence is complete."""
    return f"{END}{codes.name(target)}:"


def line(text: str) -> str:
    """A sentence as it stands in the prompt, whose lines mean something."""
    return " " + " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


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
    file = files("streamtts") / "translators" / "llama_examples.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
