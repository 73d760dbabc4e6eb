"""Which language a text is written in, by its script and its most telling letters."""

import re
from collections import Counter
from functools import lru_cache

# The letters of each script; "kana" and "han" are named so because only together they tell a language.
_SCRIPTS = {
    "latin": r"A-Za-z\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u02af\u1e00-\u1eff",
    "kana": r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "han": r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "ko": r"\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb",
    "ru": r"\u0400-\u052f\u1c80-\u1c8a\u2de0-\u2dff\ua640-\ua69f",
    "el": r"\u0370-\u03ff\u1f00-\u1fff",
    "ar": r"\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufefc",
    "he": r"\u0591-\u05f4\ufb1d-\ufb4f",
    "hi": r"\u0900-\u0963\u0970-\u097f",
    "bn": r"\u0980-\u09ff",
    "pa": r"\u0a00-\u0a7f",
    "gu": r"\u0a80-\u0aff",
    "ta": r"\u0b80-\u0bff",
    "te": r"\u0c00-\u0c7f",
    "kn": r"\u0c80-\u0cff",
    "ml": r"\u0d00-\u0d7f",
    "si": r"\u0d80-\u0dff",
    "th": r"\u0e01-\u0e3a\u0e40-\u0e4e",
    "lo": r"\u0e80-\u0edf",
    "bo": r"\u0f00-\u0fff",
    "my": r"\u1000-\u109f",
    "ka": r"\u10a0-\u10ff\u1c90-\u1cbf",
    "am": r"\u1200-\u137f",
    "km": r"\u1780-\u17dd",
    "hy": r"\u0531-\u0587",
}
_NAMES = list(_SCRIPTS)
_RUN = re.compile("|".join(f"([{letters}]+)" for letters in _SCRIPTS.values()))
_OTHER_THAN_LATIN = re.compile("[" + "".join(v for k, v in _SCRIPTS.items() if k != "latin") + "]")

_OWN_LETTERS = {
    "ru": {"be": "ўЎ", "uk": "іїєґІЇЄҐ", "sr": "ђјљњћџЂЈЉЊЋЏ"},
    "ar": {"ur": "ٹڈڑںے", "fa": "پچژگکی"},
}

# A letter of these scripts says about as much as so many Latin ones.
_WORTH = {"kana": 3, "han": 4, "ko": 3}

_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|‘[^’]*’|«[^»]*»|\"[^\"]*\"|`[^`]*`|（[^）]*）|\([^)]*\)")
_WRITTEN_TOGETHER = re.compile("[!-~]+")
_LOOKS_LIKE_CODE = re.compile(r"[a-z][A-Z]|[A-Za-z]\d|[A-Za-z0-9][_./:\\@#=<>{}$|+~][A-Za-z0-9]")
_GRAMMAR = re.compile(
    r"\b(?:the|an?|is|are|was|were|be|to|of|and|or|in|it|for|with|on|that|this|not|you|from|"
    r"der|die|das|und|ist|nicht|le|la|les|des|est|et|une?|el|los|las|que|es|il|che|per|non|não|os|um|uma)\b",
    re.IGNORECASE,
)
_GRAMMARLESS_WORTH = 0.2  # names and terms without a sentence around them

_LOOKED_AT = 4000  # characters: enough to tell, however long the text is

_ENGLISH_NAMES = {
    "am": "Amharic",
    "ar": "Arabic",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bo": "Tibetan",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "eu": "Basque",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "ml": "Malayalam",
    "mr": "Marathi",
    "ms": "Malay",
    "my": "Burmese",
    "nb": "Norwegian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yue": "Cantonese",
    "zh": "Chinese",
}


def language_of(text: str, *, latin: str = "en", han: str = "ja") -> str:
    """The language of a sentence: `latin` if in Latin letters, `han` if in Chinese characters without kana.

    What stands around a quotation decides, not the quotation; names and identifiers count for little.
    """
    if text.isascii():
        return latin
    text = text[:_LOOKED_AT]
    if not _OTHER_THAN_LATIN.search(text):
        return latin
    outside = _QUOTED.sub(" ", text)
    found = _scripts_of(outside) or _scripts_of(text)
    if not found:
        return latin
    return _named(_decided(found, outside), text, latin, han)


def _scripts_of(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for run in _RUN.finditer(text):
        script = _NAMES[(run.lastindex or 1) - 1]
        found[script] += (run.end() - run.start()) * _WORTH.get(script, 1)
    return found


def _decided(found: Counter[str], text: str) -> str:
    """The script with the most letters; Latin ones count by how much of a sentence they make."""
    weights = dict(found)
    if weights.get("kana"):
        weights["kana"] += weights.pop("han", 0)
    heaviest = max(weights, key=lambda script: weights[script])
    if heaviest == "latin" and len(weights) > 1:
        words = " ".join(w for w in _WRITTEN_TOGETHER.findall(text) if not _LOOKS_LIKE_CODE.search(w))
        letters = float(_scripts_of(words)["latin"])
        weights["latin"] = int(letters if _GRAMMAR.search(words) else letters * _GRAMMARLESS_WORTH)
    return max(weights, key=lambda script: weights[script])


def _named(script: str, text: str, latin: str, han: str) -> str:
    if script == "latin":
        return latin
    if script == "han":
        return han
    if script == "kana":
        return "ja"
    for language, letters in _OWN_LETTERS.get(script, {}).items():
        if any(letter in text for letter in letters):
            return language
    return script


@lru_cache(maxsize=256)
def primary(tag: str) -> str:
    """The language of a tag: "en" of "en-GB", "zh" of "zh_Hant_TW.UTF-8"."""
    return re.split(r"[-_.@]", tag.strip(), maxsplit=1)[0].lower()


def name_of(code: str) -> str:
    """The English name of a language, for messages; the code itself if it is a rare one."""
    return _ENGLISH_NAMES.get(primary(code), code)
