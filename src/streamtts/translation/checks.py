"""Is a translation fit to be spoken? Each check says why not, in words that end up in a message."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from streamtts.translation import codes, names
from streamtts.translation.protect import MASK
from streamtts.translation.scripts import ALL_LETTERS, is_japanese_han, letters_of, script_of

_DENSE = {"CJK": 3.0, "HIRAGANA": 2.0, "KATAKANA": 1.5, "HANGUL": 2.0, "ETHIOPIC": 1.5}  # in Latin letters

_LATIN_WORD = re.compile(r"(?<!\d)[A-Za-z]{2,}(?:['’][A-Za-z]+)?")
_WITHIN_WORD = re.compile(r"[A-Za-zァ-ヺー]")  # maybe
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
# Written with characters that Japanese has too, and yet Chinese alone.
_CHINESE_WORDS = re.compile(
    "泄漏|内存|文件|数据|端口|接口|日志|字符|命令行|程序|源代|堆棧|進程|線程|默認|函数庫|調用|返回値|你|呢|哪|甚麼|"
    "留下|罪犯|(?<![完終修満読])了(?=[。、]|$)|的是|可以(?!上|下|外|前|後|内)|没有|不是|因此|但是|算法|用戸|運行|用于|安装|加載|屏幕|鼠標|項目中"
)
_CHINESE_WITHOUT_KANA = 6  # characters of Han in a row of text that has no kana at all

_SPECIAL_TOKENS = re.compile(
    r"<\|[^|>]*\|>|</?[a-z]{1,10}\s?/?>|\[/?INST\]|▁|@@ |\b[a-z]{3}_[A-Z][a-z]{3}\b|```|^\s*#{2,}"
)
_ECHO = re.compile(
    r"^\W*(?:translation|translated|japanese|french|english|output|answer|traduction|français|sure|certainly|"
    r"here(?:'s| is) the|翻訳|訳文?|日本語訳?|英語|和訳|回答|以下は|以下が)\s?(?:\([^)]*\))?\s?[:：\n]"
    r"|^\W*(?:sure[,!]|here(?:'s| is) (?:the|a) (?:\w+ )?translation)"
    r"|^\W*(?:i(?:[’']| a)m sorry|sorry, i|i can(?:not|[’']t) (?:help|assist|translate|provide)|as an ai\b)"
    r"|^\W*申し訳(?:あり|ござい)ませんが、.{0,40}(?:翻訳|お手伝い|お答え|対応)"
    r"|^(?:以下に?は?|次のように)(?:日本語に?)?翻訳"
    r"|\n\W{0,20}(?:note|注|explanation|説明|translation|翻訳)\W{0,20}[:：]",
    re.IGNORECASE,
)
_RUN = re.compile(r"([^\W\d_])\1{7,}|(.{2,40}?)\2{3,}", re.DOTALL)
_SENTENCE_END = re.compile(r"[。．.!?！？…]['\"”’」』）)]*\s*$")
_CLAUSE_END = re.compile(r"[、。，．,.;；:：!！?？\n]+")

# Of two or three digits, by itself: larger ones, dates and versions may be written otherwise.
_COUNT = re.compile(r"(?<![\w.,:/#~-])\d{2,3}(?![\w.,:/-]*\w)(?! (?:hundred|thousand|million|billion)\b)")
_KANJI_DIGITS = "〇一二三四五六七八九"

_LONGEST_RATIO, _LONGEST_MORE = 3.0, 40.0
_SHORTEST_RATIO, _SHORTEST_LESS = 0.15, 8.0
_TWICE_LETTERS = 6
_AT_HOME = ("API", "DB", "ID", "OK", "OS", "PC", "UI", "URL", "Web")  # written so in any language
_SAME_WORDS = 5
_COPIED_SHARE, _COPIED_WORDS = 0.8, 4


@dataclass(frozen=True)
class Candidate:
    """A translation to be judged, or its beginning. Names are masked in it."""

    text: str
    original: str
    masked_original: str
    source: str
    target: str
    complete: bool = True

    @cached_property
    def source_words(self) -> frozenset[str]:
        return words_of(self.original)

    @cached_property
    def names(self) -> frozenset[str]:
        at_home = [*names.possible_names(self.original), *_AT_HOME]
        return frozenset(map(names.folded, names.words_of(at_home)))


def words_of(text: str) -> frozenset[str]:
    return frozenset(_LATIN_WORD.findall(text)) | frozenset(
        word.lower() for word in _LATIN_WORD.findall(text)
    )


def flaw(candidate: Candidate) -> str | None:
    """Why the text must not be spoken; None if it may; a beginning may still change for the better."""
    for check in _ALWAYS + (_AT_THE_END if candidate.complete else ()):
        if reason := check(candidate):
            return reason
    return None


def weight(text: str) -> float:
    """Its length in Latin letters: how long it takes to say, more or less."""
    return sum(_DENSE.get(script_of(char), 1.0) for char in text if not char.isspace())


def speaks_target(text: str, target: str) -> bool:
    """Whether there is a letter of the target's script; always true of a language in Latin letters."""
    wanted = letters_of(target)
    return (
        not wanted or "LATIN" in wanted or any(script_of(char) in wanted for char in text if char.isalpha())
    )


