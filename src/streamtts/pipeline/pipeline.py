"""The stages as one: a thread each, one queue of events to the main thread, and the first error wins."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from streamtts import _core
from streamtts.configuration.config import OnNewTurn
from streamtts.engine import Cancelled, EngineError
from streamtts.events import Event, Finished, HeardEnd, Known, Notice, Skipped, SkipReason, Translated
from streamtts.pipeline import announcements
from streamtts.pipeline.chime import chime
from streamtts.pipeline.following import Following, Wishes
from streamtts.pipeline.lag import LagPolicy
from streamtts.pipeline.line import Jump, Line
from streamtts.pipeline.script import Script
from streamtts.pipeline.speaking import Speaking, VoicePool
from streamtts.pipeline.translating import Plan, Translating, TranslatorPool
from streamtts.speech.language import name_of
from streamtts.speech.lexicon import Lexicon
from streamtts.types import Sentence

MOST_WAITING_CHARACTERS = 16 << 20  # a live agent is never kept waiting, but memory has an end
MOST_WAITING_LINES = 256  # of a recorded log, which can wait

_LONGEST_WAIT_S = 1.0  # not every system lets Ctrl-C end a wait without a limit
_EYE_WAITS_S = 0.003  # one thread of Python computes at a time: what is to be heard goes first
_JOIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a session speaks."""

    plan: Plan
    policy: LagPolicy
    on_new_turn: OnNewTurn = "finish"
    earcon: bool = False
    speed: float = 1.0
    volume: float = 1.0
    live: bool = True  # the agent is at work right now: nothing may make it wait


