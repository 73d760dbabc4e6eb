"""Names survive translation, or the result says that they did not."""

import random
import re
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts._core import protected_spans
from streamtts.translation.placeholders import BRACKETS, LETTERS, TAGS, WORDS
from streamtts.translation.protect import Protected, Restored, Restoring, protect
from streamtts.types import Span, SpanKind

TEMPLATES = (BRACKETS, LETTERS, TAGS, WORDS, "__{}__", "#{}", "{}#")
SENTENCE = "Now parser.rs calls foo_bar and v2.13.0 in 20 ms."
PLACED = "⟦0⟧ then ⟦1⟧ then ⟦2⟧ in ⟦3⟧"


def protected(text: str, template: str, *, numbers: bool = True) -> Protected:
    return protect(text, protected_spans(text), template, numbers=numbers)


def restored(output: str, template: str = BRACKETS, text: str = SENTENCE) -> Restored:
    return protected(text, template).restore(output)


ALPHABET = st.one_of(st.characters(), st.sampled_from('⟦⟧X019<>/ x="id[](){}. _ab\U000f0241\U000f4240'))


@st.composite
def spanned(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(ALPHABET, max_size=60))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=10)))
    kinds: st.SearchStrategy[SpanKind] = st.sampled_from(get_args(SpanKind))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return text, [(begin, end, draw(kinds)) for begin, end in pairs if begin < end]


@given(spanned(), st.sampled_from(TEMPLATES), st.booleans())
def test_what_comes_back_as_it_went_is_the_sentence(
    sentence: tuple[str, list[Span]], template: str, numbers: bool
) -> None:
    text, spans = sentence
    sent = protect(text, spans, template, numbers=numbers)
    back = sent.restore(sent.text)
    assert back.text == text
    assert back.whole


@pytest.mark.parametrize("template", [BRACKETS, LETTERS, TAGS])
def test_placeholders_stand_for_names(template: str) -> None:
    sent = protected(SENTENCE, template)
    places = [template.format(number) for number in range(4)]
    assert sent.text == "Now {} calls {} and {} in {}.".format(*places)


def test_numbers_can_be_left_to_the_engine() -> None:
    assert protected(SENTENCE, BRACKETS, numbers=False).text == "Now ⟦0⟧ calls ⟦1⟧ and ⟦2⟧ in 20 ms."
    sent = protected("It takes 20 ms.", BRACKETS, numbers=False)
    assert sent.restore("20ミリ秒かかります。").whole
    assert sent.restore("２０ ｍｓかかります。").text == "20 msかかります。"
    assert sent.restore("30ミリ秒かかります。").lost == ("20 ms",)
    assert sent.restore("120ミリ秒かかります。").lost == ("20 ms",)


@pytest.mark.parametrize(
    ("template", "bent"),
    [
        (BRACKETS, "⟦ ０ ⟧ then [1] then 【2】 in ⟦3"),
        (BRACKETS, "0⟧ then ⟦⟦1⟧⟧ then 「2」 in (3)"),
        (BRACKETS, "⟦0⟧⟦0⟧ then ⟦1⟧ ⟦1⟧ then ⟦２⟧ in ⟦3⟧"),
        (LETTERS, "x0x then Ｘ１Ｘ then X 2 X in Х3Х"),
        (TAGS, "<x id=\"0\"> then <X ID='1' /> then ＜x id＝”２”／＞ in < x id = 3 >"),
    ],
)
def test_a_bent_placeholder_is_found(template: str, bent: str) -> None:
    back = restored(bent, template)
    assert back.whole
    assert re.sub(r"\s", "", back.text) == "parser.rsthenfoo_barthenv2.13.0in20ms"


def test_a_bracket_around_a_placeholder_stays() -> None:
    back = restored("「⟦0⟧」と(⟦1⟧)と[⟦2⟧]と⟦3⟧")
    assert back.text == "「parser.rs」と(foo_bar)と[v2.13.0]と20 ms"


@pytest.mark.parametrize(
    ("output", "lost", "doubled", "strange"),
    [
        ("⟦0⟧ then ⟦1⟧ then ⟦2⟧", ("20 ms",), (), ()),
        (f"{PLACED} and ⟦1⟧ too", (), ("foo_bar",), ()),
        (f"{PLACED} and ⟦7⟧", (), (), ("⟦7⟧", "⟦", "⟧")),
        ("⟦8⟧ then ⟦9⟧", ("parser.rs", "foo_bar", "v2.13.0", "20 ms"), (), ("⟦8⟧", "⟦9⟧", "⟦", "⟧")),
        ("", ("parser.rs", "foo_bar", "v2.13.0", "20 ms"), (), ()),
    ],
)
def test_what_cannot_be_repaired_is_told(
    output: str, lost: tuple[str, ...], doubled: tuple[str, ...], strange: tuple[str, ...]
) -> None:
    back = restored(output)
    assert (back.lost, back.doubled, back.strange) == (lost, doubled, strange)
    assert not back.whole


