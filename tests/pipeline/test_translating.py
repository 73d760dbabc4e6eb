"""Translations in the pipeline: piece by piece, in order, and never a silent loss."""

from collections.abc import Iterator, Sequence

from pipeline.rig import TestVoice, standing
from streamtts.engine import EngineError, Ticket
from streamtts.events import Translated
from streamtts.pipeline.translating import Plan
from streamtts.verbs import Verb


class Kana:
    """Translates every character to one kana, in two pieces; fails where a text asks for it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        self.asked.append(text)
        if "broken" in text:
            raise EngineError("the translator gave up")
        half = len(text) // 2
        for piece in (text[:half], text[half:]):
            ticket.check()
            yield "あ" * len(piece)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


JAPANESE = Plan("ja", "en")


def test_translations_are_spoken_in_order_and_failures_as_they_were_written() -> None:
    voice = TestVoice()
    with standing(voice, plan=JAPANESE, translator=Kana()) as stand:
        stand.read("one two.", "broken.", "three.")
        stand.finish()
        assert stand.heard() == [0, 1, 2]
        texts = [event.text for event in stand.of(Translated)]
        assert texts == ["ああああああああ", "broken.", "ああああああ"]
        assert "".join(voice.spoken) == "ああああああああbroken.ああああああ"


def test_a_translation_that_breaks_off_is_told() -> None:
    class Breaking(Kana):
        def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
            yield from super().translate(text, ticket)
            raise EngineError("the translator gave up")

    with standing(plan=JAPANESE, translator=Breaking()) as stand:
        stand.read("one.")
        stand.finish()
        assert [event.text for event in stand.of(Translated)] == ["ああああ"]
        assert stand.notices() == ["the translator gave up; the rest of a sentence is lost"]


def test_a_translation_into_nothing_is_spoken_as_it_was_written() -> None:
    class Empty(Kana):
        def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
            for _ in super().translate(text, ticket):
                yield ""

    voice = TestVoice()
    with standing(voice, plan=JAPANESE, translator=Empty()) as stand:
        stand.read("one.")
        stand.finish()
        assert voice.spoken == ["one."]
        assert [(event.text, event.language, event.by) for event in stand.of(Translated)] == [
            ("one.", "en", "")
        ]


def test_a_translator_that_keeps_failing_is_not_asked_any_more() -> None:
    translator = Kana()
    with standing(plan=JAPANESE, translator=translator) as stand:
        stand.read(*[f"broken {number}." for number in range(8)])
        stand.finish()
        assert len(translator.asked) == 3
        assert stand.heard() == list(range(8))
        assert "what is written in English is spoken in English" in stand.notices()[-1]


def test_what_is_in_the_language_already_is_not_translated() -> None:
    translator = Kana()
    with standing(plan=JAPANESE, translator=translator) as stand:
        stand.read("テストが通りました。")
        stand.finish()
        assert translator.asked == []


def test_the_end_of_a_turn_is_no_text_to_translate() -> None:
    translator = Kana()
    with standing(plan=JAPANESE, translator=translator) as stand:
        stand.read("one.")
        stand.read("", end="turn")
        stand.finish()
        assert translator.asked == ["one."]
        assert [event.index for event in stand.of(Translated)] == [0]


def test_what_is_after_all_spoken_as_it_was_written_is_told() -> None:
    with standing(TestVoice(0.2), output="null", plan=JAPANESE, translator=Kana()) as stand:
        stand.read("one.", *[f"sentence {number}." for number in range(9)])
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.TO, "")
        stand.wait_for(lambda _: any(event.index == 9 for event in stand.of(Translated)))
        told = [event for event in stand.of(Translated) if event.index == 9]
        assert [(event.text, event.by) for event in told] == [("sentence 8.", "")]


def test_the_language_can_be_changed_while_it_runs() -> None:
    translator = Kana()
    with standing(TestVoice(0.2), output="null", plan=JAPANESE, translator=translator) as stand:
        stand.remote.perform(Verb.TO, "")
        stand.read("one.")
        stand.wait_until_heard(0)
        assert translator.asked == []
        stand.remote.perform(Verb.TO, "ja")
        stand.read("two.")
        stand.wait_for(lambda _: translator.asked == ["two."])


def test_with_no_translator_the_listener_is_told_once() -> None:
    with standing(plan=Plan("ja", "en")) as stand:
        stand.read("one.", "two.")
        stand.finish()
        assert stand.heard() == [0, 1]
        assert len([notice for notice in stand.notices() if "install a translator" in notice]) == 1
