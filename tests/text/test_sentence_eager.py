"""The first clause of a long opening sentence, for a listener who still hears nothing."""

import pytest

from streamtts._core import Splitter
from text.splitting import cases, released, split

LONG = next(case["text"] for case in cases("segmentation.json") if case["id"] == 65)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("I looked at the failing test, and it is wrong.", "I looked at the failing test,"),
        ("I looked at the failing test; it is wrong.", "I looked at the failing test;"),
        ("I looked at the failing test: it is wrong.", "I looked at the failing test:"),
        ("I looked at the failing test — it is wrong.", "I looked at the failing test —"),
        ("I looked at the failing test—it is wrong.", None),
        ("I looked at the failing test because it hung.", "I looked at the failing test"),
        ("I looked at the failing test which hung.", "I looked at the failing test"),
        ("I looked at the test and fixed it.", None),
        (
            "I looked at the failing test of the parser module and fixed it.",
            "I looked at the failing test of the parser module",
        ),
        ("Yes, I will look at it.", None),
        ("It now holds some 1,250 rows in all.", None),
        ("It calls the loader with (this, that, and the other) now.", None),
        ("It calls the loader with `a, because b` now.", None),
        ("It calls the loader with, e.g., some lists.", "It calls the loader with,"),
        ("設定ファイルの内容を確認してから、変更します。", "設定ファイルの内容を確認してから、"),
        ("はい、確認します。", None),
    ],
)
def test_the_first_clause_is_released(text: str, clause: str | None) -> None:
    found = split([text], eager=True)
    assert found == ([text] if clause is None else [clause, text.removeprefix(clause).strip()])


def test_it_comes_while_the_sentence_is_still_open() -> None:
    first, fed = released(LONG, eager=True)[0]
    assert first == "Let me check the configuration"
    assert fed <= 40
    assert released(LONG) == []


def test_a_sentence_without_any_joint_is_cut_at_a_word() -> None:
    text = "alpha " * 40
    first, fed = released(text, eager=True)[0]
    assert set(first.split()) == {"alpha"}
    assert len(first) < fed <= 100


def test_only_the_opening_sentence_is_cut() -> None:
    text = "Done. " + LONG
    assert split([text], eager=True) == ["Done.", LONG]


def test_the_next_block_has_an_opening_sentence_again() -> None:
    splitter = Splitter(eager=True)
    splitter.feed("Done. ")
    splitter.finish()
    assert splitter.feed(LONG)[0] == "Let me check the configuration"


def test_what_follows_the_first_clause_is_cut_only_when_very_long() -> None:
    tail = split([LONG], eager=True)[1:]
    assert all(len(clause) >= 120 for clause in tail[:-1])
    assert " ".join(split([LONG], eager=True)) == LONG
