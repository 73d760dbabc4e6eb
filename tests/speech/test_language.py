"""Which language a sentence is in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.speech.language import language_of, name_of, primary

WRITTEN = {
    "en": [
        "I fixed the parser.",
        "The label says 日本語 in the settings dialog.",
        "The button says こんにちは now.",
        "“保存しました” is what the user sees — it's the naïve café of messages.",
        "λ is the rate, and π/4 is the angle.",
        "I can't read 日本語 and 中文 as they are hard.",
        "",
        "42.",
        "…",
    ],
    "ja": [
        "テストはすべて成功しました。",
        "parser.rs を修正しました。",
        "`test_empty_list` と `test_full_list` を tests/parser_test.py に追加しました",
        "GitHub Actions の Workflow が Failed",
        "Pull Request を Merge しました。",
        "「Save the file」と表示されます。",
        "“The file is in the cache”と言った。",
        "サーバー",
        "ﾃｽﾄ",
        "完了",
        "OK です。",
    ],
    "ko": ['그는 "안녕." 하고 말했다.', "utils.py를 수정했습니다."],
    "ru": ["Устранил ошибку в utils.py."],
    "uk": ["Виправлено помилку у файлі, її більше немає."],
    "be": ["Памылка выпраўлена ў файле."],
    "el": ["Πώς είσαι;"],
    "ar": ["هل يعمل؟ نعم."],
    "fa": ["این یک آزمایش است."],
    "he": ["הבדיקה עברה."],
    "hi": ["यह ठीक है।"],
    "th": ["ทดสอบผ่านแล้ว"],
    "ta": ["சோதனை முடிந்தது"],
    "ka": ["ტესტი დასრულდა"],
    "hy": ["Թեստն ավարտվեց"],
    "my": ["စမ်းသပ်မှု"],
}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in WRITTEN.items() for text in texts]
)
def test_a_sentence_is_in_the_language_of_its_letters(language: str, text: str) -> None:
    assert language_of(text) == language


def test_latin_letters_are_what_the_user_says_they_are() -> None:
    assert language_of("Der Fehler ist behoben.", latin="de") == "de"
    assert language_of("Größe: 5 µm", latin="de") == "de"


def test_chinese_characters_without_kana_are_what_the_user_says_they_are() -> None:
    assert language_of("已修复该错误。请重新运行测试！", han="zh") == "zh"
    assert language_of("在 parser.rs 中修复了该错误", han="zh") == "zh"
    assert language_of("按钮显示「こんにちは」。", han="zh") == "zh"
    assert language_of("テストは成功", han="zh") == "ja"


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert language_of(text, latin="en", han="zh")


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_latin_text_is_never_taken_for_another_script(text: str) -> None:
    assert language_of(text, latin="de") == "de"


@pytest.mark.parametrize(
    "text", ["「" * 10**6, "aあ" * 10**6, "_a" * 10**6 + "あ", 'あ"' * 10**6, "あ" + "a." * 10**6]
)
def test_a_giant_text_is_decided_by_its_front(text: str) -> None:
    assert language_of(text) in ("en", "ja")


def test_composed_and_decomposed_letters_are_the_same_language() -> None:
    for text in ("Größe", "её", "がぎぐ", "한국어"):
        assert language_of(unicodedata.normalize("NFD", text)) == language_of(text)


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("en-GB", "en"), ("zh_Hant_TW.UTF-8", "zh"), (" JA ", "ja"), ("de@euro", "de")],
)
def test_the_language_of_a_tag(tag: str, code: str) -> None:
    assert primary(tag) == code


def test_languages_have_english_names() -> None:
    assert name_of("ja") == "Japanese"
    assert name_of("en-GB") == "English"
    assert name_of("tlh") == "tlh"
