"""Which writing a character belongs to, and which a language uses."""

import unicodedata
from functools import lru_cache

from streamtts.translation import codes

# Scripts as Unicode names their letters, by what ISO 15924 calls a language's writing.
LETTERS = {
    "Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Grek": ("GREEK",), "Arab": ("ARABIC",), "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",), "Beng": ("BENGALI",), "Guru": ("GURMUKHI",), "Gujr": ("GUJARATI",),
    "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Knda": ("KANNADA",), "Mlym": ("MALAYALAM",), "Orya": ("ORIYA",),
    "Sinh": ("SINHALA",), "Thai": ("THAI",), "Laoo": ("LAO",), "Khmr": ("KHMER",), "Mymr": ("MYANMAR",),
    "Tibt": ("TIBETAN",), "Geor": ("GEORGIAN",), "Armn": ("ARMENIAN",), "Ethi": ("ETHIOPIC",),
    "Tfng": ("TIFINAGH",), "Hang": ("HANGUL", "CJK"), "Hans": ("CJK",), "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "HALFWIDTH", "FULLWIDTH"),
}  # fmt: skip
ALL_LETTERS = frozenset(name for names in LETTERS.values() for name in names)

_JAPANESE_ALTHOUGH_NOT_IN_CP932 = frozenset("𠮟塡剝頰")


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


@lru_cache(maxsize=64)
def letters_of(language: str) -> tuple[str, ...]:
    """The scripts of a language; none for one that we know nothing of."""
    return LETTERS.get(codes.script(language), ())


def is_japanese_han(char: str) -> bool:
    return encodable(char, "cp932") or char in _JAPANESE_ALTHOUGH_NOT_IN_CP932


@lru_cache(maxsize=65536)
def encodable(char: str, encoding: str) -> bool:
    """Whether an encoding of one language, or of some, has the character."""
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
