"""What the pipeline tells the outside: captions, subtitles and the trace are made of these.

`index` counts the sentences of a session from 0. `at_s` is seconds since the program started to read, on the
clock that stamps `Sentence.t_ms`. Events come in order, all on the main thread.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from streamtts.types import Sentence

SkipReason = Literal["lag", "skipped", "stopped", "new turn", "failed", "overflow"]
State = Literal["waiting", "speaking", "paused"]
Worker = Literal["translator", "voice"]


@dataclass(frozen=True, slots=True)
class Started:
    """Reading begins; told first, with the machine's clocks at `at_s` for who compares with other logs."""

    at_s: float
    unix_s: float
    monotonic_s: float


@dataclass(frozen=True, slots=True)
class Known:
    """A sentence was read."""

    at_s: float
    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine begins to work on it. Whoever goes back has the voice asked again."""

    at_s: float
    index: int
    worker: Worker


@dataclass(frozen=True, slots=True)
class TranslatedClause:
    """So much of a translation is known, from its beginning, and may be spoken; Translated has the whole."""

    at_s: float
    index: int
    text: str
    language: str
    by: str


@dataclass(frozen=True, slots=True)
class Translated:
    """What will be spoken is known. `by` is empty for a sentence that is spoken as it was written."""

    at_s: float
    index: int
    text: str
    language: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Voiced:
    """The first sample is in the ring. A sentence may be voiced again, when the listener goes back."""

    at_s: float
    index: int
    engine: str
    made_s: float | None = None  # when there was a first sample; it may have waited for room since


@dataclass(frozen=True, slots=True)
class Spoken:
    """The voice is done with it: so much sound was made in so much time."""

    at_s: float
    index: int
    audio_s: float
    computing_s: float


@dataclass(frozen=True, slots=True)
class HeardStart:
    """The first sample is at the ear. `media_s` is its place in all the sound made so far: in a WAV, say."""

    at_s: float
    media_s: float
    index: int
    device_s: float = 0.0  # how long the device had it


@dataclass(frozen=True, slots=True)
class HeardEnd:
    """The last sample was heard; or, with `cut`, the listener went elsewhere in the middle."""

    at_s: float
    media_s: float
    index: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """This sentence will not be heard, unless the listener goes back to it."""

    at_s: float
    index: int
    why: SkipReason


@dataclass(frozen=True, slots=True)
class TurnHeard:
    """Everything of the agent's turn has been heard."""

    at_s: float
    turn: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the eye."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the session stands; told when something of it changes."""

    at_s: float
    state: State
    lag_s: float  # how much speech is still to come
    speed: float
    muted: bool
    engine: str  # the voice that speaks, "" before the first


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more will be heard; told last."""

    at_s: float
    underruns: int  # how often speech broke off because the ring ran dry


Event = (
    Started
    | Known
    | Asked
    | TranslatedClause
    | Translated
    | Voiced
    | Spoken
    | HeardStart
    | HeardEnd
    | Skipped
    | TurnHeard
    | Notice
    | Status
    | Finished
)


class Observer(Protocol):
    def on_event(self, event: Event) -> None: ...

    def close(self) -> None:
        """The session is over: write what is left, restore what was changed."""
