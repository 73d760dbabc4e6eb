"""A text in parts that XTTS says in one go: as long as each language allows, cut where one might pause."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from unicodedata import category

from streamtts.engine import EngineError
from streamtts.synthesizers import speakable
from streamtts.synthesizers.xtts.upstream import quiet

LANGUAGES = (
    "ar",
    "cs",
    "de",
    "en",
    "es",
    "fr",
    "hi",
    "hu",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "tr",
    "zh",
)

# Numbers become words, and Latin letters take more room than those they stand for; beyond, speech is cut off.
_ROOM, _LATIN_ROOM, _LATIN = 1.2, 3.5, ("ja", "ko", "zh")

_SENTENCE_END = re.compile(r"[.!?\u2026][\"'”’»)\]]*(?=\s)|[。！？।؟۔]+[」』”）]*")
_CLAUSE_END = re.compile(r"[,;:)\]]+(?=\s)|\s(?=[\u2013\u2014(\[])|[\u2014]|[、，；：،؛）」』]+")
_ORDINAL = re.compile(r"\d(?=[^\d\s.,:]|\.(?:\s|$))")
_DIGIT = re.compile(r"\d")
_HINDI_DIGITS = ("शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ")
# How a sentence is asked or called out is in these marks; the vocabulary has the plain ones.
_MARK = re.compile(r"([?!]+)")
_PLAIN_MARKS = str.maketrans({"？": "?", "！": "!", "⁇": "??", "⁈": "?!", "⁉": "!?", "‼": "!!", "‽": "?!"})
_SPACE = re.compile(r" (?![?!:;»])")  # French has one before its marks
_CLOSING = "?!？！⁇⁈⁉‼‽؟"
_NO_MARKUP = str.maketrans("[]", "()")  # in brackets are the names of tokens that are no text
_NO_WORDS = (ArithmeticError, ValueError, LookupError, NotImplementedError, TypeError)


class Reader:
    """Makes tokens of text, for one language."""

    def __init__(self, tokenizer: Any, language: str, most_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._language = language
        self._most_tokens = most_tokens
        self._limit = int(tokenizer.char_limits.get(language, 80))
        self._room = self._limit * (_LATIN_ROOM if language in _LATIN else _ROOM)

    def parts(self, text: str) -> Iterator[Sequence[int]]:
        """The tokens of each part, nothing left out that has words."""
        waiting = [speakable.cleaned(text)]
        while waiting:
            part = waiting.pop()
            if len(part) > self._limit:
                end = _end_of_part(part, self._limit)
                waiting += [part[end:].strip(), part[:end].strip()]
                continue
            if not speakable.has_words(part):
                continue
            tokens = self._tokens(part)
            if tokens is not None:
                yield tokens
            elif len(part) > 1:
                end = _end_of_part(part, (len(part) + 1) // 2)
                waiting += [part[end:].strip(), part[:end].strip()]

    def _tokens(self, part: str) -> Sequence[int] | None:
        """None if the part says more than fits."""
        said = self._said(part.lower().translate(_PLAIN_MARKS)).translate(_NO_MARKUP)
        if len(said) > self._room:
            return None
        with quiet():
            code = "zh-cn" if self._language == "zh" else self._language
            marked = f"[{code}]{said}".replace(" ", "[SPACE]")
            tokens: Sequence[int] = self._tokenizer.tokenizer.encode(marked).ids
        return tokens if len(tokens) <= self._most_tokens else None

    def _said(self, part: str) -> str:
        """As it is read aloud: numbers and signs in words, Japanese, Korean and Chinese in Latin letters.

        Some languages have no words for some numbers: then as few are read digit by digit as may be.
        """
        for simpler in (part, _ORDINAL.sub(r"\g<0> ", part)):
            with suppress(*_NO_WORDS):
                return self._worded(simpler)
        try:
            return self._worded(_DIGIT.sub(self._digit, part))
        except _NO_WORDS as error:
            said = " ".join(str(error).split())[:100]
            raise EngineError(
                f"xtts cannot read a sentence ({type(error).__name__}: {said}): another voice may"
            ) from error

    def _digit(self, found: re.Match[str]) -> str:
        digit = int(found[0])
        return f" {_HINDI_DIGITS[digit] if self._language == 'hi' else digit} "

    def _worded(self, part: str) -> str:
        # In Chinese every mark would become a comma.
        texts = _MARK.split(part) if self._language == "zh" else [part]
        with quiet():
            return "".join(
                text if _MARK.fullmatch(text) else str(self._tokenizer.preprocess_text(text, self._language))
                for text in texts
            )


def _end_of_part(text: str, limit: int) -> int:
    """Where to cut at most `limit` characters off: behind a sentence, a clause, a word, or anywhere."""
    for ends, least in ((_SENTENCE_END, limit // 4), (_CLAUSE_END, limit // 6)):
        found = [match.end() for match in ends.finditer(text, 0, limit + 1) if least < match.end() <= limit]
        if found:
            return found[-1]
    # No short rest where two parts are enough.
    reach = limit if len(text) > 2 * limit else min(limit, len(text) // 2 + limit // 8)
    spaces = [match.end() for match in _SPACE.finditer(text, 1, reach + 2) if match.start() <= reach]
    if spaces:
        return spaces[-1]
    end = limit
    while end > 1 and _belongs_before(text[end : end + 1]):
        end -= 1
    return end if end > 1 else limit


def _belongs_before(letter: str) -> bool:
    """To the letter before it."""
    return letter != "" and (letter in _CLOSING or category(letter).startswith("M"))
