"""What a child does for its parent, whatever kind of engine it holds."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from streamtts import registry
from streamtts.engine import Ticket, VoiceOptions
from streamtts.worker.guard import Guarded, guarding

_PIECE_BYTES = 1 << 17  # a multiple of a sample


class Servant(Protocol):
    """An engine as the wire sees it. Raises EngineError and Cancelled, and nothing else."""

    def loaded(self) -> Mapping[str, object]:
        """What the parent wants to know of the engine; JSON-able."""

    def answer(self, question: bytes, ticket: Ticket) -> Iterator[bytes]: ...

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

    def close(self) -> None:
        self._voice.close()


ROLES = {"synthesizer": SynthesizerServant}
