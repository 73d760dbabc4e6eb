"""The translators of a session and what they remember, made when the first sentence is to be translated."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from streamtts.engine import Cancelled, EngineError
from streamtts.quality.policy import Policy
from streamtts.speech.lexicon import Lexicon
from streamtts.translation import codes

if TYPE_CHECKING:
    from streamtts.translation.cache import Cache
    from streamtts.translation.translators import Loaded, Translators


class Interpreters:
    """What `Translators` is, for sessions of which most need none. A wrong choice is a UsageError at once."""

    def __init__(
        self,
        specs: Sequence[str],
        *,
        threads: int,
        isolate: Literal["auto", "always", "never"],
        settings: Mapping[str, Mapping[str, str]],
        notice: Callable[[str], None],
        lexicon: Lexicon,
        timeout_s: float,
        cache_file: Path | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._specs = specs
        self._threads = threads
        self._isolate = isolate
        self._settings = settings
        self._notice = notice
        self._lexicon = lexicon
        self._timeout_s = timeout_s
        self._cache_file = cache_file
        self._policy = policy
        self._lock = Lock()
        self._pool: Translators | None = None
        self._cache: Cache | None = None
        self._closing = False
        if specs:
            self._made()

    def check(self, source: str, target: str) -> None:
        """UsageError for languages that cannot be translated, if they would have to be."""
        if target and codes.canonical(target) != source:
            codes.canonical(source)

    def translator(self, source: str, target: str) -> "Loaded":
        return self._made().translator(source, target)

    def translated(self, loaded: "Loaded") -> None:
        self._made().translated(loaded)

    def failed(self, loaded: "Loaded", error: EngineError) -> None:
        self._made().failed(loaded, error)

    def stop_loading(self) -> None:
        """Whoever waits for a translator is Cancelled, now and from now on."""
        with self._lock:
            self._closing = True
            pool = self._pool
        if pool is not None:
            pool.stop_loading()

    def close(self) -> None:
        self.stop_loading()
        if self._pool is not None:
            self._pool.close()
        if self._cache is not None:
            self._cache.close()

    def _made(self) -> "Translators":
        from streamtts.translation.cache import Cache  # noqa: PLC0415 - most sessions need none of this
        from streamtts.translation.translators import Translators  # noqa: PLC0415

        with self._lock:
            if self._closing:
                raise Cancelled
            if self._pool is None:
                self._cache = Cache(self._cache_file, self._notice)
                self._pool = Translators(
                    self._specs,
                    threads=self._threads,
                    isolate=self._isolate,
                    settings=self._settings,
                    notice=self._notice,
                    lexicon=self._lexicon,
                    deadline_s=self._timeout_s,
                    cache=self._cache,
                    policy=self._policy,
                )
            return self._pool
