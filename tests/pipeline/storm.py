"""Random input and random verbs from several threads at once, and what must hold of the events anyhow."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock, Thread
from typing import get_args

from pipeline.rig import Stand, TestVoice
from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.events import Event, HeardEnd, HeardStart, Known, Skipped, Translated, TurnHeard, Voiced
from streamtts.synthesizers.tone import RATE_HZ, pitch_frames, tone
from streamtts.types import SentenceEnd
from streamtts.verbs import Verb

HARMLESS = (Verb.PAUSE, Verb.RESUME, Verb.TOGGLE, Verb.FASTER, Verb.SLOWER, Verb.MUTE, Verb.SAY)
FORWARD = (Verb.NEXT, Verb.TURN, Verb.STOP)
BACKWARD = (Verb.PREVIOUS, Verb.REPEAT)

_OWN_MARKS = ("Said", "Skipping", "文を", "übersprungen")
_JAPANESE = "これは日本語です。"
_ENDS = tuple(end for end in get_args(SentenceEnd) if end != "turn")


def dice(seed: float) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret


class MoodyVoice(TestVoice):
    """Thinks for a while, gives its sound in pieces, and fails before or after the first of them."""

    def __init__(self, seed: float, *, streams: bool) -> None:
        self._dice = dice(seed)
        super().__init__(seconds_per_character=self._dice.choice([0.01, 0.05, 0.2]))
        self.streams = streams

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        if "FAIL" in text:
            raise EngineError("this voice cannot say that: leave it out")
        time.sleep(self._dice.choice([0, 0, 0, 0.002]))
        for word in text.split() if "SILENT" not in text else ():
            ticket.check()
            yield tone(pitch_frames(text), int(len(word) * self.seconds_per_character * RATE_HZ) + 1)
            if "BREAK" in word:
                raise EngineError("this voice lost the thread: leave it out")


class MoodyTranslator:
    """Slow at times, whole or in pieces, without a word for some sentences, broken at others."""

    def __init__(self, seed: float) -> None:
        self._dice = dice(seed)

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        assert text
        words = text.split()
        for word in words[: self._dice.choice([0, 1, len(words), len(words)])]:
            time.sleep(self._dice.choice([0, 0, 0.001]))
            ticket.check()
            yield f"{word}ね "
        if self._dice.random() < 0.1:
            raise EngineError("the translator gave up")

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


@dataclass(slots=True)
class Weather:
    """What was thrown at a pipeline."""

    verbs: Counter[Verb] = field(default_factory=Counter)
    turns: int = 0
    _lock: Lock = field(default_factory=Lock)

    def note(self, verb: Verb) -> None:
        with self._lock:
            self.verbs[verb] += 1

    def count(self, *verbs: Verb) -> int:
        return sum(self.verbs[verb] for verb in verbs)

    def went_back(self) -> bool:
        """What was skipped may have been heard after all; after a stop, `next` goes on where it was."""
        return bool(self.count(*BACKWARD) or (self.count(Verb.STOP) and self.count(Verb.NEXT, Verb.TURN)))


def blow(stand: Stand, seed: float, verbs: Sequence[Verb], *, sentences: int, listeners: int = 2) -> Weather:
    """A reader and some listeners at the same time; returns when all of them are done."""
    weather = Weather()
    threads = [Thread(target=_read, args=(stand, dice(seed), weather, sentences))]
    threads += [
        Thread(target=_listen, args=(stand, dice(seed + number), verbs, weather, sentences // 2))
        for number in range(1, listeners + 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return weather


def _read(stand: Stand, chance: random.Random, weather: Weather, sentences: int) -> None:
    turn = 1
    for number in range(sentences):
        mark = chance.choice(["", "", "", "", "", "SILENT ", "FAIL ", "BREAK "])
        text = f"{mark}Sentence {number} {'with more words ' * chance.choice([0, 0, 1, 4])}."
        text = text if chance.random() < 0.95 else _JAPANESE
        if chance.random() < 0.5:
            stand.pipeline.hint(text[: chance.randrange(len(text))])
        stand.read(text, turn=turn, end=chance.choice(_ENDS))
        if chance.random() < 0.1:
            stand.read("", turn=turn, end="turn")
            turn += 1
            weather.turns += 1
        if chance.random() < 0.5:
            time.sleep(chance.random() * 0.004)
    stand.pipeline.end_input()


def _listen(stand: Stand, chance: random.Random, verbs: Sequence[Verb], weather: Weather, count: int) -> None:
    for number in range(count):
        verb = chance.choice(verbs)
        weather.note(verb)
        argument = {Verb.SAY: f"Said {number}.", Verb.TO: chance.choice(["ja", "de", ""])}.get(verb, "")
        stand.remote.perform(verb, argument)
        stand.remote.status()
        time.sleep(chance.choice([0, 0, chance.random() * 0.01]))


def check(events: Sequence[Event], weather: Weather, *, interrupts: bool) -> None:
    """Every sentence is told of in its order, is heard once unless somebody went back, and has an end."""
    texts = {event.index: event.sentence.text for event in events if isinstance(event, Known)}
    own = {index for index, text in texts.items() if any(mark in text for mark in _OWN_MARKS)}
    own |= set(_said_again(texts))
    check_one_at_a_time(events, over=True)
    _check_ends(events, texts, once=not weather.went_back() and not interrupts)
    assert not [index for index in own if any(_is_lag(event, index) for event in events)]
    heard = [event.index for event in events if isinstance(event, HeardStart) and event.index not in own]
    steps_back = sum(after <= before for before, after in pairwise(heard))
    allowed = weather.count(*BACKWARD, Verb.NEXT, Verb.TURN) + (weather.turns if interrupts else 0)
    assert steps_back <= allowed, heard
    turns = [event.turn for event in events if isinstance(event, TurnHeard)]
    assert allowed or turns == sorted(set(turns))


def _said_again(texts: dict[int, str]) -> Iterator[int]:
    """The originals of translations that broke off."""
    seen: set[str] = set()
    for index, text in sorted(texts.items()):
        if text in seen and text != _JAPANESE:
            yield index
        seen.add(text)


def check_one_at_a_time(events: Sequence[Event], *, over: bool) -> None:
    """Each sentence is told of stage by stage, and no two are heard at once."""
    texts = {event.index: event.sentence.text for event in events if isinstance(event, Known)}
    told: dict[int, list[type[Event]]] = {index: [] for index in texts}
    now, media_s = None, 0.0
    for event in events:
        if not isinstance(event, Known | Translated | Voiced | HeardStart | HeardEnd | Skipped):
            continue
        before = told[event.index]
        assert before[:1] == ([] if isinstance(event, Known) else [Known]), (event, before)
        if isinstance(event, HeardStart):
            assert now is None, (now, event)
            assert "SILENT" in texts[event.index] or before.count(Voiced) > before.count(HeardStart)
            now = event.index
        elif isinstance(event, HeardEnd):
            assert now == event.index, (now, event)
            now = None
        if isinstance(event, HeardStart) or (isinstance(event, HeardEnd) and not event.cut):
            assert event.media_s > media_s - 0.001
            media_s = event.media_s
        before.append(type(event))
    assert now is None or not over


def _check_ends(events: Sequence[Event], texts: dict[int, str], *, once: bool) -> None:
    for index in texts:
        fates = [event for event in events if isinstance(event, HeardStart | HeardEnd | Skipped)]
        mine = [event for event in fates if event.index == index]
        assert mine, f"of sentence {index} nothing was heard any more"
        assert isinstance(mine[-1], HeardEnd | Skipped), mine
        assert not once or sum(isinstance(event, HeardEnd | Skipped) for event in mine) == 1, mine


def _is_lag(event: Event, index: int) -> bool:
    return isinstance(event, Skipped) and event.index == index and event.why == "lag"
