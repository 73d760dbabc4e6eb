"""The voice's stage by itself: what whoever follows the sound finds when it is woken."""

from typing import Any

from pipeline.rig import Pool, TestVoice
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
