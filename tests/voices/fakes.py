"""Engines for tests of the choice, behind the entry points of a world that has no others."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Event

from streamtts.engine import EngineError, Pcm, SynthesizerEngine, Ticket, VoiceInfo, VoiceOptions

ENGINES: dict[str, SynthesizerEngine] = {}


def __getattr__(name: str) -> SynthesizerEngine:
    try:
        return ENGINES[name]
    except KeyError:
        raise AttributeError(name) from None


@dataclass
class FakeVoice:
    options: VoiceOptions
    rate_hz: int = 8000
    streams: bool = False
    closed: bool = False

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        ticket.check()
        raise RuntimeError(text)

    def close(self) -> None:
        self.closed = True


@dataclass
class Fake:
    """How one engine behaves, and what was done with it."""

    name: str
    languages: tuple[str, ...]
    voices: tuple[VoiceInfo, ...] = ()
    missing: str | None = None
    error: Exception | None = None
    hosted: bool = False
    cloud: bool = False
    clones: bool = False
    lacks: Callable[[Mapping[str, str]], str | None] = lambda _settings: None
    attribution: str = ""
    asked: Callable[[], str | None] | None = None
    refuses: Callable[[str], str | None] = lambda _voice: None
    go_on: Event | None = None
    loaded: list[FakeVoice] = field(default_factory=list)
    loading: Event = field(default_factory=Event)

    @property
    def attribute(self) -> str:
        return self.name.replace("-", "_")

    def create(self, options: VoiceOptions) -> FakeVoice:
        self.loading.set()
        if self.go_on is not None:
            self.go_on.wait()
        if self.error is not None:
            raise self.error
        self.loaded.append(FakeVoice(options))
        return self.loaded[-1]

    def register(self) -> None:
        ENGINES[self.attribute] = SynthesizerEngine(
            name=self.name,
            summary="a fake",
            languages=self.languages,
            licence="Apache-2.0",
            create=self.create,
            missing=self.asked or (lambda: self.missing),
            voices=lambda: self.voices,
            hosted=self.hosted,
            cloud=self.cloud,
            clones=self.clones,
            lacks=lambda settings: self.lacks(settings),  # noqa: PLW0108 - a test may replace it
            attribution=self.attribution,
            refuses=lambda voice: self.refuses(voice),  # noqa: PLW0108 - a test may replace it
        )


FAILS = EngineError("the model is torn: fetch it again")
