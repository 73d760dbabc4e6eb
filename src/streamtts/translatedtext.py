"""`streamtts --text --to ja`: a line for each sentence, translated, in the order they were written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from threading import Thread

from streamtts._core import SentenceStream
from streamtts.arguments import TextCommand
from streamtts.configuration.config import Config
from streamtts.distinct import check_distinct
from streamtts.engine import EngineError, Ticket
from streamtts.environment import Environment
from streamtts.errors import StreamttsError
from streamtts.hints import agent_notice, closing_hint
from streamtts.input import replay, source
from streamtts.input.inbox import Inbox
from streamtts.input.source import SentenceSource
from streamtts.pipeline.stop import Stop, StoppableClock
from streamtts.pipeline.translating import Plan
from streamtts.quality.policy import Policy
from streamtts.shown.terminal import json_text
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.backlog import Backlog
from streamtts.translation.interpreters import Interpreters
from streamtts.translation.patience import told_if_slow
from streamtts.translation.translators import Loaded
from streamtts.types import Sentence

_PATIENCE_S = 2.0  # so long may the first of several wait for the last of them
_IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sentence; without an engine it is as it was written, and `error` says why."""

    text: str
    language: str
    engine: str | None
    error: str | None
    first_s: float
    done_s: float


def print_translated(command: TextCommand, env: Environment, tell: Callable[[str], None]) -> bool:
    """Until the end of the input; False if there was no translator for some of it."""
    config = command.config
    check_distinct(config, command.files)
    with ExitStack() as stack:
        interpreters = stack.enter_context(closing(_interpreters(config, tell)))
        interpreters.check(config.source, config.to)
        stop = stack.enter_context(closing(Stop()))
        stream, inbox = SentenceStream(config.code, config.tables, config.eager, tools=config.tools), Inbox()
        reader = _Reader(command, env, SentenceSource(stream, env.clock), inbox, stop)
        stack.callback(reader.join)
        stack.enter_context(closing(inbox))
        stack.callback(stop.set)
        interpreting = _Interpreting(Plan(config.to, config.source), interpreters, reader.now_s, tell)
        shown = _json_line if command.as_json else _plain_line
        reader.start()
        interpreting.warm()
        while batch := inbox.take(
            interpreting.how_many,
            hinted=interpreting.hint,
            noted=lambda notice: tell(agent_notice(notice)),
        ):
            for sentence, outcome in interpreting.outcomes(batch):
                env.stdout.write(shown(sentence, outcome, reader.start_s))
                env.stdout.flush()
        if hint := reader.hint():
            tell(hint)
        return not interpreting.untranslatable


def _interpreters(config: Config, tell: Callable[[str], None]) -> Interpreters:
    return Interpreters(
        config.translator,
        threads=config.threads,
        isolate=config.isolate,
        settings=config.translators,
        notice=tell,
        lexicon=Lexicon.load(config.lexicon),
        timeout_s=config.translation_timeout,
        cache_file=config.translation_cache,
        policy=Policy(config.quality),
    )


