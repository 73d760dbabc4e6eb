"""The values that flow between the stages."""

from dataclasses import asdict, dataclass
from typing import Literal

SentenceEnd = Literal["stop", "block", "flush", "eof", "clause", "tool", "turn"]
SpanKind = Literal["code", "identifier", "file", "url", "version", "flag", "number"]
Say = Literal["skip", "brief", "read"]
Quality = Literal["fast", "balanced", "best"]

Span = tuple[int, int, SpanKind]
Stretch = tuple[int, int]
SentenceRow = tuple[int, int, str, SentenceEnd, list[Span]]  # as the core gives it
StressedRow = tuple[int, int, str, SentenceEnd, list[Span], list[Stretch]]  # likewise, with stresses


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence worth hearing.

    `end` says what released it: its own full stop, the end of a heading, bullet or paragraph (block), a tool
    call or the end of a message (flush), the end of the input (eof), or an early first clause (clause).
    A `tool` names a tool that the agent calls; a `turn` has no text and says that the agent's turn is over.
    `protected` holds (start, end, kind) of what a translator must carry over unchanged, in characters.
    `t_ms` is when it was known, in milliseconds since the program started to read.
    `stressed` holds (start, end) of the words that the agent meant to stress, in characters.
    """

    turn: int
    seq: int
    text: str
    end: SentenceEnd
    protected: tuple[Span, ...]
    t_ms: float
    stressed: tuple[Stretch, ...] = ()

    def told(self) -> dict[str, object]:
        """What is written of it; how it is to be stressed is for voices alone."""
        return {name: value for name, value in asdict(self).items() if name != "stressed"}
