"""A line of the script, and who holds it."""

from dataclasses import dataclass, field
from enum import Enum, auto

from streamtts.engine import Ticket
from streamtts.types import Sentence


class Stage(Enum):
    """How far a line has come."""

    WAITING = auto()
    TAKEN = auto()  # with the voice, or in the ring
    HEARING = auto()
    HEARD = auto()
    SKIPPED = auto()


@dataclass(slots=True, eq=False)
class Line:
    """One sentence and what became of it. The script alone changes it."""

    index: int
    sentence: Sentence
    language: str  # of what is spoken
    written: int  # characters read before this line, in the whole session
    complete: bool  # no more pieces will come
    own: bool = False  # not the agent's words: an announcement, or what the listener wants said
    pieces: list[str] = field(default_factory=list)  # what is to be spoken, as far as it is known
    whole_at_s: float = 0.0  # when the last piece is expected
    stage: Stage = Stage.WAITING

    def add(self, piece: str, language: str, whole_at_s: float = 0.0) -> None:
        self.language, self.whole_at_s = language, whole_at_s
        self.pieces.append(piece)

    def finish(self, text: str, language: str) -> None:
        """Nothing follows; `text` is what to speak if no piece was given."""
        self.pieces = self.pieces or [text]
        self.language, self.complete = language, True


@dataclass(frozen=True, slots=True)
class Take:
    """A line in the hands of the voice."""

    line: Line
    epoch: int
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Job:
    """Lines in the hands of the translator: one, or several that can wait for each other."""

    lines: tuple[Line, ...]
    ticket: Ticket

    @property
    def line(self) -> Line:
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Jump:
    """What a jump of the cursor did."""

    cut: Line | None  # was being heard
    passed: list[Line]  # will not be heard, unless the listener goes back
