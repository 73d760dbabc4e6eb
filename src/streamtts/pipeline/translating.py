"""The translator's stage, and the plan of what is translated at all."""

from collections.abc import Callable
from dataclasses import dataclass

from streamtts.engine import Cancelled, EngineError, Translator
from streamtts.events import Event, Notice, Translated
from streamtts.pipeline.line import Job
from streamtts.pipeline.script import Script
from streamtts.speech.language import language_of, primary
from streamtts.types import Sentence

TOLERATED_FAILURES = 3  # in a row; then the translator is taken to be down


@dataclass(frozen=True, slots=True)
class Plan:
    """Which language a sentence is in, and which it will be heard in."""

    to: str  # "" hears everything as it is written
    source: str  # what Latin letters are taken for
    translates: bool

    def language(self, sentence: Sentence) -> tuple[str, bool]:
        """The sentence's own language, and whether it is spoken as it is written."""
        han = next((code for code in (primary(self.to), self.source) if code in ("ja", "zh")), "zh")
        if not sentence.text:
            return self.main_language, True
        own = language_of(sentence.text, latin=self.source, han=han)
        return own, not (self.translates and self.to) or own == primary(self.to)

    @property
    def main_language(self) -> str:
        """What most of the session will be spoken in."""
        return primary(self.to) if self.to and self.translates else self.source


class Translating:
    """Completes lines in another language; what cannot be translated is spoken as it is written."""

    def __init__(
        self,
        script: Script,
        translator: Translator,
        name: str,
        plan: Callable[[], Plan],
        *,
        emit: Callable[[Event], None],
        now_s: Callable[[], float],
    ) -> None:
        self._script = script
        self._translator = translator
        self._name = name
        self._plan = plan
        self._emit = emit
        self._now_s = now_s
        self._failures = 0

    def run(self) -> None:
        while job := self._script.take_untranslated():
            try:
                self._translate(job)
            except Cancelled:
                continue

    def _translate(self, job: Job) -> None:
        language, sentence = self._plan().to, job.line.sentence
        given: list[str] = []
        try:
            if self._failures < TOLERATED_FAILURES:
                for piece in filter(None, self._translator.translate(sentence.text, job.ticket)):
                    self._script.add_piece(job, piece, language)
                    given.append(piece)
        except EngineError as error:
            self._failures += 1
            self._tell_failure(error, begun=bool(given))
        else:
            self._failures = 0 if given else self._failures
        text, by = "".join(given), self._name
        if not text:
            text, language, by = sentence.text, job.line.language, ""
        with self._script.still():
            self._script.complete(job, text, language)
            self._emit(Translated(self._now_s(), job.line.index, text, language, by))

    def _tell_failure(self, error: EngineError, *, begun: bool) -> None:
        outcome = "the rest of a sentence is lost" if begun else "a sentence is spoken as it was written"
        if self._failures == TOLERATED_FAILURES:
            outcome = f"{TOLERATED_FAILURES} in a row, so everything is spoken as it is written from now on"
        self._emit(Notice(self._now_s(), f"{error}; {outcome}"))
