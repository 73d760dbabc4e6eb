"""The order of tries around any translator, what is released when, and what is never spoken."""

import time
from collections.abc import Iterator

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.translation.cache import Cache, Shelf
from streamtts.translation.placeholders import BRACKETS
from translation.scripted import Answer, Scripted, careful, sentence

DONE = "The tests pass."
NAMES = "Now parser.rs calls foo_bar."


def said(answers: dict[str, Answer], text: str, target: str = "ja", placeholder: str = "") -> list[str]:
    return list(
        careful(Scripted(answers), target, placeholder=placeholder).translate(sentence(text), Ticket())
    )


def refused(answers: dict[str, Answer], text: str = DONE, **more: str) -> str:
    with pytest.raises(EngineError) as caught:
        said(answers, text, **more)
    return str(caught.value)


def test_a_good_translation_is_spoken_clause_by_clause() -> None:
    clauses = ["テストが、", "全部 通り", "ました."]
    assert said({DONE: clauses}, DONE) == ["テストが、", "全部通り", "ました。"]


def test_a_clause_is_released_before_the_next_is_asked_for() -> None:
    def answer(_: Ticket) -> Iterator[str]:
        yield "テストが、"
        raise AssertionError

    pieces = careful(Scripted({DONE: answer})).translate(sentence(DONE), Ticket())
    assert next(pieces) == "テストが、"


def test_what_is_not_in_the_language_yet_waits() -> None:
    assert said({DONE: ["「", "試験", "」が通る。"]}, DONE) == ["「試験", "」が通る。"]
    text = "The API works."
    assert said({text: ["API", "は動", "きます。"]}, text) == ["APIは動", "きます。"]


def test_a_copy_of_the_beginning_waits_until_it_is_told_from_one() -> None:
    text = "Les tests are over, all of them pass."
    assert said({text: ["Les tests ", "sont finis, ", "tous passent."]}, text, "fr") == [
        "Les tests sont finis, ",
        "tous passent.",
    ]


def test_names_behind_placeholders_are_all_back_before_anything_is_said() -> None:
    sent = "Now ⟦0⟧ calls ⟦1⟧."
    answer = ["さて、", "⟦0⟧が", "［1］を", "呼びます。"]
    assert said({sent: answer}, NAMES, placeholder=BRACKETS) == ["さて、parser.rsがfoo_barを", "呼びます。"]


def test_products_stay_as_they_are_written_and_other_words_become_katakana() -> None:
    text = "The Python suite works on Windows."
    answer: dict[str, Answer] = {text: "Windowsで、Pythonのsuiteが動きます。"}
    assert said(answer, text) == ["Windowsで、Pythonのスイートが動きます。"]
    assert "“Linux” is left in it" in refused({text: "Linuxで動きます。"}, text)


def test_names_that_travel_openly_do_not_wait_for_each_other() -> None:
    answer = ["さて、Parser.rs が", "foo_bar を", "呼びます。"]
    assert said({NAMES: answer}, NAMES) == ["さて、parser.rsが", "foo_barを", "呼びます。"]


def test_a_clause_that_ends_within_a_name_waits() -> None:
    text = "It calls foo(a, b) twice."
    answer = ["それはfoo(a,", " b)を二回", "呼びます。"]
    assert said({text: answer}, text) == ["それはfoo(a, b)を二回", "呼びます。"]


def test_lost_names_get_a_second_try_in_the_other_style() -> None:
    answers: dict[str, Answer] = {
        "Now ⟦0⟧ calls ⟦1⟧.": "さて、⟦0⟧を呼びます。",
        NAMES: "parser.rsがfoo_barを呼びます。",
    }
    assert said(answers, NAMES, placeholder=BRACKETS) == ["parser.rsがfoo_barを呼びます。"]
    answers = {NAMES: "さて、パーサーがfoo_barを呼びます。", "Now X0X calls X1X.": "X0XがX1Xを呼びます。"}
    assert said(answers, NAMES) == ["parser.rsがfoo_barを呼びます。"]


