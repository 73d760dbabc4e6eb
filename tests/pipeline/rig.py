"""A pipeline on a null clock with voices and translators of the test's own, and everything it told."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import TypeVar

from streamtts import _core
from streamtts.engine import EngineError, Pcm, SynthesizerEngine, Ticket, Translator
from streamtts.events import Event, HeardEnd, HeardStart, Notice, Skipped
from streamtts.pipeline.lag import LagPolicy
from streamtts.pipeline.pipeline import Manner, Pipeline
from streamtts.pipeline.remote import PipelineRemote
from streamtts.pipeline.translating import Plan
from streamtts.speech.lexicon import Lexicon
from streamtts.synthesizers.tone import RATE_HZ, pitch_frames, tone
from streamtts.types import Sentence, SentenceEnd
from streamtts.voices import Voice

PATIENCE_S = 20.0  # only so that a hang ends the test
OFF = LagPolicy(0, "off")

E = TypeVar("E", bound=Event)


class TestVoice:
    """Speaks tones; thinks first, or fails, where a text asks for it."""

    __test__ = False
    rate_hz = RATE_HZ
    streams = False

    def __init__(self, seconds_per_character: float = 0.05, think_s: float = 0.0) -> None:
        self.seconds_per_character = seconds_per_character
        self.think_s = think_s
        self.spoken: list[str] = []

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        self.spoken.append(text)
        if "FAIL" in text:
            raise EngineError("this voice cannot say that: leave it out")
        if "BUG" in text:
            raise ZeroDivisionError("a bug in the stage itself")
        for _ in range(int(self.think_s * 1000)):
            ticket.check()
            time.sleep(0.001)
        if "SILENT" not in text:
            yield tone(pitch_frames(text), int(len(text) * self.seconds_per_character * RATE_HZ))

    def close(self) -> None:
        pass


class Pool:
    """One voice for every language but `mute`."""

    def __init__(self, synthesizer: TestVoice, mute: str = "", *, stresses: bool = False) -> None:
        self.synthesizer = synthesizer
        self.mute = mute
        self.stresses = stresses
        self.spare: TestVoice | None = None
        self.failures: list[str] = []

    def voice(self, language: str) -> Voice:
        if language == self.mute:
            raise EngineError(f"nothing here can speak {language}: install a voice")
        engine = SynthesizerEngine(
            "test",
            "",
            ("*",),
            "",
            lambda _: self.synthesizer,
            lambda: None,
            lambda: (),
            stresses=self.stresses,
        )
        return Voice("test", engine, language, self.synthesizer)

    def spoke(self, voice: Voice) -> None:
        pass

    def failed(self, voice: Voice, error: EngineError) -> None:
        self.failures.append(f"{voice.label}: {error}")

    def instead_of(self, voice: Voice) -> Voice | None:
        return replace(voice, label="spare", synthesizer=self.spare) if self.spare else None


@dataclass(frozen=True, eq=False)
class Plainly:
    """A translator that is trusted: neither names nor output are looked at."""

    translator: Translator
    label: str = "test-translator"

    @property
    def careful(self) -> "Plainly":
        return self

    def translate(self, sentence: Sentence, ticket: Ticket) -> Iterator[str]:
        return self.translator.translate(sentence.text, ticket)

    def translate_batch(self, sentences: Sequence[Sentence], ticket: Ticket) -> list[str]:
        return self.translator.translate_batch([sentence.text for sentence in sentences], ticket)

    def prefix(self, text: str) -> None:
        self.translator.prefix(text)


class Translators:
    """One translator for all languages, until it has failed three times in a row."""

    def __init__(self, translator: Translator | None) -> None:
        self.loaded = Plainly(translator) if translator else None
        self.failures = 0

    def translator(self, source: str, target: str) -> Plainly:
        if self.loaded is None or self.failures >= 3:
            raise EngineError(f"nothing here can translate from {source} to {target}: install a translator")
        return self.loaded

    def translated(self, _loaded: Plainly) -> None:
        self.failures = 0

    def failed(self, _loaded: Plainly, _error: EngineError) -> None:
        self.failures += 1


class Stand:
    """The pipeline under test, its remote, and the events it told so far."""

    def __init__(self, pipeline: Pipeline, remote: PipelineRemote, player: _core.Player) -> None:
        self.pipeline = pipeline
        self.remote = remote
        self.player = player
        self.events: list[Event] = []
        self.error: BaseException | None = None
        self._told = Condition()
        self._consumer = Thread(target=self._consume)
        self._consumer.start()

    def read(self, *texts: str, turn: int = 1, end: SentenceEnd = "stop") -> None:
        for text in texts:
            now_ms = time.monotonic() * 1000
            self.pipeline.push(Sentence(turn, 0, text, end, (), now_ms))

    def finish(self) -> None:
        """The end of the input; until everything was heard."""
        self.pipeline.end_input()
        self.join()

    def join(self) -> None:
        self._consumer.join(PATIENCE_S)
        assert not self._consumer.is_alive(), "the pipeline hangs"

    def wait_for(self, holds: Callable[[list[Event]], bool]) -> None:
        with self._told:
            assert self._told.wait_for(lambda: holds(self.events), PATIENCE_S), self.events

    def wait_for_it(self, holds: Callable[[], bool]) -> None:
        """For what no event tells of."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, self.events
            time.sleep(0.001)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def wait_until_heard(self, index: int) -> None:
        self.wait_for(lambda _: any(event.index == index for event in self.of(HeardStart)))

    def heard(self) -> list[int]:
        return [event.index for event in self.of(HeardStart)]

    def heard_to_the_end(self) -> list[int]:
        return [event.index for event in self.of(HeardEnd) if not event.cut]

    def skipped(self) -> dict[int, str]:
        return {event.index: event.why for event in self.of(Skipped)}

    def notices(self) -> list[str]:
        return [event.text for event in self.of(Notice)]

    def _consume(self) -> None:
        try:
            for event in self.pipeline.events():
                with self._told:
                    self.events.append(event)
                    self._told.notify_all()
        except BaseException as error:  # noqa: BLE001 - what the test looks at
            self.error = error


@contextmanager
def standing(
    voice: TestVoice | None = None,
    *,
    output: str = "null:20",
    plan: Plan | None = None,
    policy: LagPolicy = OFF,
    pool: Pool | None = None,
    translator: Translator | None = None,
    **manner: object,
) -> Iterator[Stand]:
    player = _core.Player(output)
    given = Manner(plan or Plan("", "en"), policy, **manner)  # type: ignore[arg-type]
    pipeline = Pipeline(
        given,
        player,
        pool or Pool(voice or TestVoice()),
        Lexicon.load(),
        now_s=time.monotonic,
        translators=Translators(translator),
    )
    stand = Stand(pipeline, PipelineRemote(pipeline, player, "en"), player)
    pipeline.start()
    try:
        yield stand
    finally:
        pipeline.quit()
        stand.join()
        pipeline.close()
