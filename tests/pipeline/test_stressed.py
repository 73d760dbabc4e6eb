"""Stressed words reach the voices that can stress, and nobody else."""

from typing import Any

from pipeline.rig import Pool, TestVoice
from streamtts.engine import STRESS_BEGIN, STRESS_END
from streamtts.events import Event
from streamtts.pipeline.script import Script
from streamtts.pipeline.speaking import Speaking
from streamtts.speech.lexicon import Lexicon
from streamtts.types import Sentence

MARKS = str.maketrans({STRESS_BEGIN: "<", STRESS_END: ">"})
LONG = "It is slow to say, but it is very important to say it, and so on."


class Player:
    """Takes all, at once; nothing is ever buffered. One line is enough."""

    buffered_s = 0.0

    def __init__(self, script: Script) -> None:
        self._script = script

    def wake(self) -> None:
        self._script.close()

    def write(self, *_: object, **__: object) -> bool:
        return True


def given(
    sentence: Sentence, *, stresses: bool, translation: str = "", lexicon: dict[str, str] | None = None
) -> list[str]:
    """What the voice is given to say for it; marks are angle brackets."""
    voice, told = TestVoice(think_s=0.01), list[Event]()
    script = Script(lambda _: None)
    line = script.draft(sentence, "en", spoken_as_written=not translation)
    script.append(line)
    if translation:
        line.finish(translation, "ja")
    player: Any = Player(script)
    Speaking(
        script,
        player,
        Pool(voice, stresses=stresses),
        Lexicon({"en": lexicon or {}}),
        main_language="en",
        written_language="en",
        without_voice=lambda _: "en",
        earcon=None,
        emit=told.append,
        now_s=lambda: 0.0,
    ).run()
    assert not any(mark in repr(event) for event in told for mark in (STRESS_BEGIN, STRESS_END))
    return [text.translate(MARKS) for text in voice.spoken]


def sentence(text: str, *stressed: str) -> Sentence:
    spans = tuple((text.index(words), text.index(words) + len(words)) for words in stressed)
    return Sentence(1, 0, text, "stop", (), 0.0, spans)


def test_a_voice_that_can_stress_is_told_what() -> None:
    assert given(sentence("Do not touch it.", "not"), stresses=True) == ["Do <not> touch it."]


def test_another_is_given_the_words() -> None:
    assert given(sentence("Do not touch it.", "not"), stresses=False) == ["Do not touch it."]


def test_what_stands_for_a_stressed_word_is_stressed() -> None:
    said = given(sentence("Use kubectl now.", "kubectl"), stresses=True, lexicon={"kubectl": "cube control"})
    assert said == ["Use <cube control> now."]


def test_a_clause_has_its_part_of_the_stressed_words() -> None:
    whole = given(sentence(LONG, "say, but it is very important"), stresses=True)
    assert len(whole) > 1
    assert whole[0].endswith("<say, >")
    assert whole[1].startswith("<but it is very important>")
    assert "".join(whole).replace("<", "").replace(">", "") == LONG


def test_a_translation_has_no_stresses() -> None:
    original = sentence("Do not touch it.", "not")
    assert given(original, stresses=True, translation="触らないで。") == ["触らないで。"]


def test_marks_in_the_text_are_no_marks() -> None:
    forged = f"Do {STRESS_BEGIN}not{STRESS_END} touch it."
    for stresses in (True, False):
        assert given(sentence(forged), stresses=stresses) == ["Do not touch it."]
    assert given(sentence(forged, "touch"), stresses=True) == ["Do not <touch> it."]
    assert given(sentence("Do it now.", "now"), stresses=True, lexicon={"it": f"{STRESS_BEGIN}that"}) == [
        "Do that <now>."
    ]
