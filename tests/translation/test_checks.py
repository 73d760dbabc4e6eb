"""What must not be spoken is named; what is good goes through."""

import time

import pytest

from streamtts._core import protected_spans
from streamtts.translation.checks import Candidate, flaw, speaks_target, weight
from streamtts.translation.placeholders import WORDS
from streamtts.translation.protect import protect

SOURCE = "I ran the whole test suite with pytest and the memory leak is gone, so 42 tests pass now."


def judged(text: str, original: str = SOURCE, target: str = "ja", *, complete: bool = True) -> str | None:
    sent = protect(original, protected_spans(original), WORDS)
    masked = sent.restore(text).masked
    return flaw(Candidate(masked, original, sent.restore(original).masked, "en", target, complete))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        (" 。…", "it is empty"),
        ("はい。", "the number 42 is not in it"),
        ("四十二個のテストが通りました。", None),
        ("４２個のテストが通りました。", None),
        ("24個のテストが通りました。", "the number 42 is not in it"),
        ("142個のテストが通りました。", "the number 42 is not in it"),
        ("全体のテストsuiteを実行しました。", "“suite” is left in it"),
        ("リQUIREMENTSファイルを直しました。", "“QUIREMENTS” is left in it"),
        ("メモリ泄漏がなくなり、42個のテストが通りました。", "泄漏 is Chinese"),
        ("内存リークがなくなりました。テストは通ります。", "内存 is Chinese"),
        ("テストが全て运行されました。問題ありません。", "运 is no character of Japanese"),
        ("我現在運転全部試験成功。", "it reads like Chinese"),
        ("我現在運転全部試験成功了。", "了 is Chinese"),
        ("そのまま留下しました。", "留下 is Chinese"),
        ("テストがпрошлиしました。もう問題ありません。", "п is no letter of Japanese"),
        ("テストが통과しました。もう問題ありません。", "통 is no letter of Japanese"),
        ("テストをテストをテストをテストをテストを実行", "it repeats itself (テストを)"),
        ("はははははははははははは", "it repeats itself (は)"),
        (
            "直しました。次へ行きます。直しました。次へ行きます。直しました。",
            "it repeats itself (直しました)",
        ),
        ("翻訳：テストスイートを実行しました。", "it talks about the translation (翻訳：)"),
        ("Sure, here is the translation", "it talks about the translation (Sure,)"),
        ("テストが通りました。\n注：直訳です。", "it talks about the translation (注：)"),
        ("テストが通りました。\nもう一つ。", "it has several lines"),
        ("テストが通りました。<|im_end|>", "it holds a sign of the model (<|im_end|>)"),
        ("jpn_Jpan テストが通りました。", "it holds a sign of the model (jpn_Jpan)"),
        ("テストが\x1b通りました。", "it holds a character that nobody can say (U+001B)"),
        ("テストが\ufffd通りました。", "it holds a character that nobody can say (U+FFFD)"),
        (SOURCE, "“ran” is left in it"),
        ("テストスイート全体を実行し、もう一度確かめて、" * 3 + "長い" * 40, "it is far too long"),
        ("テストスイート全体をパイテストで実行し、メモリリークも消えて、42個のテストが通りました。", None),
    ],
)
def test_japanese_is_judged(text: str, reason: str | None) -> None:
    said = judged(text)
    assert said == reason or (
        reason is not None and said is not None and "repeats" in reason and "repeats" in said
    )


def test_most_of_a_long_sentence_cannot_be_missing() -> None:
    assert judged("はい。", f"{SOURCE} {SOURCE}") == "most of it is missing"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("J'ai lancé toute la suite de tests avec pytest et la fuite de mémoire a disparu.", None),
        (SOURCE, "it is not translated"),
        (SOURCE.replace("gone", "partie"), "it is hardly translated"),
        ("J'ai lancé les tests и всё хорошо maintenant.", "и is no letter of French"),
    ],
)
def test_french_is_judged(text: str, reason: str | None) -> None:
    assert judged(text, target="fr") == reason


@pytest.mark.parametrize(
    ("original", "text", "target"),
    [
        ("The API returns JSON.", "APIはJSONを返します。", "ja"),
        ("OK.", "OK.", "fr"),
        ("Done.", "完了です。", "ja"),
        ("See parser.rs, foo_bar and v2.", "parser.rs、foo_bar、v2を見てください。", "ja"),
        ("Wait... what?", "ちょっと待って……何ですか？", "ja"),
        ("The docs say “内存” there.", "ドキュメントには「内存」と書いてあります。", "ja"),
        ("Ha ha ha ha ha ha ha ha, no.", "ハハハハハハハハ、だめです。", "ja"),
        ("It takes 20 ms.", "20ミリ秒かかります。", "ja"),
        ("The tests pass.", "Тесты проходят.", "ru"),
        ("The tests pass.", "테스트가 통과합니다.", "ko"),
        ("The tests pass.", "测试通过了。", "zh"),
        ("They scolded him.", "彼は𠮟られました。", "ja"),
        ("Diff: 1 line added, 1 removed.", "差分：1行追加、1行削除。", "ja"),
    ],
)
def test_good_translations_go_through(original: str, text: str, target: str) -> None:
    assert judged(text, original, target) is None


def test_a_beginning_is_not_blamed_for_what_may_come() -> None:
    for text in ("", "テ", "テストsui", "我現在運転全部"):
        assert judged(text, complete=False) is None
    assert judged("テストsuiteを", complete=False) == "“suite” is left in it"


def test_a_language_has_its_letters() -> None:
    assert speaks_target("テスト", "ja")
    assert not speaks_target("test, 42", "ja")
    assert speaks_target("test", "fr")
    assert weight("漢字") > weight("kanji")


def test_hostile_outputs_are_judged_at_once() -> None:
    begin = time.monotonic()
    for piece in ("あ", "ab", "、", "あい、", "<|", " ", "\n", "翻訳", "あいうえおかきくけこ"):
        judged(piece * 5000, "word " * 5000)
    assert time.monotonic() - begin < 30  # a guard against what is quadratic, no measure


@pytest.mark.parametrize(
    ("original", "text", "reason"),
    [
        (
            "17 tests failed, 13 passed.",
            "7つのテストが失敗し、13個が通りました。",
            "the number 17 is not in it",
        ),
        ("It took 120 seconds.", "百二十秒かかりました。", None),
        ("It took 100 seconds.", "百秒かかりました。", None),
        ("It took 115 seconds.", "百五秒かかりました。", "the number 115 is not in it"),
        ("The table has 90 million rows.", "表には9,000万行あります。", None),
        ("It is from 2026-11-20.", "2026年11月20日のものです。", None),
        ("It runs 24/7.", "いつでも動いています。", None),
        ("There are 1,200 of them.", "千二百個あります。", None),
        ("Version 3.12 is there.", "そのバージョンがあります。", None),
    ],
)
def test_counts_are_kept(original: str, text: str, reason: str | None) -> None:
    assert judged(text, original) == reason


def test_a_count_may_still_come_and_other_languages_have_words_for_it() -> None:
    assert judged("テストは", "17 tests failed.", complete=False) is None
    assert judged("Dix-sept tests ont échoué.", "17 tests failed.", "fr") is None