def test_one_lost_and_one_wrong_number_are_the_same() -> None:
    back = restored("⟦0⟧ then ⟦1⟧ then ⟦2⟧ in ⟦5⟧")
    assert back.whole
    assert back.text.endswith("in 20 ms")


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("Parser . RS が foo _ bar を呼び v2.13.0 で20ms", "parser.rs が foo_bar を呼び v2.13.0 で20 ms"),
        ("ｐａｒｓｅｒ．ｒｓとfoo_barとｖ２．１３．０と20ミリ秒", "parser.rsとfoo_barとv2.13.0と20ミリ秒"),
    ],
)
def test_names_that_travelled_as_they_are_are_found_however_they_are_written(output: str, text: str) -> None:
    back = restored(output, WORDS)
    assert back.whole
    assert back.text == text


def test_names_that_travelled_as_they_are_are_counted() -> None:
    assert restored("parser.rsとfoo_barsとv2.13.0と20ms", WORDS).lost == ("foo_bar",)
    assert restored("parser.rs, foo_bar, v2.13.0, 20 ms, foo_bar", WORDS).doubled == ("foo_bar",)
    assert restored("foo.rs。", WORDS, "foo.rs is not foo.rs.bak").lost == ("foo.rs.bak",)


def test_names_that_differ_only_in_case_are_told_apart() -> None:
    text = "Use fooBar, not FooBar or foobar_."
    assert restored("FooBarではなくfooBarとfoobar_。", WORDS, text).text == "FooBarではなくfooBarとfoobar_。"


def test_a_text_with_placeholders_of_its_own_keeps_them() -> None:
    text = "The template ⟦0⟧ and X1X go into foo_bar and ⟦10⟧."
    sent = protected(text, BRACKETS)
    back = sent.restore(sent.text.replace("go into", "werden zu"))
    assert back.whole
    assert back.text == text.replace("go into", "werden zu")


WAYS: list[Callable[[str, random.Random], str]] = [
    lambda t, dice: t[: (at := dice.randrange(len(t) + 1))] + t[at + dice.randrange(4) :],
    lambda t, dice: t + t[dice.randrange(len(t) + 1) :],
    lambda t, dice: t.replace(dice.choice("⟦⟧ X<>/0123"), dice.choice(["", " ", "[", "９", "⟦"])),
    lambda t, _: t.upper(),
    lambda t, _: " ".join(t),
    lambda t, dice: "".join(dice.sample(t, len(t))),
]


def damage(text: str, dice: random.Random) -> str:
    for _ in range(dice.randrange(1, 4)):
        text = dice.choice(WAYS)(text, dice)
    return text


@given(st.sampled_from([BRACKETS, LETTERS, TAGS]), st.integers())
def test_however_the_output_is_damaged_all_names_are_back_once_or_it_is_told(
    template: str, seed: int
) -> None:
    sent = protected(SENTENCE, template)
    back = sent.restore(damage(sent.text, random.Random(seed)))  # noqa: S311 - no secret
    if back.whole:
        assert [back.masked.count(sent.mask(index)) for index in range(4)] == [1, 1, 1, 1]
    else:
        assert back.lost or back.doubled or back.strange


@pytest.mark.parametrize("template", TEMPLATES)
def test_in_pieces_it_is_the_same(template: str) -> None:
    sent = protected(SENTENCE, template)
    restoring, held, masked = Restoring(sent), "", ""
    for char in sent.text:
        held += char
        if not restoring.may_go_on(held):
            masked += restoring.feed(held)
            held = ""
    masked += restoring.feed(held)
    assert restoring.finish(masked) == sent.restore(sent.text)


def test_hostile_texts_take_no_time() -> None:
    for piece in ("⟦", "⟦0", "0⟧", "X0X", "<x id=", "foo_bar ", "( "):
        text = piece * 20_000
        for template in TEMPLATES:
            sent = protect(text, protected_spans(text), template)
            assert sent.restore(sent.text).text == text
            sent.restore(text[::-1])
