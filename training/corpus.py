"""The pairs of sentences that a model is tuned with, as the product gives them to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from streamtts import _core
from streamtts.translation.protect import Protected, protect
from streamtts.translators.gguf.frame import Frame

FOLDERS = {"ja": Path(__file__).with_name("en_ja")}


@dataclass(frozen=True, slots=True)
class Example:
    """Tokens of a sentence with its mark, and of its translation with the mark that ends it."""

    sentence: Sequence[int]
    translation: Sequence[int]


def pairs(folder: Path) -> Iterator[tuple[str, str]]:
    """English and another language, file by file."""
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            english, _, other = line.partition("\t")
            yield english, other


def examples(frame: Frame, folder: Path, placeholder: str) -> Iterator[Example]:
    for english, other in pairs(folder):
        said, translation = hidden(english, other, placeholder)
        yield Example([*frame.sentence(said), *frame.mark], [*frame.translation(translation), *frame.mark])


def hidden(english: str, other: str, placeholder: str) -> tuple[str, str]:
    """Both with placeholders for the names in them; as written if the translation moves one out of sight."""
    sent = protect(english, _core.protected_spans(english), placeholder, numbers=False)
    translation = _with_placeholders(sent, other)
    return (english, other) if translation is None else (sent.text, translation)


def _with_placeholders(sent: Protected, other: str) -> str | None:
    for index in sorted(sent.hidden, key=lambda index: -len(sent.names[index])):
        name = sent.names[index]
        if other.count(name) != sent.names.count(name):
            return None
        other = other.replace(name, sent.template.format(sent.first + index), 1)
    return other
