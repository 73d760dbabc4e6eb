"""Japanese as it is read aloud: counters that exist, one width, and no space where none is written."""

import re
import unicodedata

from streamtts.speech.lexicon import Lexicon
from streamtts.translation.names import is_acronym, never_names
from streamtts.translation.polite import long_vowels, polite
from streamtts.translation.protect import MASK

_KANA_KANJI = r"\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_JAPANESE = rf"[{_KANA_KANJI}「」『』、。・！？（）]"
_WRITTEN = rf"[{_KANA_KANJI}]"

# つ counts to nine; people and animals are counted by words that no test or file takes.
_TEN_OR_MORE = (
    r"(?<![\d.,])"
    r"(\d+[.,]\d+|\d{1,3}(?:,\d{3})+|\d{2,}|0|[一二三四五六七八九]?[十百千万][一二三四五六七八九十百千万]*)"
)
_OTHER_WORD = "まり|いて|いで|なが|かう|かい|かっ|け|づ"  # つまり, ついて, ...
_THINGS = (
    "テスト|ファイル|エラー|警告|関数|モジュール|クラス|メソッド|パッケージ|コミット|ケース|箇所|問題|変更|依存|"
    "ライブラリ|フィールド|項目|バグ|パラメータ|引数|サービス|エンドポイント|テーブル|レコード|コンテナ"
)
_COUNTERS = (
    (re.compile(rf"(\d\s?つ)(?=(?:{_THINGS})(?![しすさで]))"), r"\1の"),
    (re.compile(_TEN_OR_MORE + r"\s?つ(?:目|め)"), r"\1番目"),
    (re.compile(_TEN_OR_MORE + rf"\s?つ(?!{_OTHER_WORD})"), r"\1個"),
    (re.compile(rf"(?<!\d)(\d+)\s?[人名匹頭羽冊枚]の(?={_THINGS})"), r"\1個の"),
    (re.compile(r"(\d)個個"), r"\1個"),
    (re.compile(r"(?<![\d.,A-Za-z])(\d+)(?:st|nd|rd|th)(?![A-Za-z])\s?(?:番目の?|の)?"), r"\1番目の"),
)
_MARKS = str.maketrans(
    {",": "、", "，": "、", ".": "。", "．": "。", "!": "！", "?": "？", ":": "：", ";": "、"}
)
_SAID = "(?:ました|ます|です|ません)"  # the end of a sentence, whatever mark follows
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_AT_HOME = frozenset(("ok",))  # which Japanese says of its own accord
_GLOSS = re.compile(rf"({_WRITTEN}{{2,30}})[（(]\1[）)]")  # 再帰（再帰）


def tidied(text: str, before: str = "") -> str:
    """`before` is the character that precedes the text; names are masked in it."""
    text = one_width(text)
    text = _without_spaces(text, before)
    text = _with_marks(text, before)
    return polite(long_vowels(_GLOSS.sub(r"\1", _counted(text))))


def borrowed(text: str, source_words: frozenset[str], lexicon: Lexicon) -> str:
    """Latin words that were only copied become what a Japanese developer says for them."""

    def said(found: re.Match[str]) -> str:
        word = found[0].lower()
        if (
            word not in source_words | _AT_HOME
            or (is_acronym(found[0]) and word not in _AT_HOME)
            or word in never_names()
            or word.endswith("ly")
        ):
            return found[0]
        katakana = _singular(word, lexicon)
        return found[0] if _LATIN_WORD.search(katakana) else katakana

    borrowing = _LATIN_WORD.sub(said, text)
    return text if borrowing == text else _without_spaces(borrowing, "")


def _singular(word: str, lexicon: Lexicon) -> str:
    """Japanese has one word for a test and for tests."""
    many = lexicon.spoken(word, "ja")
    if not word.endswith("s") or word.endswith("ss"):
        return many
    one = lexicon.spoken(word.removesuffix("s"), "ja")
    plurals = (one + "ズ", one + "ス", one[:-1] + "ツ", one[:-1] + "ズ")
    return one if many in plurals and (many[: len(one)] == one or one[-1:] in "トド") else many


def one_width(text: str) -> str:
    """Latin and digits narrow, katakana wide; nothing else is touched."""
    wide = re.sub(r"[\uff66-\uff9f]+", lambda kana: unicodedata.normalize("NFKC", kana[0]), text)
    return re.sub(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05\u3000]", _narrow, wide)


def _narrow(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def _without_spaces(text: str, before: str) -> str:
    """A voice pauses at a space; within Latin words and between names it keeps them apart."""
    joined = re.sub(rf"(?<={_JAPANESE}) +|(?<=[^\s]) +(?={_JAPANESE})", "", text)
    if before and re.match(_JAPANESE, before):
        joined = joined.lstrip(" ")
    return joined


def _with_marks(text: str, before: str) -> str:
    """Punctuation after Japanese is Japanese, and so is the full stop of the sentence."""
    text = re.sub(rf"(?<={_WRITTEN})(?:\.{{2,}}|…+)", "…", before + text)[len(before) :]
    text = re.sub(rf"({_SAID})[:：](?={_WRITTEN}|\s*$)", r"\1。", text)
    text = re.sub(rf"(?<={_WRITTEN})[,.!?:;，．](?![A-Za-z0-9/\\])", _japanese_mark, before + text)[
        len(before) :
    ]
    text = re.sub(rf"(?<={MASK}),(?![A-Za-z0-9])", "、", text)
    text = re.sub(rf"(?<={MASK})\.(?=\s*$)", "。", text) if re.search(_WRITTEN, before + text) else text
    return re.sub(r"([、。！？：]) +", r"\1", text)


def _japanese_mark(found: re.Match[str]) -> str:
    return found[0].translate(_MARKS)


def _counted(text: str) -> str:
    for wrong, right in _COUNTERS:
        text = wrong.sub(right, text)
    return text
