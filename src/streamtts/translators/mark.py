"""mark: a translator for tests; gives each word other letters and puts each clause between marks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.synthesizers.settings import Settings

PLACEHOLDER = "⟦{}⟧"

_CLAUSE = re.compile(r"[^,;:]+[,;:]*|[,;:]+")
_PARTS = re.compile(r"(⟦[^⟧]*⟧)|([A-Za-z]+)|[^⟦A-Za-z]+|.", re.DOTALL)
_KANA = str.maketrans("abcdefghijklmnopqrstuvwxyz", "アブクデエフグハイジカルムノオプキラスツウヴワサヤズ")
_ENDING = "o"


@dataclass(frozen=True)
class MarkTranslator:
    """`one, two.` becomes `<オノエ,>` and `< ツワオ.>`, or `<oneo,>`; waits first, as if it had to think."""

    target: str
    opening: str
    closing: str
    delay_s: float
    clause_delay_s: float
    fails: str  # a text with this word fails

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        woken = Event()
        with ticket.cancelling(woken.set):
            _wait(woken, self.delay_s, ticket)
            if self.fails and self.fails in text:
                raise EngineError(f"mark was told to fail over {self.fails!r}: choose another translator")
            for clause in filter(None, _CLAUSE.findall(text)):
                _wait(woken, self.clause_delay_s, ticket)
                yield f"{self.opening}{self._worded(clause)}{self.closing}"

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass

    def _worded(self, clause: str) -> str:
        return _PARTS.sub(lambda part: self._word(part[2]) if part[2] else part[0], clause)

    def _word(self, word: str) -> str:
        return word.lower().translate(_KANA) if self.target == "ja" else word + _ENDING


def _wait(woken: Event, seconds: float, ticket: Ticket) -> None:
    if seconds:
        woken.wait(seconds)
    ticket.check()


def _create(options: TranslatorOptions) -> MarkTranslator:
    settings = Settings("mark", options.settings, "translators")
    translator = MarkTranslator(
        target=options.target,
        opening=settings.text("opening", "<"),
        closing=settings.text("closing", ">"),
        delay_s=settings.number("delay_s", 0, 0, 3600),
        clause_delay_s=settings.number("clause_delay_s", 0, 0, 3600),
        fails=settings.text("fails", ""),
    )
    settings.close()
    return translator


engine = TranslatorEngine(
    name="mark",
    summary="a test translator: other letters, each clause between marks",
    licence="Apache-2.0",
    create=_create,
    missing=lambda: None,
    speaks=lambda _source, _target: True,
    hosted=False,
    placeholder=PLACEHOLDER,
    settings=("opening", "closing", "delay_s", "clause_delay_s", "fails"),
)