def worth_waiting(candidate: Candidate) -> bool:
    """Whether a beginning is not recognised yet, stops within a word, or may be all that comes."""
    if not speaks_target(candidate.text, candidate.target) or _SENTENCE_END.search(candidate.text):
        return True
    if "LATIN" not in letters_of(candidate.target):
        return bool(_WITHIN_WORD.match(candidate.text[-1:]))
    given, said = _folded_words(candidate.masked_original), _folded_words(candidate.text)
    return said == given[: len(said)]


# The checks.


def _control_characters(candidate: Candidate) -> str | None:
    for char in re.sub(r"\s", "", candidate.text):
        if char in "\ufffd" or (
            unicodedata.category(char) in ("Cc", "Co", "Cs", "Cn") and not re.match(MASK, char)
        ):
            return f"it holds a character that nobody can say (U+{ord(char):04X})"
    return None


def _runaway(candidate: Candidate) -> str | None:
    allowed = _LONGEST_RATIO * weight(candidate.masked_original) + _LONGEST_MORE
    return "it is far too long" if weight(candidate.text) > allowed else None


def _special_tokens(candidate: Candidate) -> str | None:
    found = _SPECIAL_TOKENS.search(candidate.text)
    return (
        f"it holds a sign of the model ({found[0].strip()})"
        if found and found[0] not in candidate.original
        else None
    )


def _echo(candidate: Candidate) -> str | None:
    found = _ECHO.search(candidate.text)
    if not found or _ECHO.search(candidate.original):
        return None
    return f"it talks about the translation ({' '.join(found[0].split())})"


def _several_lines(candidate: Candidate) -> str | None:
    several = "\n" in candidate.text.strip() and "\n" not in candidate.original.strip()
    return "it has several lines" if several else None


def _loop(candidate: Candidate) -> str | None:
    for found in _RUN.finditer(candidate.text):
        unit = found[1] or found[2]
        if any(map(str.isalnum, unit)) and not _RUN.search(candidate.original):
            return f"it repeats itself ({unit.strip()[:20]})"
    clauses = [part.strip() for part in _CLAUSE_END.split(candidate.text)]
    for clause, times in Counter(part for part in clauses if len(part) >= 4).items():
        if times >= 3 and _most_repeated(candidate.masked_original) < times:
            return f"it repeats itself ({clause[:20]})"
    return None


def _most_repeated(text: str) -> int:
    return max(Counter(part.strip() for part in _CLAUSE_END.split(text) if part.strip()).values(), default=0)


def _remnants(candidate: Candidate) -> str | None:
    """Latin words in a language that does not write them; names of the original are at home anywhere."""
    if "LATIN" in letters_of(candidate.target) or not letters_of(candidate.target):
        return None
    for found in _LATIN_WORD.finditer(candidate.text):
        word = found[0]
        if not candidate.complete and found.end() == len(candidate.text):
            continue
        if names.folded(word) not in candidate.names and not (
            names.is_acronym(word) and word in candidate.source_words
        ):
            return f"“{word[:30]}” is left in it"
    return None


