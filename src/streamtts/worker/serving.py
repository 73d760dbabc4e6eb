"""What a child does for its parent, whatever kind of engine it holds."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from streamtts import registry
from streamtts.engine import Ticket, TranslatorOptions, VoiceOptions
from streamtts.worker.guard import Guarded, GuardedTranslator, guarding

_PIECE_BYTES = 1 << 17  # a multiple of a sample


class Servant(Protocol):
    """An engine as the wire sees it. Raises EngineError and Cancelled, and nothing else."""

    def loaded(self) -> Mapping[str, object]:
        """What the parent wants to know of the engine; JSON-able."""

    def answer(self, question: bytes, ticket: Ticket) -> Iterator[bytes]: ...

    def hint(self, words: bytes) -> None:
        """What the next question may begin with. Raises nothing."""

    def close(self) -> None: ...


class SynthesizerServant:
    def __init__(self, engine: str, options: Mapping[str, object]) -> None:
        with guarding(engine):
            described = registry.synthesizer(engine)
        self._voice = Guarded(engine, described, VoiceOptions(**options))  # type: ignore[arg-type]

    def loaded(self) -> Mapping[str, object]:
        return {"rate_hz": self._voice.rate_hz, "streams": self._voice.streams}

    def answer(self, question: bytes, ticket: Ticket) -> Iterator[bytes]:
        for pcm in self._voice.speak(question.decode("utf-8", "surrogatepass"), ticket):
            sound = pcm.cast("B")
            for start in range(0, len(sound), _PIECE_BYTES):
                yield bytes(sound[start : start + _PIECE_BYTES])

    def hint(self, words: bytes) -> None:
        pass

    def close(self) -> None:
        self._voice.close()


class TranslatorServant:
    """Answers one sentence with its clauses, several with a piece for each."""

    def __init__(self, engine: str, options: Mapping[str, object]) -> None:
        with guarding(engine):
            described = registry.translator(engine)
        self._translator = GuardedTranslator(engine, described, TranslatorOptions(**options))  # type: ignore[arg-type]

    def loaded(self) -> Mapping[str, object]:
        return {}

    def answer(self, question: bytes, ticket: Ticket) -> Iterator[bytes]:
        asked = json.loads(question)
        if isinstance(asked, str):
            pieces: Iterable[str] = self._translator.translate(asked, ticket)
        else:
            pieces = self._translator.translate_batch(asked, ticket)
        for piece in pieces:
            yield piece.encode("utf-8", "surrogatepass")

    def hint(self, words: bytes) -> None:
        self._translator.prefix(words.decode("utf-8", "surrogatepass"))

    def close(self) -> None:
        self._translator.close()


ROLES: Mapping[str, Callable[[str, Mapping[str, object]], Servant]] = {
    "synthesizer": SynthesizerServant,
    "translator": TranslatorServant,
}
