"""The translator's stage, and the plan of what is translated at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import Generic, Protocol, TypeVar

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.errors import StreamttsError
from streamtts.events import Asked, Event, Notice, Translated, TranslatedClause
from streamtts.pipeline.line import Job, Line
from streamtts.pipeline.script import Script
from streamtts.speech.language import language_of, name_of, primary
from streamtts.translation.backlog import Backlog
from streamtts.translation.expectation import Expectation
from streamtts.translation.patience import told_if_slow
from streamtts.types import Sentence


@dataclass(frozen=True, slots=True)
class Plan:
    """Which language a sentence is in, and which it will be heard in."""

    to: str  # "" hears everything as it is written
    source: str  # what Latin letters are taken for

    def own_language(self, text: str) -> str:
        han = next((code for code in (primary(self.to), self.source) if code in ("ja", "zh")), "zh")
        return language_of(text, latin=self.source, han=han)

    def language(self, sentence: Sentence) -> tuple[str, bool]:
        """The sentence's own language, and whether it is spoken as it is written."""
        if not sentence.text:
            return self.main_language, True
        own = self.own_language(sentence.text)
        return own, self.is_heard_as_written(own)

    def is_heard_as_written(self, own_language: str) -> bool:
        return not self.to or primary(own_language) == primary(self.to)

    def can_be_hinted(self, words: str) -> bool:
        """Few letters may not tell a language, and no translator is loaded for a guess."""
        return self.own_language(words) == self.source and not self.is_heard_as_written(self.source)

    @property
    def main_language(self) -> str:
        """What most of the session will be spoken in."""
        return primary(self.to) if self.to else self.source


class SentenceTranslator(Protocol):
    """What a translator is once it is surrounded with care: see `translation/careful.py`."""

    def translate(self, sentence: Sentence, ticket: Ticket) -> Iterator[str]: ...

    def translate_batch(
        self, sentences: Sequence[Sentence], ticket: Ticket
    ) -> Sequence[str | EngineError]: ...

    def prefix(self, text: str) -> None: ...


class LoadedTranslator(Protocol):
    @property
    def label(self) -> str: ...

    @property
    def careful(self) -> SentenceTranslator: ...


LoadedT = TypeVar("LoadedT", bound=LoadedTranslator)


class TranslatorPool(Protocol[LoadedT]):
    """Who translates what, as `Translators` decides it."""

    def translator(self, source: str, target: str) -> LoadedT: ...

    def translated(self, loaded: LoadedT, /) -> None: ...

    def failed(self, loaded: LoadedT, error: EngineError, /) -> None: ...


