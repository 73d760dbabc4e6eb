"""A translator for tests that writes down what it is asked, and of what it is told beforehand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from streamtts.engine import Ticket, TranslatorEngine, TranslatorOptions


class TakingNotes:
    def __init__(self, options: TranslatorOptions) -> None:
        self._notes = Path(options.settings["file"])
        self._target = options.target

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        self._note(f"ask {text}")
        yield f"{text} ({self._target})"

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        self._note(f"hint {text}")

    def close(self) -> None:
        pass

    def _note(self, line: str) -> None:
        with self._notes.open("a", encoding="utf-8") as notes:
            notes.write(f"{line}\n")


engine = TranslatorEngine(
    name="notes",
    summary="for tests",
    licence="none",
    create=TakingNotes,
    missing=lambda: None,
    speaks=lambda _source, _target: True,
)
