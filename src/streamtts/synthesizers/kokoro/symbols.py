"""What eSpeak writes in IPA, written as Kokoro learnt it.

Kokoro has one letter for a diphthong or an affricate, which eSpeak ties with a ^, and in American English no
mark for length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SYLLABIC = "\u0329"
_NASAL = "\u0303"
_FLAG = re.compile(r"\([^)]*\)")  # names the language of a foreign word

_EVERYWHERE = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "e^ɪ": "A",
    "ɔ^ɪ": "Y",
    "d^ʒ": "ʤ",
    "t^ʃ": "ʧ",
    "g": "ɡ",
    "^": "",
}
_OTHERS = _EVERYWHERE | {"o^ʊ": "O", "ə^ʊ": "Q", "d^z": "ʣ", "t^s": "ʦ", "-": ""}
_ENGLISH = _EVERYWHERE | {
    "ə^l": "ᵊl",
    "ʲo": "jo",
    "ʲə": "jə",
    "ʲ": "",
    "e": "A",
    "o": "ɔ",
    "r": "ɹ",
    "x": "k",
    "ç": "k",
    "ɐ": "ə",
    "ɚ": "əɹ",
    "ɬ": "l",
    "ɾ": "T",
    "ʔ": "t",
    _NASAL: "",
}
_AMERICAN = _ENGLISH | {"o^ʊ": "O", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɪ^ə": "iə", "ː": ""}
_BRITISH = _ENGLISH | {"ə^ʊ": "Q", "e^ə": "ɛː", "iə": "ɪə", "i^ə": "ɪə"}


def _rewriting(table: Mapping[str, str]) -> Callable[[str], str]:
    found = re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))

    def rewrite(ipa: str) -> str:
        return found.sub(lambda match: table[match[0]], _FLAG.sub("", ipa))

    return rewrite


def _syllables(rewrite: Callable[[str], str]) -> Callable[[str], str]:
    """A consonant that is a syllable by itself has a hint of a vowel before it."""
    syllabic = re.compile(rf"(\S){_SYLLABIC}")
    return lambda ipa: rewrite(syllabic.sub(r"ᵊ\1", ipa))


american = _syllables(_rewriting(_AMERICAN))
british = _syllables(_rewriting(_BRITISH))
other = _rewriting(_OTHERS)