def test_a_name_lost_after_the_beginning_was_said_costs_only_the_name() -> None:
    shelf = Shelf(Cache(None, print), "fake", "", "en", "ja")
    translator = Scripted({NAMES: ["さて、parser.rsが", "ふーばーを呼びます。"]})
    guarded = careful(translator, shelf=shelf)
    assert "".join(guarded.translate(sentence(NAMES), Ticket())) == "さて、parser.rsがふーばーを呼びます。"
    assert shelf.get(NAMES) is None


def test_rubbish_gets_a_second_try_clause_by_clause() -> None:
    text = "I ran the whole suite, and the memory leak is gone."
    answers: dict[str, Answer] = {
        text: "メモリ泄漏がなくなりました。",
        "I ran the whole suite,": "スイート全体を実行しました",
        "and the memory leak is gone.": "メモリリークはなくなりました.",
    }
    assert said(answers, text) == ["スイート全体を実行しました、メモリリークはなくなりました。"]


def test_what_fails_twice_is_told_once_and_nothing_is_said() -> None:
    assert refused({DONE: "测试通过了。"}) == (
        "the translation by fake cannot be spoken, because 测 is no character of Japanese; "
        "if that happens often, choose another translator"
    )
    assert "“silently” is left in it" in refused({DONE: "silentlyドロップしました。"})
    assert "it is empty" in refused({DONE: []})
    assert "is not translated" in refused({DONE: DONE}, target="fr")
    assert "repeats itself" in refused({DONE: "テスト" * 9})


def test_rubbish_after_the_beginning_was_said_ends_the_sentence_there() -> None:
    pieces: list[str] = []
    with pytest.raises(EngineError, match="repeats itself"):
        pieces.extend(
            careful(Scripted({DONE: ["テストが、", "通り", "ました" * 4]})).translate(
                sentence(DONE), Ticket()
            )
        )
    assert pieces == ["テストが、", "通り"]


def test_words_that_were_only_copied_become_katakana() -> None:
    text = "The test suite drops the fixture silently."
    assert said({text: "テストsuiteはfixture を静かに捨てます."}, text) == [
        "テストスイートはフィクスチャーを静かに捨てます。"
    ]


def test_what_has_no_words_besides_its_names_is_not_translated() -> None:
    for text in ("parser.rs", "foo_bar: 20 ms", "42.", "✓ src/main.py"):
        assert said({}, text) == [text]


def test_an_engine_error_goes_through_and_an_endless_sentence_is_refused() -> None:
    assert refused({DONE: EngineError("the key is wrong: set KEY")}) == "the key is wrong: set KEY"
    assert "too long to be translated" in refused({}, "word " * 1000)


def test_a_translation_is_made_once_and_a_fallback_is_not_kept() -> None:
    shelf = Shelf(Cache(None, print), "fake", "", "en", "ja")
    translator = Scripted({DONE: ["テストが、", "通りました。"], "Bad.": "泄漏。", "No.": EngineError("no")})
    guarded = careful(translator, shelf=shelf)
    assert "".join(guarded.translate(sentence(DONE), Ticket())) == "テストが、通りました。"
    assert list(guarded.translate(sentence(DONE), Ticket())) == ["テストが、通りました。"]
    for text in ("Bad.", "No."):
        with pytest.raises(EngineError):
            list(guarded.translate(sentence(text), Ticket()))
        assert shelf.get(text) is None
    assert translator.asked == [DONE, "Bad.", "No."]


def test_leaving_in_the_middle_keeps_nothing() -> None:
    shelf = Shelf(Cache(None, print), "fake", "", "en", "ja")
    pieces = careful(Scripted({DONE: ["テストが、", "通りました。"]}), shelf=shelf).translate(
        sentence(DONE), Ticket()
    )
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert shelf.get(DONE) is None


