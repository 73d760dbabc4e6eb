"""Engines that never end, flood, invent, or break when they are stopped."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket, TranslatorOptions
from streamtts.translation.placeholders import BRACKETS, LETTERS, TAGS, WORDS
from streamtts.translation.protect import protect
from streamtts.translators.mark import engine as MARK  # noqa: N812
from streamtts.worker.guard import GuardedTranslator
from translation.scripted import Answer, Scripted, careful, sentence

DONE = "The tests pass."
NAMES = "Now parser.rs calls foo_bar."
SENT = "Now ⟦0⟧ calls ⟦1⟧."
DEVELOPMENT_SET = Path(__file__).parent.parent / "data/translation/dev_en_ja.json"


def refused(answer: Answer, *, batch: bool = False, deadline_s: float = 60.0) -> str:
    guarded = careful(Scripted({DONE: answer}), deadline_s=deadline_s)
    if batch:
        (error,) = guarded.translate_batch([sentence(DONE)], Ticket())
        assert isinstance(error, EngineError)
        return str(error)
    with pytest.raises(EngineError) as caught:
        list(guarded.translate(sentence(DONE), Ticket()))
    return str(caught.value)


@pytest.mark.parametrize("piece", [" ", "\n", "\u3000", "テ", "⟦", "1", "a ", "、", "\u0301", "「" * 1000])
def test_what_never_ends_is_left_long_before_the_deadline(piece: str) -> None:
    assert "cannot be spoken" in refused(lambda _: itertools.repeat(piece))


def test_what_says_nothing_for_ever_is_left_at_the_deadline() -> None:
    assert "no translation of a sentence after 0.1 s" in refused(
        lambda _: itertools.repeat(""), deadline_s=0.1
    )


@pytest.mark.parametrize("flood", [" " * 5_000_000, "⟦1" * 1_000_000, "(" * 3_000_000, "、あ" * 1_000_000])
@pytest.mark.parametrize("batch", [False, True])
def test_megabytes_are_not_looked_at(flood: str, batch: bool) -> None:
    before_s = process_time()
    assert "it is far too long" in refused(flood, batch=batch)
    assert process_time() - before_s < 5


@pytest.mark.parametrize(
    "answer",
    ["テスト⟦0⟧が通ります。", "X0Xが通ります。", ["⟦", "0", "⟧が通ります。"], "テスト⟧0⟦が通ります。"],
)
def test_a_placeholder_that_nobody_sent_is_not_spoken(answer: Answer) -> None:
    assert "came from nowhere" in refused(answer)


def test_nor_if_something_was_spoken_already() -> None:
    for pieces in (["テストが、", "⟦0⟧通り", "ます。"], ["テストが、", "⟦", "0", "⟧", "通ります。"]):
        spoken = careful(Scripted({DONE: pieces})).translate(sentence(DONE), Ticket())
        assert "".join(spoken) == "テストが、通ります。"


@pytest.mark.parametrize(
    "answer",
    [
        "⟦0⟧と⟦1⟧と⟦7⟧を呼びます。",
        ["⟦0⟧と⟦1⟧と⟦7⟧を", "呼びます。"],
        ["⟦1⟧が⟦0⟧を", "⟦0⟧が⟦1⟧を呼びます。"],
        ["⟦0⟧が", "呼びます。"],
        "⟦⟧が⟦一⟧を呼びます。",
    ],
)
def test_one_too_many_or_too_few_gets_the_second_try(answer: Answer) -> None:
    translator = Scripted({SENT: answer, NAMES: "parser.rsがfoo_barを呼びます。"})
    guarded = careful(translator, placeholder=BRACKETS)
    assert "".join(guarded.translate(sentence(NAMES), Ticket())).endswith("foo_barを呼びます。")
    (text,) = guarded.translate_batch([sentence(NAMES)], Ticket())
    assert text == "parser.rsがfoo_barを呼びます。"


def test_what_an_engine_says_when_it_is_stopped_is_no_failure_of_it() -> None:
    ticket = Ticket()

    def answer(_: Ticket) -> Iterator[str]:
        ticket.cancel()
        raise EngineError("the connection was closed: check it")
        yield ""

    with pytest.raises(Cancelled):
        list(careful(Scripted({DONE: answer})).translate(sentence(DONE), ticket))


def test_what_it_says_at_the_deadline_is_the_deadline() -> None:
    def answer(watched: Ticket) -> Iterator[str]:
        while not watched.cancelled:
            pass
        raise EngineError("the connection was closed: check it")
        yield ""

    assert "no translation of a sentence after 0.05 s" in refused(answer, deadline_s=0.05)


@pytest.mark.parametrize(
    "batch", [itertools.repeat("あ"), ["あ"], [], None, 7, ["あ", None, "い"], [b"a", b"b"]]
)
def test_a_batch_of_the_wrong_kind_is_told(batch: object) -> None:
    class Wrong(Scripted):
        def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:  # noqa: ARG002
            return batch  # type: ignore[return-value]

    engine = replace(MARK, create=lambda _: Wrong({}))
    guarded = GuardedTranslator("wrong", engine, TranslatorOptions("en", "ja"))
    with pytest.raises(EngineError, match=r"^the engine wrong failed with (Value|Type)Error"):
        guarded.translate_batch([DONE, NAMES], Ticket())


@pytest.mark.parametrize("template", [WORDS, BRACKETS, LETTERS, TAGS])
def test_a_good_translation_is_the_same_in_any_pieces(template: str) -> None:
    rows = json.loads(DEVELOPMENT_SET.read_text(encoding="utf-8"))["sentences"]
    for row in rows[::2]:
        spoken = sentence(row["source"])
        sent = protect(spoken.text, spoken.protected, template, numbers=False)
        answer = row["reference"]
        for index in sorted(sent.hidden):
            assert sent.names[index] in answer
            answer = answer.replace(sent.names[index], template.format(sent.first + index), 1)
        made = {
            "".join(careful(Scripted({sent.text: pieces}), placeholder=template).translate(spoken, Ticket()))
            for pieces in (
                [answer[at : at + size] for at in range(0, len(answer), size)] for size in (1, 2, 5, 1000)
            )
        }
        assert len(made) == 1, row


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        ("La compilation a échoué because the linker could not find the library.", "fr"),
        ("I cannot help with that.", "fr"),
        ("I'm sorry, but that is unclear to me.", "de"),
        ("申し訳ありませんが、この文は翻訳できません。", "ja"),
    ],
)
def test_what_was_left_or_refused_is_no_translation(answer: str, target: str) -> None:
    text = "The build failed because the linker could not find the library."
    translator = Scripted(
        {text: answer, "The build failed": "", "because the linker could not find the library.": ""}
    )
    with pytest.raises(EngineError, match=r"is left in it|it talks about the translation"):
        list(careful(translator, target).translate(sentence(text), Ticket()))


def test_ok_is_japanese() -> None:
    guarded = careful(Scripted({DONE: "テストはOKです。"}))
    assert list(guarded.translate(sentence(DONE), Ticket())) == ["テストはオーケーです。"]


SUITE = "The test suite passes, and the API is fine."


@pytest.mark.parametrize(
    "answer",
    [
        "テストｓｕｉｔｅは通り、ＡＰＩは大丈夫です。",
        "**テストスイート**は通り、`API`は大丈夫です。",
        "テストスイート（test suite）は通り、APIは大丈夫です。",
        "テスト\u200bスイートは\u202e通り、APIは大丈夫です。\ufeff",
    ],
)
def test_what_nobody_should_hear_is_left_out(answer: str) -> None:
    guarded = careful(Scripted({SUITE: answer}))
    spoken = "".join(guarded.translate(sentence(SUITE), Ticket()))
    assert spoken == "テストスイートは通り、APIは大丈夫です。"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("ｓｉｌｅｎｔｌｙテストが通ります。", "“silently” is left in it"),
        ("<b>テスト</b>が通ります。", "it holds a sign of the model (<b>)"),
        ("テストが通ります。テストが通ります。", "it is said twice"),
    ],
)
def test_what_is_no_translation_in_disguise(answer: str, said: str) -> None:
    assert said in refused(answer)
