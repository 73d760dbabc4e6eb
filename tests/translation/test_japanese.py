"""What is read aloud in Japanese is written so that it can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.speech.lexicon import Lexicon
from streamtts.translation.japanese import borrowed, tidied
from streamtts.translation.names import is_acronym

LEXICON = Lexicon.load()


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("42つのテストが通りました。", "42個のテストが通りました。"),
        ("10 つのファイル", "10個のファイル"),
        ("1,204つの行", "1,204個の行"),
        ("2.5つ", "2.5個"),
        ("0つ", "0個"),
        ("十二つのエラー", "十二個のエラー"),
        ("三十つ", "三十個"),
        ("3つのテスト", "3つのテスト"),
        ("三つのテスト", "三つのテスト"),
        ("９つと１２つ", "9つと12個"),
        ("12つ目の引数", "12番目の引数"),
        ("2つ目の引数", "2つ目の引数"),
        ("42つまり、全部です。", "42つまり、全部です。"),
        ("12人のテスト", "12個のテスト"),
        ("3人のユーザー", "3人のユーザー"),
        ("12枚のテスト", "12個のテスト"),
        ("42つテストが通り", "42個のテストが通り"),
        ("3つファイルがある", "3つのファイルがある"),
        ("3つテストしました", "3つテストしました"),
        ("5個個", "5個"),
        ("3rd の引数", "3番目の引数"),
        ("1stテスト", "1番目のテスト"),
    ],
)
def test_what_is_counted_has_its_counter(written: str, right: str) -> None:
    assert tidied(written) == right


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("バグを見つけました：空のリスト", "バグを見つけました。空のリスト"),
        ("原因です:", "原因です。"),
        ("次のとおり：一つ目", "次のとおり：一つ目"),
        ("ﾃｽﾄ が ＡＰＩ を ２　回 呼ぶ", "テストがAPIを2回呼ぶ"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("全角１００％です", "全角100%です"),
        ("README を更新 しました .", "READMEを更新しました。"),
        ("git push を実行!", "git pushを実行！"),
        ("そうです, はい. 本当?", "そうです、はい。本当？"),
        ("終わり...", "終わり…"),
        ("3.5と1,204です。", "3.5と1,204です。"),
        ("foo.rs と a,b", "foo.rsとa,b"),
        ("注意: 次です", "注意：次です"),
        ("名前はx:yです", "名前はx:yです"),
    ],
)
def test_width_spaces_and_marks_are_japanese(written: str, right: str) -> None:
    assert tidied(written) == right


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("テストsuiteを", "テストスイートを"),
        ("feature flag を", "フィーチャーフラッグを"),
        ("the テスト", "the テスト"),
        ("silentlyドロップ", "silentlyドロップ"),
        ("リQUIREMENTSファイル", "リQUIREMENTSファイル"),
        ("APIとJSON", "APIとJSON"),
        ("Docker の", "ドッカーの"),
        ("testsとfieldsとfixturesとstatus", "テストとフィールドとフィクスチャーとステータス"),
        ("unknownword", "unknownword"),
    ],
)
def test_words_that_were_copied_are_borrowed_as_developers_do(written: str, right: str) -> None:
    source = (
        "the feature flag of the docker test suite silently requirements tests fields fixtures status api"
    )
    words = source.split()
    assert borrowed(written, frozenset(words), LEXICON) == right


def test_acronyms_are_known() -> None:
    assert all(map(is_acronym, ["API", "JSON", "URLs", "HTTP2", "CI"]))
    assert not any(map(is_acronym, ["A", "Api", "REQUIREMENTS", "api", "S3cret"]))


@given(st.text(st.sampled_from("テスト漢字つ個目人の 0123,.!?:;…abc　ＡＢﾃｽ\U000f03c0"), max_size=40))
def test_what_is_tidy_stays_as_it_is(text: str) -> None:
    once = tidied(text)
    twice = tidied(once)
    assert tidied(twice) == twice
    assert [char for char in once if char == "\U000f03c0"] == [char for char in text if char == "\U000f03c0"]
