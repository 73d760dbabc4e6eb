"""English words in katakana, for Japanese voices, which spell a word they do not know letter by letter.

A word that is in no list is taken apart: endings and prefixes, two words written together. What then is still
unknown is read by rules of spelling, as a Japanese reader would who sees it for the first time.
"""

import re
from collections.abc import Callable
from functools import partial

from streamtts.speech.kana_rules import read_by_rules

Listed = Callable[[str], str | None]

_LETTER_NAMES = (
    "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム "
    "エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット"
)
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTER_NAMES.split(), strict=True))
_MIXED = re.compile(r"[A-Za-z]+|[0-9]+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+[A-Za-z][A-Za-z0-9]*")
_HUMPED = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}")
_VOWEL = re.compile(r"[aeiouy]")
_WHOLE = re.compile(
    r"(?=.{3})[a-z]*(?:[^aeiou][aeiou][bdgkmnpstvz]e|[aeiou]{2}[^aeiou]|[^aeiou][^aeioucv]|[aeiou][lrw]|y)"
)
_SPELLED_WHEN_CAPITALS = 5  # letters; a longer word in capitals is one that is shouted


def katakana_letters(text: str) -> str:
    return "".join(_LETTERS.get(letter.upper(), letter) for letter in text)


def katakana(word: str, listed: Listed) -> str | None:
    """How a Latin word that is not listed is read; None for what is no such word, or has several within."""
    word = word.replace("'", "").replace("’", "")
    if not word.isascii() or not _LATIN_WORD.fullmatch(word) or _HUMPED.search(word):
        return None
    if word.isalpha():
        return _letters_or_word(word, listed)
    return "".join(
        part if part.isdigit() else listed(part) or _letters_or_word(part, listed)
        for part in _MIXED.findall(word)
    )


def _letters_or_word(word: str, listed: Listed) -> str:
    many = word.isupper() and len(word) > 1
    if re.fullmatch("[A-Z]{2,}s", word):
        return katakana_letters(word[:-1])
    lower = word.lower()
    if len(word) == 1 or not _VOWEL.search(lower):
        return katakana_letters(word)
    if many and len(word) <= _SPELLED_WHEN_CAPITALS:
        return _derived(lower, listed) or katakana_letters(word)
    return _read(lower, listed)


def _read(word: str, listed: Listed) -> str:
    return (
        _derived(word, listed) or _compound(word, listed) or _derived(word, _by_rules) or read_by_rules(word)
    )


def _by_rules(stem: str) -> str | None:
    """For the stem of an unknown word: only if it looks like a whole word."""
    return read_by_rules(stem) if _WHOLE.fullmatch(stem) else None


def _known(word: str, listed: Listed) -> str | None:
    return listed(word) or _derived(word, listed)


def _derived(word: str, listed: Listed) -> str | None:
    """A listed word with an ending or a prefix."""
    for ending, join in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            for stem in _stems(word[: -len(ending)], ending):
                if kana := listed(stem) or (_derived(stem, listed) if ending in ("s", "es") else None):
                    keeps_n = word == f"{stem}n{ending}"  # "runner" is rannaa
                    return join(kana + "ン" if keeps_n else kana)
    for prefix, kana in _PREFIXES.items():
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 2 and (stem_kana := _known(rest, listed)):
            return kana + stem_kana
    return None


def _stems(stem: str, ending: str) -> list[str]:
    """The words that `stem` may be once its ending is off: "skipp" is "skip", "nam" is "name"."""
    stems = [stem]
    if ending[0] in "aeiouy":
        stems.append(stem + "e")
        if len(stem) > 2 and stem[-1] == stem[-2]:
            stems.append(stem[:-1])
    if stem.endswith("i"):
        stems.append(stem[:-1] + "y")
    return stems


def _compound(word: str, listed: Listed) -> str | None:
    """Two known words written together; the longest first one wins."""
    for cut in range(len(word) - 3, 2, -1):
        first, second = word[:cut], word[cut:]
        if (kana := listed(first)) and (other := _known(second, listed)):
            return kana + other
    return None


# The kana with which a word ends, and what it becomes before an ending that begins with i or a.
_LAST = "クグスズチジトドヌフブプムルンツ"
_BEFORE_I = "キ ギ シ ジ チ ジ ティ ディ ニ フィ ビ ピ ミ リ ニ ツィ"
_BEFORE_A = "カ ガ サ ザ チャ ジャ タ ダ ナ ファ バ パ マ ラ ナ ツァ"
_ROW_A, _ROW_E = "カガサザタダナハバパマラワャァ", "ケゲセゼテデネヘベペメレェ"
_INTO_I = dict(zip(_LAST, _BEFORE_I.split(), strict=True))
_INTO_A = dict(zip(_LAST, _BEFORE_A.split(), strict=True))


def _ended(row: dict[str, str], glide: str, ending: str, kana: str) -> str:
    if kana.endswith("シュ"):
        return kana[:-2] + ("シ" if row is _INTO_I else "シャ") + ending
    if kana[-1] in row:
        return kana[:-1] + row[kana[-1]] + ending
    if kana.endswith("ー") and kana[-2:-1] in _ROW_A and row is _INTO_I:
        return kana[:-1] + "リ" + ending  # "render", "filter"
    if kana.endswith("イ") and kana[-2:-1] in _ROW_E and row is _INTO_I:
        return kana + ending  # "play"
    return kana.removesuffix("ー") + glide + ending


def _plural(kana: str) -> str:
    if kana.endswith("ト"):
        return kana[:-1] + "ツ"
    if kana.endswith(("ド", "ズ")):
        return kana[:-1] + "ズ"
    if kana.endswith(("ス", "シュ", "チ", "ジ")):
        return kana + "イズ" if kana.endswith(("チ", "ジ")) else kana
    return kana + ("ス" if kana.endswith(("プ", "ク", "フ")) else "ズ")


def _past(kana: str) -> str:
    if kana.endswith(("ト", "ド")):
        return kana[:-1] + ("テッド" if kana.endswith("ト") else "デッド")
    return kana + ("ト" if kana.endswith(("プ", "ク", "ス", "シュ", "チ", "フ")) else "ド")


def _with(ending: str, kana: str) -> str:
    return kana + ending


_ENDINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("s", _plural),
    ("es", _plural),
    ("ed", _past),
    ("ing", partial(_ended, _INTO_I, "イ", "ング")),
    ("er", partial(_ended, _INTO_A, "ア", "ー")),
    ("or", partial(_ended, _INTO_A, "ア", "ー")),
    ("able", partial(_ended, _INTO_A, "ア", "ブル")),
    ("ly", partial(_with, "リー")),
    ("ment", partial(_with, "メント")),
    ("ness", partial(_with, "ネス")),
    ("less", partial(_with, "レス")),
    ("ful", partial(_with, "フル")),
    ("like", partial(_with, "ライク")),
)
_PREFIXES = {
    "un": "アン",
    "re": "リ",
    "sub": "サブ",
    "pre": "プリ",
    "multi": "マルチ",
    "non": "ノン",
    "auto": "オート",
    "de": "デ",
    "meta": "メタ",
    "micro": "マイクロ",
    "inter": "インター",
    "over": "オーバー",
    "super": "スーパー",
    "mis": "ミス",
    "dis": "ディス",
    "co": "コ",
}
