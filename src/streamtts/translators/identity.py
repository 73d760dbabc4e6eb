"""identity: what is in the listener's language already."""

from collections.abc import Iterator, Sequence

from streamtts.engine import Ticket, TranslatorEngine, TranslatorOptions
from streamtts.synthesizers.settings import Settings


class IdentityTranslator:
    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        if text:
            yield text

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        ticket.check()
        return list(texts)

    def prefix(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


def _create(options: TranslatorOptions) -> IdentityTranslator:
    Settings("identity", options.settings, "translators").close()
    return IdentityTranslator()


engine = TranslatorEngine(
    name="identity",
    summary="leaves a text as it is",
    licence="Apache-2.0",
    create=_create,
    missing=lambda: None,
    speaks=lambda source, target: source == target,
    hosted=False,
    models_of=None,
    settings=(),
)
