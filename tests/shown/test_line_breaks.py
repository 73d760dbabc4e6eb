"""Lines of subtitles: where a reader may rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.shown.line_breaks import even_lines
from streamtts.shown.terminal import cells, wrap


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("修正はすでにメインブランチに入っています。", ["修正はすでにメインブランチに", "入っています。"]),
        ("はい。", ["はい。"]),
        ("", []),
        (
            "パーサーは行頭を保持するので、字句は失われません。",
            ["パーサーは行頭を保持するので、", "字句は失われません。"],
        ),
        (
            "関数の名前を変えて、呼び出し元もすべて直しました。",
            ["関数の名前を変えて、", "呼び出し元もすべて直しました。"],
        ),
        ("空のリストを渡すと、終わりません。", ["空のリストを渡すと、終わりません。"]),
        (
            "承認が要るので、それについてはお客様に確かめます。",
            ["承認が要るので、", "それについてはお客様に確かめます。"],
        ),
        (
            "테스트가 모두 통과했고 이제 문서를 고치겠습니다.",
            ["테스트가 모두 통과했고", "이제 문서를 고치겠습니다."],
        ),
    ],
)
def test_a_line_ends_where_a_phrase_does(text: str, lines: list[str]) -> None:
    assert even_lines(text, 40) == lines


def test_a_phrase_that_is_longer_than_a_line_is_torn_in_the_middle() -> None:
    assert even_lines("漢" * 21, 40) in (["漢" * 10, "漢" * 11], ["漢" * 11, "漢" * 10])
    assert even_lines("w" * 50 + "漢", 40)[0] == "w" * 40


@given(st.text("漢字かなカナーabc、。「」 123お…", max_size=120).map(lambda text: " ".join(text.split())))
def test_nothing_is_lost_and_no_line_is_too_long_or_lonely(text: str) -> None:
    lines = even_lines(text, 40)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(line.strip() == line != "" for line in lines)
    if all(width <= 40 for width in map(cells, wrap(text, 40))):
        assert all(cells(line) <= 40 for line in lines)


@given(st.text("漢字かなカナ、。", min_size=3, max_size=200))
def test_three_signs_at_least_stand_together(text: str) -> None:
    lines = even_lines(text, 40)
    if "、、、" not in text and "。。" not in text and "、。" not in text and "。、" not in text:
        assert len(lines) < 2 or min(map(cells, lines)) >= 6


def test_a_monster_takes_its_time_in_proportion() -> None:
    assert len(even_lines("漢" * 20_000, 40)) == 1000
    assert even_lines("\u0301" * 20_000, 40)
