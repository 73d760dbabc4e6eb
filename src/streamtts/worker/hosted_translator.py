"""A translator in a process of its own, as hosted.py has voices."""

import json
import sys
from collections.abc import Iterator, Sequence

from streamtts.engine import EngineError, Ticket, TranslatorOptions
from streamtts.worker.host import Host, Limits

LIMITS = Limits(start_s=300.0, reply_s=60.0)  # weights are gigabytes, and a batch is answered as one


class HostedTranslator:
    """A Translator. Its engine is loaded when the constructor returns, and stays warm until `close`."""

    def __init__(
        self,
        engine: str,
        options: TranslatorOptions,
        *,
        limits: Limits | None = None,
        ticket: Ticket | None = None,
    ) -> None:
        setup = {
            "role": "translator",
            "engine": engine,
            "options": {
                "source": options.source,
                "target": options.target,
                "model": options.model,
                "threads": options.threads,
                "settings": dict(options.settings),
            },
            "path": [str(folder) for folder in sys.path],
        }
        self._name = engine
        self._host = Host(engine, setup, options.threads, limits or LIMITS)
        try:
            self._host.load(ticket or Ticket())
        except BaseException:
            self._host.close()
            raise

    @property
    def pid(self) -> int | None:
        """Of the process, if there is one now."""
        return self._host.pid

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        return self._asked(text, ticket)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        translated = list(self._asked(list(texts), ticket))
        if len(translated) != len(texts):
            raise EngineError(
                f"the engine {self._name} was given {len(texts)} sentences and returned {len(translated)}:"
                " choose another engine"
            )
        return translated

    def prefix(self, text: str) -> None:
        self._host.hint(text.encode("utf-8", "surrogatepass"))

    def close(self) -> None:
        self._host.close()

    def _asked(self, what: str | list[str], ticket: Ticket) -> Iterator[str]:
        for piece in self._host.ask(json.dumps(what).encode(), ticket):
            try:
                yield piece.decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                raise EngineError(
                    f"the engine {self._name} sent what is no text: choose another engine"
                ) from None