class _Reader:
    """Reads in a thread of its own: an agent is not to wait for a translator."""

    def __init__(
        self, command: TextCommand, env: Environment, sentences: SentenceSource, inbox: Inbox, stop: Stop
    ) -> None:
        self._command = command
        self._env = env
        self._sentences = sentences
        self._inbox = inbox
        self._stop = stop
        self.start_s = sentences.start_s
        self.now_s = env.clock.now
        self._thread = Thread(target=self._run, name="streamtts-read", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Python must not end while it is at work; it has been told to stop."""
        if self._thread.is_alive():
            self._thread.join()

    def hint(self) -> str | None:
        """To be asked once all was read."""
        live = not self._command.files and self._command.replay_speed is None
        return closing_hint(self._sentences.stats(), live=live)

    def _run(self) -> None:
        try:
            for chunks in self._inputs():
                for chunk in chunks:
                    self._pass(self._sentences.feed(chunk))
                    self._inbox.hint(self._sentences.arriving())
                self._pass(self._sentences.finish())
        except BaseException as error:  # noqa: BLE001 - raised again on the main thread
            self._inbox.end(error)
        else:
            self._inbox.end()

    def _inputs(self) -> Iterator[Iterable[bytes]]:
        speed, clock = self._command.replay_speed, StoppableClock(self._env.clock, self._stop)
        for chunks in source.inputs(self._env.stdin_fd, self._command.files, self._stop):
            yield chunks if speed is None else replay.paced(chunks, clock, speed)

    def _pass(self, batches: Iterator[list[Sentence]]) -> None:
        for batch in batches:
            for sentence in batch:
                self._inbox.put(sentence)
        self._inbox.note(self._sentences.take_notices())


class _Interpreting:
    """Sentences to outcomes."""

    def __init__(
        self, plan: Plan, pool: Interpreters, now_s: Callable[[], float], tell: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._pool = pool
        self._now_s = now_s
        self._tell = tell
        self._backlog = Backlog()
        self.untranslatable: dict[str, str] = {}  # languages that nothing here translates, and why

    def warm(self) -> None:
        """What cannot be had is told when it is needed: perhaps all is in the reader's language."""
        if not self._plan.is_heard_as_written(self._plan.source):
            with told_if_slow(self._tell, self._plan.to), suppress(EngineError):
                self._pool.translator(self._plan.source, self._plan.to)

    def how_many(self, waiting: Sequence[Sentence]) -> int:
        """So many of one language that the first does not wait long for the last."""
        own = [self._plan.own_language(sentence.text) for sentence in waiting]
        alike = next((at for at, language in enumerate(own) if language != own[0]), len(own))
        return self._backlog.size([len(sentence.text) for sentence in waiting[:alike]], _PATIENCE_S)

    def hint(self, words: str) -> None:
        source = self._plan.source
        if self._plan.can_be_hinted(words) and (loaded := self._translator(source)):
            loaded.careful.prefix(words)

    def outcomes(self, batch: Sequence[Sentence]) -> Iterator[tuple[Sentence, Outcome]]:
        own = self._plan.own_language(batch[0].text)
        if self._plan.is_heard_as_written(own):
            now_s = self._now_s()
            for sentence in batch:
                yield sentence, Outcome(sentence.text, own, _IDENTITY, None, now_s, now_s)
        elif (loaded := self._translator(own)) is None:
            for sentence in batch:
                yield sentence, self._as_written(sentence, own, self.untranslatable[own])
        elif len(batch) == 1:
            yield batch[0], self._one(batch[0], loaded, own)
        else:
            yield from zip(batch, self._several(batch, loaded, own), strict=True)

    def _translator(self, own: str) -> Loaded | None:
        try:
            return self._pool.translator(own, self._plan.to)
        except StreamttsError as error:
            if own not in self.untranslatable:
                self.untranslatable[own] = str(error)
                self._tell(f"{error}; sentences are printed as they were written")
            return None

    def _one(self, sentence: Sentence, loaded: Loaded, own: str) -> Outcome:
        start_s, first_s, clauses = self._now_s(), 0.0, []
        try:
            for clause in loaded.careful.translate(sentence, Ticket()):
                first_s = first_s or self._now_s()
                clauses.append(clause)
        except EngineError as error:
            return self._failed(sentence, loaded, own, error)
        self._pool.translated(loaded)
        done_s = self._now_s()
        self._backlog.measured([len(sentence.text)], done_s - start_s)
        return Outcome("".join(clauses), self._plan.to, loaded.label, None, first_s, done_s)

    def _several(self, batch: Sequence[Sentence], loaded: Loaded, own: str) -> Iterator[Outcome]:
        start_s = self._now_s()
        try:
            found = loaded.careful.translate_batch(batch, Ticket())
        except EngineError:  # who is to blame shows when they are asked for one by one
            self._backlog.failed()
            for sentence in batch:
                yield from (outcome for _, outcome in self.outcomes([sentence]))
            return
        done_s = self._now_s()
        self._backlog.measured([len(sentence.text) for sentence in batch], done_s - start_s)
        for sentence, each in zip(batch, found, strict=True):
            if isinstance(each, EngineError):
                yield self._failed(sentence, loaded, own, each)
            else:
                self._pool.translated(loaded)
                yield Outcome(each, self._plan.to, loaded.label, None, done_s, done_s)

    def _failed(self, sentence: Sentence, loaded: Loaded, own: str, error: EngineError) -> Outcome:
        self._tell(f"{error}; a sentence is printed as it was written")
        self._pool.failed(loaded, error)
        return self._as_written(sentence, own, str(error))

    def _as_written(self, sentence: Sentence, own: str, why: str) -> Outcome:
        now_s = self._now_s()
        return Outcome(sentence.text, own, None, why, now_s, now_s)


def _plain_line(_sentence: Sentence, outcome: Outcome, _start_s: float) -> str:
    return f"{' '.join(outcome.text.split())}\n"


def _json_line(sentence: Sentence, outcome: Outcome, start_s: float) -> str:
    found = {
        "turn": sentence.turn,
        "seq": sentence.seq,
        "text": outcome.text,
        "source": sentence.text,
        "language": outcome.language,
        "engine": outcome.engine,
        "error": outcome.error,
        "end": sentence.end,
        "protected": sentence.protected,
        "t_ms": {
            "known": sentence.t_ms,
            "translated_first": round((outcome.first_s - start_s) * 1000, 3),
            "translated": round((outcome.done_s - start_s) * 1000, 3),
        },
    }
    return f"{json_text(found)}\n"
