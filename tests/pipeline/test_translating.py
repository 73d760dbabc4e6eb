"""Translations in the pipeline: piece by piece, in order, and never a silent loss."""

from collections.abc import Callable, Iterator, Sequence
from threading import Event, Thread
from types import SimpleNamespace

from pipeline.book import sentence
from pipeline.rig import PATIENCE_S, Pool, TestVoice, Translators, standing
from streamtts.engine import EngineError, Ticket
from streamtts.events import HeardEnd, Translated, TranslatedClause, Voiced
from streamtts.pipeline.script import Script
from streamtts.pipeline.translating import Plan, Translating
from streamtts.verbs import Verb


class Kana:
    """Translates every character to one kana, in two pieces; fails where a text asks for it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.batches: list[list[str]] = []
        self.hints: list[str] = []

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        self.asked.append(text)
        if "broken" in text:
            raise EngineError("the translator gave up")
        half = len(text) // 2
        for piece in (text[:half], text[half:]):
            ticket.check()
            yield "あ" * len(piece)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        self.batches.append([*texts])
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        self.hints.append(text)

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


class Breaking(Kana):
    """Goes on after the first clause when it may, and then no further."""

    def __init__(self, may_break: Callable[[], bool]) -> None:
        super().__init__()
        self.may_break = may_break

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        pieces = super().translate(text, ticket)
        if "one" not in text:
            yield from pieces
            return
        yield next(pieces)
        while not self.may_break():
            ticket.check()
        raise EngineError("the translator gave up")


def test_a_translation_that_breaks_off_is_followed_by_the_original() -> None:
    voice = TestVoice()
    with standing(voice, plan=JAPANESE, translator=Breaking(lambda: bool(voice.spoken))) as stand:
        stand.read("one.", "two.")
        stand.finish()
        assert voice.spoken == ["ああ", "one.", "ああ", "ああ"]
        told = [(event.index, event.text, event.language, event.by) for event in stand.of(Translated)]
        assert told[:2] == [(0, "ああ", "ja", "test-translator"), (2, "one.", "en", "")]
        assert stand.heard() == [0, 2, 1]
        assert stand.notices() == ["the translator gave up; a sentence is spoken as it was written"]


def test_a_translation_that_breaks_off_unheard_never_was() -> None:
    voice = TestVoice(think_s=0.5)
    translator = Breaking(lambda: True)
    with standing(voice, plan=JAPANESE, translator=translator) as stand:
        stand.read("two and much more.", "one.")
        stand.finish()
        assert voice.spoken[-1] == "one."
        assert [(event.text, event.by) for event in stand.of(Translated)][1:] == [("one.", "")]
        assert stand.heard() == [0, 1]


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


def test_clauses_are_told_as_they_come_and_the_voice_begins_with_the_first() -> None:
    class Halting(Kana):
        def translate(self, _text: str, _ticket: Ticket) -> Iterator[str]:
            yield "最初、"
            assert voiced.wait(PATIENCE_S), "the voice waits for the rest"
            yield "最後。"

    voiced = Event()
    with standing(plan=JAPANESE, translator=Halting()) as stand:
        stand.read("one.")
        stand.wait_for(lambda _: bool(stand.of(Voiced)))
        voiced.set()
        stand.finish()
        assert [(clause.text, clause.by) for clause in stand.of(TranslatedClause)] == [
            ("最初、", "test-translator"),
            ("最初、最後。", "test-translator"),
        ]
        assert [event.text for event in stand.of(Translated)] == ["最初、最後。"]


def test_a_sentence_is_expected_to_take_as_long_as_those_before_it() -> None:
    class Slow(Kana):
        def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
            for piece in super().translate(text, ticket):
                yield piece
                clock.now_s += 1.0

    clock, script = SimpleNamespace(now_s=10.0), Script(lambda _: None)
    translating = Translating(
        script,
        Translators(Slow()),
        lambda: JAPANESE,
        insert=lambda _sentence, _language: None,
        original_voice=lambda: None,
        ahead_s=lambda _: 0.0,
        emit=lambda _: None,
        now_s=lambda: clock.now_s,
    )
    lines = [
        script.draft(sentence(text), "en", spoken_as_written=False) for text in ("one.", "sixteen letters.")
    ]
    for line in lines:
        script.append(line)
    stage = Thread(target=translating.run)
    stage.start()
    take = script.take()
    assert take is not None
    assert list(script.pieces(take)) == ["ああ", "ああ"]
    assert lines[0].whole_at_s == 10.0
    take = script.take()
    assert take is not None
    assert "".join(script.pieces(take)) == "あ" * 16
    assert 12.0 + 8.0 < lines[1].whole_at_s < 12.0 + 16.0
    script.close()
    stage.join(PATIENCE_S)
    assert not stage.is_alive()


def test_what_is_far_ahead_of_the_voice_is_translated_in_batches_and_in_order() -> None:
    translator = Kana()
    with standing(TestVoice(0.2), output="null:100", plan=JAPANESE, translator=translator) as stand:
        stand.read(*[f"sentence {number}." for number in range(40)])
        stand.finish()
        assert stand.heard() == list(range(40))
        assert [event.index for event in stand.of(Translated)] == list(range(40))
        assert max(map(len, translator.batches)) > 2
        assert len(translator.asked) == 40


def test_one_bad_sentence_does_not_cost_the_others_of_its_batch() -> None:
    translator = Kana()
    with standing(TestVoice(0.2), output="null:100", plan=JAPANESE, translator=translator) as stand:
        stand.read(*["broken." if number == 20 else f"sentence {number}." for number in range(40)])
        stand.finish()
        assert [event.index for event in stand.of(Translated) if not event.by] == [20]
        assert stand.heard() == list(range(40))


def test_languages_are_not_mixed_in_a_batch() -> None:
    translator = Kana()
    with standing(TestVoice(0.2), output="null:100", plan=Plan("ja", "en"), translator=translator) as stand:
        stand.read(*[("Всё готово." if number % 3 else "All is done.") for number in range(30)])
        stand.finish()
        assert translator.batches
        assert all(len({text.isascii() for text in batch}) == 1 for batch in translator.batches)


def test_a_translator_learns_how_the_next_sentence_begins() -> None:
    translator = Kana()
    with standing(plan=JAPANESE, translator=translator) as stand:
        for words in ("The", "The tests", "The tests pass"):
            stand.pipeline.hint(words)
            stand.wait_for_it(lambda: translator.hints[-1:] == [words])  # noqa: B023 - waited for here
        stand.read("The tests pass.")
        stand.finish()
        assert translator.asked == ["The tests pass."]


def test_no_hint_comes_where_nothing_is_translated() -> None:
    translator = Kana()
    with standing(plan=JAPANESE, translator=translator) as stand:
        stand.pipeline.hint("テストが")
        stand.pipeline.hint("Все тесты")  # nor is a translator loaded for it
        stand.pipeline.hint("")
        stand.remote.perform(Verb.TO, "")
        stand.pipeline.hint("The tests")
        stand.read("The tests pass.")
        stand.finish()
        assert translator.hints == []


def test_what_was_hinted_is_forgotten_with_its_sentence() -> None:
    class Slow(Kana):
        def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
            assert go_on.wait(PATIENCE_S)
            yield from super().translate(text, ticket)

    go_on, translator = Event(), Slow()
    with standing(plan=JAPANESE, translator=translator) as stand:
        stand.read("one.")
        stand.pipeline.hint("Two")
        stand.read("Two and three.")
        go_on.set()
        stand.finish()
        assert translator.hints == []


def test_a_language_without_a_translator_is_told_once_and_only_if_it_is_met() -> None:
    with standing(plan=JAPANESE) as stand:
        stand.read("テストが通りました。")
        stand.wait_until_heard(0)
        assert stand.notices() == []
        stand.read("one.", "two.")
        stand.finish()
        (notice,) = stand.notices()
        assert notice.endswith("install a translator; what is written in English is spoken in English")


def test_where_the_language_has_no_voice_the_original_is_heard() -> None:
    translator = Kana()
    with standing(plan=JAPANESE, pool=Pool(TestVoice(), mute="ja"), translator=translator) as stand:
        stand.wait_for(lambda _: bool(stand.notices()))
        stand.read("one.", "two.")
        stand.finish()
        assert stand.heard() == [0, 1]
        assert translator.asked == []
        assert stand.notices() == [
            "nothing here can speak ja: install a voice; what is written in English is spoken in English"
        ]


def test_a_sentence_is_spoken_in_its_own_language_after_an_interrupted_translation() -> None:
    """A first clause was there already, in the other language; the second attempt fails."""

    class Second(Kana):
        def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
            self.asked.append(text)
            if len(self.asked) > 1:
                raise EngineError("the translator gave up")
            yield "半分"
            cancelled = Event()
            with ticket.cancelling(cancelled.set):
                assert cancelled.wait(PATIENCE_S)
            ticket.check()

    with standing(plan=JAPANESE, translator=Second()) as stand:
        stand.read("one.")
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.REPEAT)
        stand.finish()
        (told,) = stand.of(Translated)
        assert (told.text, told.language, told.by) == ("one.", "en", "")


def test_lag_is_measured_in_what_was_written() -> None:
    """A translation of fewer characters takes as long to say: what waits is not yet translated."""

    class Terse(Kana):
        def translate(self, _text: str, _ticket: Ticket) -> Iterator[str]:
            yield "短"

    with standing(TestVoice(10.0), output="null:20", plan=JAPANESE, translator=Terse()) as stand:
        stand.read("A hundred characters of English, or nearly so, that are said in ten seconds: " + "x" * 23)
        stand.wait_for(lambda _: any(event.index == 0 for event in stand.of(HeardEnd)))
        assert stand.pipeline._speaking.seconds_to_speak(100) < 9
