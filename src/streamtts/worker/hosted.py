"""A voice in a process of its own, which the pipeline cannot tell from one in ours."""

import sys
from collections.abc import Iterator

from streamtts.engine import EngineError, Pcm, Ticket, VoiceOptions
from streamtts.worker.host import Host, Limits

_SAMPLE_BYTES = 4


class Hosted:
    """A Synthesizer. Its engine is loaded when the constructor returns, and stays warm until `close`."""

    def __init__(
        self,
        engine: str,
        options: VoiceOptions,
        *,
        limits: Limits | None = None,
        ticket: Ticket | None = None,
    ) -> None:
        setup = {
            "role": "synthesizer",
            "engine": engine,
            "options": {
                "voice": options.voice,
                "language": options.language,
                "threads": options.threads,
                "settings": dict(options.settings),
            },
            "path": [str(folder) for folder in sys.path],
        }
        self._name = engine
        self._host = Host(engine, setup, options.threads, limits or Limits())
        try:
            loaded = self._host.load(ticket or Ticket())
        except BaseException:
            self._host.close()
            raise
        self._rate_hz, self._streams = int(str(loaded["rate_hz"])), bool(loaded["streams"])

    @property
    def rate_hz(self) -> int:
        return self._rate_hz

    @property
    def streams(self) -> bool:
        return self._streams

    @property
    def pid(self) -> int | None:
        """Of the process, if there is one now."""
        return self._host.pid

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        for piece in self._host.ask(text.encode("utf-8", "surrogatepass"), ticket):
            if len(piece) % _SAMPLE_BYTES:
                raise EngineError(f"the engine {self._name} sent half a sample: choose another engine")
            yield memoryview(piece).cast("f")

    def close(self) -> None:
        self._host.close()
