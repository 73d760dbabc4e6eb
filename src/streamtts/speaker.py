"""The Python API: feed an agent's words, hear them."""

import logging
import time
from collections.abc import Mapping
from contextlib import ExitStack
from threading import Thread
from types import TracebackType
from typing import Any, Self

from streamtts._core import Cleaner, Splitter, protected_spans
from streamtts.configuration.config import config_of
from streamtts.errors import StreamttsError
from streamtts.events import Event, Notice, Observer
from streamtts.pipeline.assembly import assembled
from streamtts.types import Sentence, SentenceEnd
from streamtts.verbs import Verb

_LOG = logging.getLogger("streamtts")
_LONGEST_WAIT_S = 1.0  # not every system lets Ctrl-C end a wait without a limit


class Speaker:
    """Speaks prose while it is written.

        with Speaker(to="ja") as speaker:
            for delta in answer:
                speaker.feed(delta)

    Takes the settings of `Config` as keywords, like voice="ja=openjtalk" or output="wav:answer.wav". `feed`
    never waits for the voice; the end of the `with` block waits until everything was heard, unless it is an
    exception that ends it. What a person should know, like that there is no sound device, `observer` is told;
    without one it is a warning of the logger "streamtts".
    """

    def __init__(self, *, observer: Observer | None = None, **settings: Any) -> None:
        self._config = config_of(settings)
        self._observer = observer
        self._cleaner = Cleaner(self._config.code, self._config.tables)
        self._splitter = Splitter(self._config.eager)
        self._turn, self._seq = 1, 0
        self._start_s = time.monotonic()
        self._stack = ExitStack()
        self._error: BaseException | None = None
        assembly = self._stack.enter_context(assembled(self._config, self._now_s, live=True))
        self._pipeline, self._remote = assembly.pipeline, assembly.remote
        self._pipeline.start()
        self._events = Thread(target=self._deliver, name="streamtts-events", daemon=True)
        self._events.start()

    def feed(self, text: str) -> None:
        """The next words, in any pieces; markdown is understood, code is not read out."""
        if not self._events.is_alive():
            raise StreamttsError("this Speaker has ended: make a new one to say more") from self._error
        self._push(self._splitter.feed(self._cleaner.feed(text)), "stop")
        self._pipeline.hint(self._splitter.arriving())

    def end_paragraph(self) -> None:
        """Nothing more belongs to what was fed: what is held back is spoken now."""
        held = self._splitter.feed(self._cleaner.finish())
        self._push([*held, *self._splitter.finish()], "flush")

    def end_turn(self) -> None:
        """The answer is complete; what follows is the next turn."""
        self.end_paragraph()
        self._pipeline.push(Sentence(self._turn, self._seq, "", "turn", (), self._now_ms()))
        self._turn, self._seq = self._turn + 1, 0

    def perform(self, verb: Verb | str, argument: str = "") -> None:
        """Pause, resume, next, stop, say: the verbs of `streamtts ctl`."""
        self._remote.perform(Verb(verb), argument)

    def status(self) -> Mapping[str, object]:
        return self._remote.status()

    def wait(self) -> None:
        """Until everything fed so far was heard. Nothing can be fed afterwards."""
        self.end_turn()
        self._pipeline.end_input()
        self._join()
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Silence at once."""
        self._pipeline.quit()
        self._join()
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self.close()

    def _push(self, texts: list[str], end: SentenceEnd) -> None:
        for text in texts:
            spans = tuple(protected_spans(text))
            self._pipeline.push(Sentence(self._turn, self._seq, text, end, spans, self._now_ms()))
            self._seq += 1

    def _join(self) -> None:
        while self._events.is_alive():
            self._events.join(_LONGEST_WAIT_S)

    def _deliver(self) -> None:
        for deed in (self._tell_all, self._close_observer):
            try:
                deed()
            except BaseException as error:  # noqa: BLE001 - raised again by wait()
                self._error = self._error or error

    def _tell_all(self) -> None:
        for event in self._pipeline.events():
            self._tell(event)

    def _close_observer(self) -> None:
        if self._observer is not None:
            self._observer.close()

    def _tell(self, event: Event) -> None:
        if self._observer is not None:
            self._observer.on_event(event)
        elif isinstance(event, Notice):
            _LOG.warning(event.text)

    def _now_s(self) -> float:
        return time.monotonic() - self._start_s

    def _now_ms(self) -> float:
        return round(self._now_s() * 1000, 3)