def _foreign_script(candidate: Candidate) -> str | None:
    allowed = letters_of(candidate.target)
    if not allowed:
        return None
    for char in candidate.text:
        if char.isalpha() and char > "\u024f" and char not in candidate.original and not re.match(MASK, char):
            script = script_of(char)
            if script in ALL_LETTERS and script not in allowed:
                return f"{char} is no letter of {codes.name(candidate.target)}"
    return None


def _chinese(candidate: Candidate) -> str | None:
    """Characters and words that only Chinese has, where the text is to be Japanese."""
    if candidate.target != "ja":
        return None
    for char in dict.fromkeys(_HAN.findall(candidate.text)):
        if not is_japanese_han(char) and char not in candidate.original:
            return f"{char} is no character of Japanese"
    found = _CHINESE_WORDS.search(candidate.text)
    if found and found[0] not in candidate.original:
        return f"{found[0]} is Chinese"
    if (
        candidate.complete
        and len(_HAN.findall(candidate.text)) >= _CHINESE_WITHOUT_KANA
        and not _KANA.search(candidate.text)
        and not ("、" in candidate.text and "，" not in candidate.text)  # a note: 1行追加、1行削除。
    ):
        return "it reads like Chinese"
    return None


def _left_as_it_was(candidate: Candidate) -> str | None:
    """So many words in a row are in no two languages the same."""
    if candidate.complete and (why := _copy(candidate)):
        return why
    given, said = _folded_words(candidate.masked_original), _folded_words(candidate.text)
    rows = {tuple(given[at : at + _SAME_WORDS]) for at in range(len(given) - _SAME_WORDS + 1)}
    for at in range(len(said) - _SAME_WORDS + 1):
        if tuple(said[at : at + _SAME_WORDS]) in rows:
            return f"“{' '.join(said[at : at + _SAME_WORDS])[:40]}” is left in it"
    return None


def _empty(candidate: Candidate) -> str | None:
    if any(char.isalnum() or re.match(MASK, char) for char in candidate.text):
        return None
    return "it is empty" if any(map(str.isalnum, candidate.original)) else None


def _too_short(candidate: Candidate) -> str | None:
    expected = _SHORTEST_RATIO * weight(candidate.masked_original) - _SHORTEST_LESS
    return "most of it is missing" if weight(candidate.text) < expected else None


def _number_lost(candidate: Candidate) -> str | None:
    """Japanese writes a count in figures or in kanji; for others we do not know the words."""
    if candidate.target != "ja":
        return None
    text = unicodedata.normalize("NFKC", candidate.text)
    for count in _COUNT.findall(candidate.masked_original):
        if not re.search(rf"(?<!\d){count}(?!\d)", text) and _in_kanji(int(count)) not in text:
            return f"the number {count} is not in it"
    return None


def _in_kanji(count: int) -> str:
    hundreds, tens, units = count // 100, count // 10 % 10, count % 10
    places = ((hundreds, "百"), (tens, "十"), (units, ""))
    return "".join(
        (_KANJI_DIGITS[digit] if digit > 1 or not place else "") + place for digit, place in places if digit
    )


def _twice(candidate: Candidate) -> str | None:
    text = re.sub(r"\s", "", candidate.text)
    half = len(text) // 2
    if half < _TWICE_LETTERS or text[:half] != text[half:]:
        return None
    original = re.sub(r"\s", "", candidate.masked_original)
    return None if original[: len(original) // 2] == original[len(original) // 2 :] else "it is said twice"


def _copy(candidate: Candidate) -> str | None:
    given, said = (_folded_words(text) for text in (candidate.masked_original, candidate.text))
    if len(given) >= 3 and given == said:
        return "it is not translated"
    if len(said) >= _COPIED_WORDS and len(given) >= _COPIED_WORDS:
        known = set(given)
        if sum(word in known for word in said) / len(said) > _COPIED_SHARE:
            return "it is hardly translated"
    return None


def _folded_words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", re.sub(MASK, " ", text).casefold())


_ALWAYS: tuple[Callable[[Candidate], str | None], ...] = (
    _control_characters,
    _runaway,
    _special_tokens,
    _echo,
    _several_lines,
    _loop,
    _remnants,
    _left_as_it_was,
    _foreign_script,
    _chinese,
)
_AT_THE_END = (_empty, _too_short, _number_lost, _twice)
