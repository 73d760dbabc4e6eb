"""In our process or in its own, a voice is the same: what it says, and what is said of its failures."""

import os
import threading
from typing import Literal

import pytest

from streamtts.engine import Cancelled, EngineError, Synthesizer, Ticket
from voices.conftest import World
from worker.waiting import eventually

Isolate = Literal["auto", "always", "never"]


def said(synthesizer: Synthesizer, text: str) -> list[float]:
    return [sample for piece in synthesizer.speak(text, Ticket()) for sample in piece]


@pytest.mark.parametrize(
    ("engine", "isolate", "own_process"),
    [
        ("fake", "auto", True),
        ("fake", "always", True),
        ("fake", "never", False),
        ("tone", "auto", False),
        ("tone", "always", True),
        ("tone", "never", False),
    ],
)
def test_the_engine_decides_unless_told_otherwise(
    world: World, engine: str, isolate: Isolate, own_process: bool
) -> None:
    voice = world.voices(engine, isolate=isolate).voice("en")
    assert isinstance(getattr(voice.synthesizer, "pid", None), int) is own_process
    if engine == "fake":
        assert (said(voice.synthesizer, "pid") != [os.getpid()]) is own_process
    else:
        assert len(said(voice.synthesizer, "hello")) == 8000


@pytest.mark.parametrize(
    "text",
    [
        "fail no: do that",
        "raise no",
        "raise",
        "quit no",
        "doubles",
        "give-up",
        "sound 2; raise \x1b[1mx",
        "sound x",
    ],
)
def test_a_failure_is_told_in_the_same_words(world: World, text: str) -> None:
    messages = []
    for isolate in ("always", "never"):
        voice = world.voices("fake", isolate=isolate).voice("en")
        with pytest.raises(EngineError) as caught:
            said(voice.synthesizer, text)
        messages.append(str(caught.value))
        assert said(voice.synthesizer, "sound 1") == [0.5]
    assert messages[0] == messages[1]
    assert messages[0].isprintable()


@pytest.mark.parametrize("does", ["fail no: do that", "raise no", "quit no"])
def test_a_failure_to_load_is_told_in_the_same_words(world: World, does: str) -> None:
    for isolate in ("always", "never"):
        settings = {"fake": {"start": does}, "espeak": {}}
        voices = world.voices("fake", isolate=isolate, settings=settings)
        world["hibari"].missing = world["espeak"].missing = "away"
        with pytest.raises(EngineError):
            voices.voice("en")
    assert len(world.told) == 2
    assert world.told[0] == world.told[1]


@pytest.mark.parametrize("isolate", ["always", "never"])
def test_a_cancel_ends_both_and_what_breaks_by_it_is_no_failure(world: World, isolate: Isolate) -> None:
    synthesizer = world.voices("fake", isolate=isolate).voice("en").synthesizer
    for text in ("sound 1; cooperate", "sound 1; sound 1; raise because the connection was closed"):
        ticket = Ticket()
        pieces = synthesizer.speak(text, ticket)
        assert len(next(pieces)) == 1
        ticket.cancel()
        with pytest.raises(Cancelled):
            next(pieces)
    assert said(synthesizer, "sound 1") == [0.5]


def test_a_crash_in_its_own_process_counts_as_a_failure_like_any_other(world: World) -> None:
    voices = world.voices("fake")
    for _ in range(3):
        voice = voices.voice("en")
        with pytest.raises(EngineError) as caught:
            said(voice.synthesizer, "sound 1; exit 3")
        voices.failed(voice, caught.value)
    assert voices.voice("en").label == "hibari"
    assert "exit code 3" in world.told[0]


def test_closing_does_not_wait_for_a_voice_that_is_loading(world: World) -> None:
    voices = world.voices("fake", settings={"fake": {"start": "sleep 1000"}})
    outcome: list[type[BaseException]] = []

    def warm() -> None:
        try:
            voices.voice("en")
        except Cancelled:
            outcome.append(Cancelled)

    thread = threading.Thread(target=warm, name="warming")
    thread.start()
    eventually(lambda: any(each.name == "worker" for each in threading.enumerate()))
    voices.close()
    thread.join()
    assert outcome == [Cancelled]