class Pipeline:
    """Sentences in, sound and events out. Whoever made the player and the voices closes them after this."""

    def __init__(
        self,
        manner: Manner,
        player: _core.Player,
        voices: VoicePool,
        lexicon: Lexicon,
        *,
        now_s: Callable[[], float],
        translators: TranslatorPool[Any] | None = None,
    ) -> None:
        self._manner = manner
        self._player = player
        self._now_s = now_s
        self._plan = manner.plan
        self.wishes = Wishes(manner.speed, manner.volume)
        self.script = Script(player.flush)
        self._speaking = Speaking(
            self.script,
            player,
            voices,
            lexicon,
            main_language=manner.plan.main_language,
            written_language=manner.plan.source,
            without_voice=self._without_voice,
            earcon=chime(level=0.1) if manner.earcon else None,
            emit=self.emit,
            now_s=now_s,
        )
        self.following = Following(
            self.script,
            player,
            self._speaking,
            manner.policy,
            self.wishes,
            emit=self.emit,
            now_s=now_s,
            announce_skipped=self._announce_skipped,
        )
        self._events: SimpleQueue[Event | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._error: BaseException | None = None
        self._error_lock = Lock()
        self._turn = 0
        self._stages = {"speak": self._speaking.run, "follow": self._follow}
        self._engines_ready = [self._speaking.ready]
        if translators is not None:
            translating = Translating(
                self.script,
                translators,
                lambda: self._plan,
                insert=self._insert,
                original_voice=lambda: self._warm_voice(voices, manner.plan.source),
                ahead_s=self._seconds_ahead,
                emit=self.emit,
                now_s=now_s,
            )
            self._stages["translate"] = translating.run
            self._engines_ready.append(translating.ready)

    # One call each, from the main thread.

    def start(self, read: Callable[[], None] | None = None) -> None:
        """Starts the stages, and `read` as the first of them."""
        if read is not None:
            self._stages = {"read": read, **self._stages}
        self._player.set_speed(self.wishes.speed)
        self._player.set_volume(self.wishes.volume)
        for name, stage in self._stages.items():
            thread = Thread(target=self._run, args=(stage,), name=f"streamtts-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def events(self) -> Iterator[Event]:
        """What happens, as it happens, until all is heard; raises the first error of any stage."""
        while True:
            try:
                event = self._events.get(timeout=_LONGEST_WAIT_S)
            except Empty:
                continue
            time.sleep(_EYE_WAITS_S)
            while event is not None:
                yield event
                if self._events.empty():
                    break
                event = self._events.get()
            else:
                break
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Silence, and an end to every stage. A reader must have been told to stop before."""
        self.script.close()
        self._player.wake()
        for thread in self._threads:
            thread.join(_JOIN_S)

    # From any thread.

    def wait_until_ready(self) -> None:
        """Until the engines are loaded: for a reader that has time."""
        for ready in self._engines_ready:
            ready.wait()

    def push(self, sentence: Sentence) -> None:
        """The next sentence that the agent wrote."""
        language, as_written = self._plan.language(sentence)
        line = self.script.draft(sentence, language, spoken_as_written=as_written)
        if sentence.text:
            self.emit(Known(sentence.t_ms / 1000, line.index, sentence))
            if as_written:
                self.emit(Translated(self._now_s(), line.index, sentence.text, language))
        with self.script.still():
            if not self.script.append(line) and sentence.text:
                self.emit(Skipped(self._now_s(), line.index, "skipped"))
        if sentence.turn > self._turn:
            self._begin_turn(line)
        self._bound()

    def hint(self, words: str) -> None:
        """How the sentence begins that the agent is writing."""
        if self._plan.to:
            self.script.hint(words)

    def end_input(self) -> None:
        """Nothing more will be pushed."""
        self.script.end()
        self._player.wake()

    def insert(self, text: str, language: str) -> None:
        """Words of our own, spoken before what waits."""
        sentence = Sentence(self.script.turn(), 0, text, "stop", (), round(self._now_s() * 1000, 3))
        self._insert(sentence, language)

    def _insert(self, sentence: Sentence, language: str) -> None:
        with self.script.still():
            if self.script.closed:
                return
            line = self.script.draft(sentence, language, spoken_as_written=True)
            self.emit(Known(self._now_s(), line.index, sentence))
            self.emit(Translated(self._now_s(), line.index, sentence.text, language))
            self.script.insert(line)
        self._player.wake()

    def hear_in(self, language: str) -> None:
        """From what waits on, another language; empty hears what is written."""
        self._plan = replace(self._plan, to=language)
        with self.script.still():
            for line in self.script.retranslate(self._plan.language):
                self.emit(Translated(self._now_s(), line.index, line.sentence.text, line.language))

    def jump(self, move: Callable[[], Jump | None], why: SkipReason) -> None:
        """Makes a jump in the script, and tells the outside what it did."""
        with self.script.still():
            if jump := move():
                self._tell_jump(jump, why)
        self._player.wake()

    def notice(self, text: str) -> None:
        self.emit(Notice(self._now_s(), text))

    def quit(self) -> None:
        """An early end, without an error."""
        self.script.stop()
        self._events.put(None)

    def emit(self, event: Event) -> None:
        self._events.put(event)

    def media_s(self) -> float:
        """How much sound was made so far, up to what is at the ear."""
        made_s = self._player.counters().rendered_frames / self._player.rate_hz
        return max(made_s - self._player.latency_s, 0.0)

    @property
    def engine(self) -> str:
        return self._speaking.engine

    @property
    def language(self) -> str:
        """What is to be heard; empty for what is written."""
        return self._plan.to

    def _run(self, stage: Callable[[], None]) -> None:
        try:
            stage()
        except Cancelled:
            return  # it was told to end while it waited for an engine
        except BaseException as error:  # noqa: BLE001 - raised again on the main thread
            with self._error_lock:
                self._error = self._error or error
            self._events.put(None)

    def _follow(self) -> None:
        self.following.run()
        self.emit(Finished(self._now_s(), self._player.counters().underruns))
        self._events.put(None)

    def _begin_turn(self, line: Line) -> None:
        first = self._turn == 0
        self._turn = line.sentence.turn
        if self._manner.on_new_turn == "interrupt" and not first:
            self.jump(lambda: self.script.drop_before(line), "new turn")

    def _tell_jump(self, jump: Jump, why: SkipReason) -> None:
        at_s = self._now_s()
        if jump.cut is not None and jump.cut.sentence.text:
            self.emit(HeardEnd(at_s, self.media_s(), jump.cut.index, cut=True))
        for line in jump.passed:
            self.emit(Skipped(at_s, line.index, why))

    def _bound(self) -> None:
        if not self._manner.live:
            self.script.wait_for_room(MOST_WAITING_LINES)
        elif self.script.pending_characters() > MOST_WAITING_CHARACTERS:
            with self.script.still():
                dropped = self.script.skip_oldest(MOST_WAITING_CHARACTERS // 2)
                for line in dropped:
                    self.emit(Skipped(self._now_s(), line.index, "overflow"))
            self.notice(f"the text is far ahead of the voice: {len(dropped)} sentences were left out")

    def _announce_skipped(self, count: int) -> None:
        self.insert(*announcements.skipping(count, self._plan.main_language))

    def _warm_voice(self, voices: VoicePool, language: str) -> None:
        with suppress(EngineError):  # whoever needs it is told
            voices.voice(language)

    def _seconds_ahead(self, characters: int) -> float:
        """How long the ear is busy with what is buffered and so much written text after it."""
        return self._player.buffered_s + self._speaking.seconds_to_speak(characters)

    def _without_voice(self, error: EngineError) -> str:
        """The language to speak where the wanted one has no voice: a translation nobody hears is no use."""
        source = self._plan.source
        if self._plan.is_heard_as_written(source):
            raise error
        self.notice(f"{error}; what is written in {name_of(source)} is spoken in {name_of(source)}")
        self.hear_in("")
        return source
