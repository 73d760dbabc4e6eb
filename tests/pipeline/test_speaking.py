"""The voice's stage by itself: what whoever follows the sound finds when it is woken."""

import time
from threading import Thread
from typing import Any

import pytest

from pipeline.rig import PATIENCE_S, Pool, TestVoice
from streamtts.events import Asked, Event
from streamtts.pipeline.script import Script
from streamtts.pipeline.speaking import Speaking
from streamtts.speech.lexicon import Lexicon
from streamtts.types import Sentence


class Follower:
    """In the player's place: looks at the script whenever it is woken, and never otherwise."""

    buffered_s = 0.0

    def __init__(self) -> None:
        self.script = Script(lambda _: None)
        self.found: list[bool] = []

    def wake(self) -> None:
        self.found.append(self.script.in_flight())
        if len(self.found) == 2:
            self.script.close()

    def write(self, *_: object, **__: object) -> bool:
        return True


def test_who_follows_is_woken_after_the_voice_has_let_go_of_a_line() -> None:
    """Else it would find the voice at work, wait on, and never be woken again."""
    follower: Any = Follower()
    script = follower.script
    for text in ("FAIL.", "FAIL too."):
        script.append(script.draft(Sentence(1, 0, text, "stop", (), 0.0), "en", spoken_as_written=True))
    Speaking(
        script,
        follower,
        Pool(TestVoice()),
        Lexicon.load(),
        main_language="en",
        written_language="en",
        without_voice=lambda _: "en",
        earcon=None,
        emit=lambda _: None,
        now_s=lambda: 0.0,
    ).run()
    assert follower.found == [False, False]


class Saying:
    """In the player's place: so many seconds of sound are still to be heard."""

    def __init__(self, buffered_s: float) -> None:
        self.buffered_s = buffered_s

    def wake(self) -> None:
        pass

    def write(self, *_: object, **__: object) -> bool:
        return True


@pytest.mark.parametrize(
    ("buffered_s", "whole_at_s", "waits"), [(0.0, 2.0, True), (3.0, 2.0, False), (0.0, 1.2, False)]
)
def test_a_line_waits_until_what_is_known_of_it_lasts_as_long_as_the_rest_needs(
    buffered_s: float, whole_at_s: float, waits: bool
) -> None:
    player: Any = Saying(buffered_s)
    now_s = 1.0
    script = Script(lambda _: None)
    events: list[Event] = []
    script.append(script.draft(Sentence(1, 0, "Hello.", "stop", (), 0.0), "en", spoken_as_written=False))
    speaking = Speaking(
        script,
        player,
        Pool(TestVoice()),
        Lexicon.load(),
        main_language="ja",
        written_language="en",
        without_voice=lambda _: "en",
        earcon=None,
        emit=events.append,
        now_s=lambda: now_s,
    )
    job = script.take_untranslated()
    assert job is not None
    script.add_piece(job, "こん", "ja", whole_at_s)
    stage = Thread(target=speaking.run)
    stage.start()
    try:
        assert speaking.ready.wait(PATIENCE_S)
        if waits:
            time.sleep(0.05)
            assert not events
            now_s = 5.0
            script.add_piece(job, "にちは", "ja", whole_at_s)
        while not events:
            time.sleep(0.001)
        assert isinstance(events[0], Asked)
    finally:
        script.close()
        stage.join(PATIENCE_S)
    assert not stage.is_alive()
