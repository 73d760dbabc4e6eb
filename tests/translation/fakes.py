"""Translators for tests of the choice, behind the entry points of a world that has no others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions

ENGINES: dict[str, TranslatorEngine] = {}


def __getattr__(name: str) -> TranslatorEngine:
    try:
        return ENGINES[name]
    except KeyError:
        raise AttributeError(name) from None


@dataclass
class FakeTranslator:
    options: TranslatorOptions
    broken: bool = False
    closed: bool = False

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        if self.broken:
            raise EngineError("it gave up")
        yield "テストです。" if self.options.target == "ja" else f"Voilà {len(text)} choses."

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@dataclass
class Fake:
    """How one engine behaves, and what was done with it."""

    name: str
    targets: tuple[str, ...] = ("ja", "fr", "zh-Hant")
    missing: str | None = None
    error: Exception | None = None
    hosted: bool = False
    cloud: bool = False
    placeholder: str = ""
    model: str = ""
    wants: Callable[[TranslatorOptions], str | None] = lambda _options: None
    loaded: list[FakeTranslator] = field(default_factory=list)

    @property
    def attribute(self) -> str:
        return self.name.replace("-", "_")

    def create(self, options: TranslatorOptions) -> FakeTranslator:
        if self.error is not None:
            raise self.error
        self.loaded.append(FakeTranslator(options))
        return self.loaded[-1]

    def register(self) -> None:
        ENGINES[self.attribute] = TranslatorEngine(
            name=self.name,
            summary="a fake",
            licence="Apache-2.0",
            create=self.create,
            missing=lambda: self.missing,
            speaks=lambda _, target: target in self.targets,
            hosted=self.hosted,
            cloud=self.cloud,
            model=lambda _source, _target: self.model,
            wants=lambda options: self.wants(options),  # noqa: PLW0108 - a test may replace it
            placeholder=self.placeholder,
        )
