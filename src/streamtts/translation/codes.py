"""The languages that translators know, and what each kind of engine calls them."""

import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from streamtts.errors import UsageError

# What people write and mean another: codes that were renamed, languages within a language, and countries.
_SAME = {
    "ara": "ar", "cmn": "zh", "fas": "fa", "fil": "tl", "hbs": "sr", "in": "id", "iw": "he", "ji": "yi",
    "lav": "lv", "mlg": "mg", "mo": "ro", "mon": "mn", "msa": "ms", "nep": "ne", "no": "nb", "nor": "nb",
    "ori": "or", "orm": "om", "pus": "ps", "sh": "sr", "sqi": "sq", "swa": "sw", "uzb": "uz", "yid": "yi",
}  # fmt: skip
_MEANT = {
    "br": "pt", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "kr": "ko", "se": "sv",
    "ua": "uk", "us": "en", "vn": "vi",
}  # fmt: skip
_TRADITIONAL = {"zh-tw", "zh-hk", "zh-mo"}
_MOST_HINTS = 2


@dataclass(frozen=True, slots=True)
class Language:
    """One that can be written in one way."""

    tag: str  # BCP-47, as short as it can be
    nllb: str  # the code that NLLB-200 knows
    name: str  # in English

    @property
    def script(self) -> str:
        """As ISO 15924 calls it: Latn, Jpan, Cyrl."""
        return self.nllb.partition("_")[2]


def canonical(tag: str) -> str:
    """The shortest tag that means the same: "ja" of "ja-JP", "jpn" and "jpn_Jpan", "zh-Hant" of "zh-TW".

    Raises UsageError for a language that no translator knows, with those that could be meant.
    """
    return language(tag).tag


def language(tag: str) -> Language:
    known, by_code = _known(), _by_code()
    parts = [part for part in re.split(r"[-_]", tag.partition(".")[0].strip().lower()) if part]
    main = "-".join(parts[:1])
    for each in ("-".join(parts[:2]), main):
        if each in _TRADITIONAL:
            return known["zh-hant"]
        if found := known.get(_SAME.get(each, each)) or by_code.get(each):
            return found
    raise UsageError(
        f"{tag[:40]!r} is no language that can be translated: {_hint(tag.strip().lower(), main)}"
    )


def tags() -> list[str]:
    return [each.tag for each in _known().values()]


def name(tag: str) -> str:
    """What a person, and a model that reads prompts, calls the language."""
    return language(tag).name


def nllb(tag: str) -> str:
    return language(tag).nllb


def script(tag: str) -> str:
    return language(tag).script


@cache
def _known() -> dict[str, Language]:
    lines = (files("streamtts") / "translation" / "languages.tsv").read_text(encoding="utf-8").splitlines()
    languages = (Language(*line.split("\t")) for line in lines)
    return {each.tag.lower(): each for each in languages}


@cache
def _by_code() -> dict[str, Language]:
    """By the engine's own code and its language alone; a tag without a script wins."""
    found: dict[str, Language] = {}
    for each in sorted(_known().values(), key=lambda each: len(each.tag)):
        code = each.nllb.lower().replace("_", "-")
        found.setdefault(code, each)
        found.setdefault(code.partition("-")[0], each)
    return found


def _hint(given: str, main: str) -> str:
    known = _known()
    meant = [_MEANT[main]] if main in _MEANT else []
    names = {each.name.lower(): each.tag for each in known.values()}
    near = [names[found] for found in difflib.get_close_matches(given, names, n=_MOST_HINTS, cutoff=0.7)]
    if not near and len(given) <= 3:
        near = difflib.get_close_matches(given, known, n=_MOST_HINTS, cutoff=0.6)
    hints = list(dict.fromkeys(meant or near))[:_MOST_HINTS]
    if not hints:
        return "give a BCP-47 code such as en, ja or pt-BR"
    return "did you mean " + " or ".join(f"{known[hint.lower()].tag} ({name(hint)})" for hint in hints) + "?"
