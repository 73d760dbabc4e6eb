"""A translator whose answers are written beforehand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from streamtts._core import protected_spans
from streamtts.engine import Ticket
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.careful import Careful
from streamtts.translation.wording import Wording
from streamtts.types import Sentence

Answer: TypeAlias = "str | Sequence[str] | Exception | Callable[[Ticket], Iterator[str]]"


class Scripted:
    """Answers what it was given, by the text it is asked; remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.batches = 0
        self.hints: list[str] = []
        self.closed = False

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        self.asked.append(text)
        answer = self.answers[text]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            yield from answer(ticket)
        else:
            yield from [answer] if isinstance(answer, str) else answer

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        self.batches += 1
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        self.hints.append(text)

    def close(self) -> None:
        self.closed = True


def sentence(text: str) -> Sentence:
    return Sentence(1, 1, text, "stop", tuple(protected_spans(text)), 0.0)


def careful(
    translator: Scripted,
    target: str = "ja",
    *,
    placeholder: str = "",
    deadline_s: float = 60.0,
    **more: object,
) -> Careful:
    wording = Wording("en", target, Lexicon.load())
    return Careful(translator, "fake", wording, placeholder=placeholder, deadline_s=deadline_s, **more)  # type: ignore[arg-type]
