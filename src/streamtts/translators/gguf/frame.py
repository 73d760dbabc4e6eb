"""What a model reads besides a sentence: the task, pairs of sentences, and the mark behind each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamtts.engine import EngineError
from streamtts.translators.gguf import prompt
from streamtts.translators.gguf.glossary import Glossary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamtts.translators.gguf.server import LlamaServer


class Frame:
    """For one model and one pair of languages.

    Sentences and translations take turns with nothing between them but the one token that ends an answer: a
    sentence that has arrived is to be followed by as little as possible.
    """

    def __init__(self, server: LlamaServer, source: str, target: str, *, tuned: bool = False) -> None:
        """A `tuned` model needs neither examples nor notes."""
        self._server = server
        self._glossary = Glossary(source, "" if tuned else target)
        task = prompt.talk(source, target)
        self.mark = self._end_of_answer(task)
        self.head = server.tokens(self._chat(task), special=True)
        for said, translation in () if tuned else prompt.pairs(source, target):
            self.head += [*self.sentence(said), *self.mark, *self.translation(translation), *self.mark]

    def sentence(self, text: str, *, complete: bool = True) -> list[int]:
        return self._server.tokens(prompt.line(self._glossary.noted(text, complete=complete)))

    def translation(self, text: str) -> list[int]:
        return self._server.tokens(text)

    def _end_of_answer(self, task: Sequence[Mapping[str, str]]) -> list[int]:
        _, _, after = self._chat(prompt.answered(task)).rpartition(prompt.ANSWER)
        return self._server.tokens(after, special=True)[:1] or self._server.tokens(prompt.END)

    def _chat(self, turns: Sequence[Mapping[str, str]]) -> str:
        try:
            return self._server.chat(turns)
        except EngineError:
            return self._server.chat(prompt.without_system(turns))