class Translating(Generic[LoadedT]):
    """Completes lines in another language; what cannot be translated is spoken as it is written."""

    def __init__(
        self,
        script: Script,
        pool: TranslatorPool[LoadedT],
        plan: Callable[[], Plan],
        *,
        insert: Callable[[Sentence, str], None],
        original_voice: Callable[[], None],
        ahead_s: Callable[[int], float],
        emit: Callable[[Event], None],
        now_s: Callable[[], float],
    ) -> None:
        self.ready = Flag()  # the translator is loaded, or cannot be
        self._script = script
        self._pool = pool
        self._plan = plan
        self._insert = insert  # to be spoken next, in this language
        self._original_voice = original_voice  # to be loaded where it will be needed
        self._ahead_s = ahead_s  # how long the ear is busy with what comes before, given its characters
        self._emit = emit
        self._now_s = now_s
        self._backlog = Backlog()
        self._expectation = Expectation()
        self._untranslatable: set[tuple[str, str]] = set()  # of which the listener knows

    def run(self) -> None:
        try:
            self._warm()
        finally:
            self.ready.set()
        while job := self._script.take_untranslated(self._how_many, self._hint):
            try:
                self._translate(job)
            except Cancelled:
                continue

    def _warm(self) -> None:
        """What cannot be had is told when it is needed: perhaps all is in the listener's language."""
        plan = self._plan()
        if not plan.is_heard_as_written(plan.source):
            try:
                with told_if_slow(self._notice, plan.to):
                    self._pool.translator(plan.source, plan.to)
            except StreamttsError:
                self._original_voice()

    def _how_many(self, lines: Sequence[Line], characters_ahead: int) -> int:
        """So many of one language that the last is there before it is to be spoken."""
        plan = self._plan()
        own = [plan.own_language(line.sentence.text) for line in lines]
        alike = next((at for at, language in enumerate(own) if language != own[0]), len(own))
        lengths = [len(line.sentence.text) for line in lines[:alike]]
        return self._backlog.size(lengths, self._ahead_s(characters_ahead) / 2)

    def _hint(self, words: str) -> None:
        plan = self._plan()
        if plan.can_be_hinted(words) and (loaded := self._translator(plan.source, plan)):
            loaded.careful.prefix(words)

    def _translator(self, own: str, plan: Plan) -> LoadedT | None:
        """None where there is none, of which the listener is told once."""
        try:
            return self._pool.translator(own, plan.to)
        except StreamttsError as error:
            if (own, plan.to) not in self._untranslatable:
                self._untranslatable.add((own, plan.to))
                name = name_of(own)
                self._notice(f"{error}; what is written in {name} is spoken in {name}")
            return None

    def _translate(self, job: Job) -> None:
        plan = self._plan()
        own = plan.own_language(job.line.sentence.text)
        loaded = self._translator(own, plan)
        if loaded is None:
            for line in job.lines:
                self._speak_as_written(job, line, own)
            return
        for line in job.lines:
            self._emit(Asked(self._now_s(), line.index, "translator"))
        if len(job.lines) == 1:
            self._stream(job, job.line, loaded, own, plan.to)
        else:
            self._batch(job, loaded, own, plan.to)

    def _stream(self, job: Job, line: Line, loaded: LoadedT, own: str, to: str) -> None:
        """The voice gets each clause as soon as it is known."""
        given: list[str] = []
        failure, start_s = None, self._now_s()
        characters = len(line.sentence.text)
        expected_s = self._expectation.seconds(characters)
        try:
            for piece in filter(None, loaded.careful.translate(line.sentence, job.ticket)):
                given.append(piece)
                told = TranslatedClause(self._now_s(), line.index, "".join(given), to, loaded.label)
                self._add_piece(job, piece, told, start_s + expected_s)
        except EngineError as error:
            failure = error
        if failure is None:
            if given:
                self._complete(job, line, "".join(given), to, loaded.label)
            else:
                self._speak_as_written(job, line, own)
            self._pool.translated(loaded)
            took_s = self._now_s() - start_s
            self._backlog.measured([characters], took_s)
            self._expectation.measured(characters, took_s)
        else:
            self._fall_back(job, "".join(given), loaded.label, own, to)
            self._notice(f"{failure}; a sentence is spoken as it was written")
            self._pool.failed(loaded, failure)

    def _fall_back(self, job: Job, given: str, by: str, own: str, to: str) -> None:
        """To the original; after the beginning of a translation where that may have been heard."""
        with self._script.still():
            if not given or self._script.withdraw(job):
                self._speak_as_written(job, job.line, own)
            else:
                self._complete(job, job.line, given, to, by)
                self._insert(job.line.sentence, own)

    def _batch(self, job: Job, loaded: LoadedT, own: str, to: str) -> None:
        sentences = [line.sentence for line in job.lines]
        start_s = self._now_s()
        try:
            found = loaded.careful.translate_batch(sentences, job.ticket)
        except EngineError:  # who is to blame shows when they are taken again, one by one
            self._backlog.failed()
            return
        self._backlog.measured([len(sentence.text) for sentence in sentences], self._now_s() - start_s)
        failures = [each for each in found if isinstance(each, EngineError)]
        for line, each in zip(job.lines, found, strict=True):
            if isinstance(each, EngineError) or not each:
                self._speak_as_written(job, line, own)
            else:
                self._complete(job, line, each, to, loaded.label)
        for failure in failures:
            self._notice(f"{failure}; a sentence is spoken as it was written")
            self._pool.failed(loaded, failure)
        if len(failures) < len(found):
            self._pool.translated(loaded)

    def _add_piece(self, job: Job, piece: str, told: TranslatedClause, whole_at_s: float) -> None:
        with self._script.still():
            self._script.add_piece(job, piece, told.language, whole_at_s)
            self._emit(told)

    def _speak_as_written(self, job: Job, line: Line, own: str) -> None:
        self._complete(job, line, line.sentence.text, own, "")

    def _complete(self, job: Job, line: Line, text: str, language: str, by: str) -> None:
        with self._script.still():
            self._script.complete(job, text, language, line)
            self._emit(Translated(self._now_s(), line.index, text, language, by))

    def _notice(self, text: str) -> None:
        self._emit(Notice(self._now_s(), text))