# Time.


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_an_engine_that_is_too_slow_between_clauses_is_left() -> None:
    clock = Clock()

    def answer(_: Ticket) -> Iterator[str]:
        yield "テストが、"
        clock.now_s += 5.1
        yield "通りました。"

    pieces = careful(Scripted({DONE: answer}), deadline_s=5, now_s=clock).translate(sentence(DONE), Ticket())
    assert next(pieces) == "テストが、"
    with pytest.raises(EngineError, match=r"no translation of a sentence after 5 s: choose a smaller model"):
        next(pieces)


def cooperate(ticket: Ticket) -> Iterator[str]:
    while True:
        ticket.check()
        time.sleep(0.001)
    yield ""


def test_an_engine_that_hangs_is_cancelled_at_the_deadline() -> None:
    guarded = careful(Scripted({DONE: cooperate}), deadline_s=0.05)
    with pytest.raises(EngineError, match=r"after 0\.05 s"):
        list(guarded.translate(sentence(DONE), Ticket()))
    with pytest.raises(EngineError, match=r"after 0\.1 s"):
        guarded.translate_batch([sentence(DONE), sentence(DONE)], Ticket())


def test_a_cancelled_ticket_is_no_deadline() -> None:
    ticket = Ticket()

    def answer(watched: Ticket) -> Iterator[str]:
        ticket.cancel()
        yield from cooperate(watched)

    with pytest.raises(Cancelled):
        list(careful(Scripted({DONE: answer})).translate(sentence(DONE), ticket))


# Batches and hints.


def test_a_batch_is_asked_at_once_and_only_what_failed_again() -> None:
    text = "I ran the whole suite, and the memory leak is gone."
    shelf = Shelf(Cache(None, print), "fake", "", "en", "ja")
    shelf.put("Known.", "知っています。")
    translator = Scripted(
        {
            DONE: "テストが通りました.",
            text: "泄漏がなくなりました。",
            "I ran the whole suite,": "スイート全体を実行しました。",
            "and the memory leak is gone.": "リークは消えました。",
            "Bad.": "测试。",
        }
    )
    texts = [DONE, "Known.", text, "Bad.", "parser.rs", "word " * 1000]
    done = careful(translator, shelf=shelf).translate_batch([sentence(each) for each in texts], Ticket())
    assert done[:3] == [
        "テストが通りました。",
        "知っています。",
        "スイート全体を実行しました。リークは消えました。",
    ]
    assert done[4] == "parser.rs"
    assert isinstance(done[3], EngineError)
    assert isinstance(done[5], EngineError)
    assert translator.batches == 1
    assert shelf.get(DONE) == "テストが通りました。"
    assert shelf.get("Bad.") is None


def test_a_hint_is_what_the_sentence_will_begin_with() -> None:
    text = "Now parser.rs calls foo_bar in 20 ms, which is good."
    translator = Scripted({})
    guarded = careful(translator, placeholder=BRACKETS)
    for end in range(len(text) + 1):
        guarded.prefix(text[:end])
    assert translator.hints[:2] == ["Now", "Now ⟦0⟧"]
    whole = "Now ⟦0⟧ calls ⟦1⟧ in 20 ms, which is good."
    assert all(whole.startswith(hint) for hint in translator.hints)
    assert len(set(translator.hints)) == len(translator.hints) > 5
    assert not any(hint.endswith("20") for hint in translator.hints)


def test_hostile_hints_cost_nothing() -> None:
    translator = Scripted({})
    guarded = careful(translator)
    for text in ("", " ", "x" * 1_000_000, "a " * 500_000, "1 " * 100_000, "\ud800 b c"):
        guarded.prefix(text)
    assert all(len(hint) <= 4000 for hint in translator.hints)


def test_it_closes_its_translator() -> None:
    translator = Scripted({})
    careful(translator).close()
    assert translator.closed
