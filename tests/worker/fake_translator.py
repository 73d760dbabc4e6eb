"""A translator that does what its text says: `say one; exit 3`. Registered for tests alone."""

import json
import os
import time
from collections.abc import Iterator, Sequence

from streamtts.engine import Ticket, TranslatorEngine, TranslatorOptions
from worker.fake_engine import DEEDS


class FakeTranslator:
    def __init__(self, options: TranslatorOptions) -> None:
        self.options = options
        self.asked = 0
        self.hints: list[str] = []
        for _ in self._do(options.settings.get("start", ""), Ticket()):
            pass

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        self.asked += 1
        for command in text.split(";"):
            yield from self._do(command.strip(), ticket)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        if "short" in texts:
            return []
        return [clause for text in texts for clause in ["".join(self.translate(text, ticket))]]

    def prefix(self, text: str) -> None:
        self.hints.append(text)
        for _ in self._do(text, Ticket()):
            pass

    def close(self) -> None:
        pass

    def _do(self, command: str, ticket: Ticket) -> Iterator[str]:
        word, _, rest = command.partition(" ")
        answers = {
            "say": rest,
            "count": str(self.asked),
            "hints": json.dumps(self.hints),
            "pid": str(os.getpid()),
            "surrogate": "\ud800",
            "options": repr(self.options),
        }
        if word in answers:
            yield answers[word]
        elif word == "bytes":
            yield b"bytes"  # type: ignore[misc]
        elif word == "cooperate":
            while True:
                ticket.check()
                time.sleep(0.001)
        elif word in DEEDS:
            DEEDS[word](rest)


engine = TranslatorEngine(
    name="fake",
    summary="does what its text says",
    licence="Apache-2.0",
    create=FakeTranslator,
    missing=lambda: None,
    speaks=lambda source, target: source != target,
)
