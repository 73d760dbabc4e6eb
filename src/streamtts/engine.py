"""What an engine is: the Protocols that the pipeline knows, and how an engine describes itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol, TypeAlias

from streamtts.errors import StreamttsError

Pcm: TypeAlias = "memoryview[float]"  # one contiguous row of 32-bit floats, mono, -1 to 1

ANY_LANGUAGE = "*"

# Around words to be stressed, in the text for an engine that can stress; no text has them of its own.
STRESS_BEGIN, STRESS_END = "\ufff9", "\ufffb"


class EngineError(StreamttsError):
    """An engine could not do what it was asked; one sentence for the user, which says what to do."""


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The ticket of the request was cancelled while it was being served."""


class Ticket:
    """One request's leave to go on. Cancelled at most once, by any thread, for ever."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancelled = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def check(self) -> None:
        if self._cancelled:
            raise Cancelled

    def cancel(self) -> None:
        with self._lock:
            if self._cancelled:
                return
            self._cancelled = True
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    @contextmanager
    def cancelling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Within the block a cancel calls `callback`, in the thread that cancels; it must return at once."""
        with self._lock:
            self._callbacks.append(callback)
            late = self._cancelled
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


class Synthesizer(Protocol):
    """A voice, loaded and warm. One thread speaks; close may be called by another once nobody speaks."""

    @property
    def rate_hz(self) -> int: ...

    @property
    def streams(self) -> bool:
        """True if the first piece comes well before the whole sentence is done."""

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        """The sound of `text` in pieces, silence at both ends trimmed; nothing for a text without words.

        Raises EngineError if this text cannot be spoken, Cancelled soon after `ticket` is.
        """

    def close(self) -> None:
        """Give back memory, threads and processes."""


class Translator(Protocol):
    """A translator, loaded and warm. One thread asks and hints; close as for a Synthesizer."""

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        """The translation of one sentence, clause by clause as they are ready: together, the whole of it.

        Spaces between clauses belong to them. Errors as for a Synthesizer.
        """

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        """The translations of sentences that wait, in their order; at once where the engine can."""

    def prefix(self, text: str) -> None:
        """A hint: the next sentence begins with these words. Does what is worth doing early, or nothing."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """What a voice is asked for when loaded; plain values, so that they can cross to a child process."""

    voice: str = ""  # the engine's own name of it; empty is its default for the language
    language: str = ""
    threads: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)  # [engines.NAME] of the config file


@dataclass(frozen=True, slots=True)
class TranslatorOptions:
    """What a translator is asked for when loaded; plain values, as for a voice."""

    source: str  # primary BCP-47 codes, "en" or "ja": an engine maps them to its own
    target: str
    model: str = ""  # a name of the catalogue, or a path; empty is the engine's default for the languages
    threads: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)  # [translators.NAME] of the config file


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that an engine has."""

    name: str
    language: str
    note: str = ""
    default: bool = field(default=False, compare=False)  # what the engine takes for this language by itself


@dataclass(frozen=True, slots=True)
class SynthesizerEngine:
    """How an engine presents itself, before anything heavy is imported."""

    name: str
    summary: str
    languages: Sequence[str]  # ISO 639-1 codes, or ANY_LANGUAGE
    licence: str  # of the code and the voice, in a few words
    create: Callable[[VoiceOptions], Synthesizer]
    missing: Callable[[], str | None]  # why it cannot run here, ending in what to do; None if it can
    voices: Callable[[], Sequence[VoiceInfo]]
    hosted: bool = False  # runs in a process of its own unless told otherwise
    program: bool = False  # starts one that is installed, for each sentence
    cloud: bool = False  # text leaves the machine: only when asked for by name
    # Speaks like `streamtts.cloned.find(options.voice)`, too; `voices` and `refuses` need not know those.
    clones: bool = False
    stresses: bool = False  # wants STRESS_BEGIN and STRESS_END around what is to be stressed
    attribution: str = ""  # to be shown to whoever listens
    settings: Sequence[str] | None = None  # of its table in the config file; None if only `create` knows them
    lacks: Callable[[Mapping[str, str]], str | None] = lambda _settings: (
        None
    )  # as `missing`: what is to be set
    refuses: Callable[[str], str | None] = lambda _voice: None  # why no voice is called so, with the nearest
    start_s: float = 60.0  # how long it may take to load in a process of its own
    reply_s: float = 20.0  # and to the next piece, before it is taken to hang


@dataclass(frozen=True, slots=True)
class TranslatorEngine:
    """How a translator presents itself, before anything heavy is imported."""

    name: str
    summary: str
    licence: str  # of the code and the model, in a few words
    create: Callable[[TranslatorOptions], Translator]
    missing: Callable[[], str | None]  # as for a SynthesizerEngine
    speaks: Callable[[str, str], bool]  # whether it translates from one language to another, by primary codes
    hosted: bool = True
    cloud: bool = False
    model: Callable[[str, str], str] = lambda _source, _target: ""  # of the catalogue, unless told otherwise
    # Whose models of the catalogue it takes, or paths; empty is names of its own, None is no model at all.
    models_of: str | None = ""
    settings: Sequence[str] | None = None  # as for a SynthesizerEngine
    lacks: Callable[[Mapping[str, str]], str | None] = lambda _settings: None
    # Why it cannot translate between these languages yet, ending in what to do: a model that is not here.
    wants: Callable[[TranslatorOptions], str | None] = lambda _options: None
    placeholder: str = (
        ""  # stands for a name that must not change, "{}" for its number; empty: the name itself
    )
