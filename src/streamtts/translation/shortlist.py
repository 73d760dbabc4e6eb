"""Which tokens of a large vocabulary may be needed to write some languages, kept in a small file."""

import hashlib
import json
import re
import unicodedata
from array import array
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile

from streamtts.translation import codes
from streamtts.translation.scripts import encodable, is_japanese_han, letters_of, script_of

MOST_OF_A_SHARED_SCRIPT = 48_000  # tokens, in the order of the vocabulary: what is frequent comes first
MOST_LATIN_ELSEWHERE = 6_000  # names and acronyms within another script

_AT_ONCE = 4096  # tokens
_VERSION = 1  # of the rule: another one makes other lists
_BYTE = re.compile(r"<0x[0-9A-Fa-f]{2}>")
_SPACE = "▁"
_HAN = "CJK"

# Letters that a language has are in the old encoding of its region; those of its neighbours often are not.
_REGIONS = {
    "cp1252": "af ast ca da de en es eu fi fo fr fur ga gl id is it lb lij lmo ms nb nl nn oc pt sv sw tl",
    "cp1250": "bs cs hr hu pl ro sk sl sq",
    "cp1254": "tr",
    "cp1257": "et lt ltg lv",
}
_ENCODINGS = {language: encoding for encoding, known in _REGIONS.items() for language in known.split()}
# Forms of Han that only other languages write are known by their absence here and presence there.
_HAN_AT_HOME = {"Hans": ("gb2312",), "Hant": ("big5hkscs",), "Hang": ("euc_kr",)}
_HAN_ELSEWHERE = ("gb2312", "big5hkscs", "cp932", "euc_kr")


@dataclass(frozen=True)
class Shortlist:
    """Some rows of a vocabulary, in ascending order, and their places among themselves."""

    ids: tuple[int, ...]
    rows: int  # of the whole vocabulary
    digest: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def to_full(self) -> tuple[int, ...]:
        return self.ids

    @cached_property
    def to_short(self) -> "array[int]":
        """For every id its row in the short list, or -1."""
        places = array("i", [-1]) * self.rows
        for place, token in enumerate(self.ids):
            places[token] = place
        return places

    def save(self, file: Path) -> None:
        """Whole or not at all, also when several do it at once."""
        file.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(
            {"digest": self.digest, "rows": self.rows, "ids": self.ids}, separators=(",", ":")
        )
        with NamedTemporaryFile("w", dir=file.parent, prefix=".", delete=False, encoding="utf-8") as part:
            begun = Path(part.name)
            try:
                part.write(content)
                part.flush()
                begun.replace(file)
            except OSError:
                begun.unlink(missing_ok=True)
                raise

    @classmethod
    def load(cls, file: Path) -> "Shortlist":
        """Raises OSError if there is none, ValueError if it is none."""
        content = json.loads(file.read_bytes())
        try:
            kept, rows, digest = content["ids"], content["rows"], content["digest"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"{file} holds no list of tokens") from error
        if not (isinstance(kept, list) and isinstance(rows, int) and isinstance(digest, str)):
            raise ValueError(f"{file} holds no list of tokens")
        ascending = all(type(token) is int for token in kept) and all(
            first < second for first, second in zip([-1, *kept], [*kept, rows], strict=True)
        )
        if not ascending:
            raise ValueError(f"{file} holds no list of tokens in order")
        return cls(tuple(kept), rows, digest)


def ids(tokens: Sequence[str], keep: Collection[int], languages: Sequence[str]) -> list[int]:
    """The tokens, by their places, that may be needed to write these languages; those to `keep` always.

    A token in another script is out, and so is a row without a name. Where languages share one, what comes
    first in the vocabulary is in, up to MOST_OF_A_SHARED_SCRIPT for each; so are single letters, with which
    everything can be spelled.
    """
    kept = {token for token in keep if 0 <= token < len(tokens)}
    rules = [_Rule(language) for language in languages]
    own: list[list[int]] = [[] for _ in rules]
    latin: list[int] = []
    for place, token in enumerate(tokens):
        if not token:
            continue
        text = token.replace(_SPACE, "")
        letters = _letters(text)
        if not letters or _BYTE.fullmatch(token):
            kept.add(place)
            continue
        for rule, mine in zip(rules, own, strict=True):
            if len(text) == 1 and rule.spells(text):
                kept.add(place)
            elif rule.writes(letters):
                mine.append(place)
        if text.isascii():
            latin.append(place)
            if len(text) == 1:
                kept.add(place)
    kept.update(chain.from_iterable(mine[:MOST_OF_A_SHARED_SCRIPT] for mine in own))
    kept.update(latin[:MOST_LATIN_ELSEWHERE])
    return sorted(kept)


def shortlist(
    tokens: Sequence[str], keep: Collection[int], languages: Sequence[str], folder: Path | None = None
) -> Shortlist:
    """The list, from the folder if it was made before, else made and left there for the next time."""
    languages = sorted({codes.canonical(language) for language in languages})
    digest = _digest(tokens, keep, languages)
    file = folder / f"shortlist-{'-'.join(languages)}-{digest[:16]}.json" if folder else None
    if file:
        with suppress(OSError, ValueError):  # made anew
            found = Shortlist.load(file)
            if found.digest == digest and found.rows == len(tokens):
                return found
    made = Shortlist(tuple(ids(tokens, keep, languages)), len(tokens), digest)
    if file:
        with suppress(OSError):  # a disk that is full or not ours costs time, not the translation
            made.save(file)
    return made


class _Rule:
    """Whether a language is written with some letters."""

    def __init__(self, language: str) -> None:
        self._scripts = frozenset(letters_of(language))
        self._script = codes.script(language)
        self._encoding = _ENCODINGS.get(codes.canonical(language))
        self._known: dict[str, bool] = {}

    def writes(self, letters: str) -> bool:
        """Also beside ASCII, as in the Japanese word for a T-shirt; ASCII alone is for Latin languages."""
        mine = [char for char in letters if "LATIN" in self._scripts or not char.isascii()]
        return bool(mine) and all(map(self._has, mine))

    def spells(self, char: str) -> bool:
        """Whether names from elsewhere may need it: any letter of the script, but no foreign form of Han."""
        script = script_of(char)
        return self._has(char) if script == _HAN else not self._scripts or script in self._scripts

    def _has(self, char: str) -> bool:
        if char not in self._known:
            self._known[char] = self._decide(char)
        return self._known[char]

    def _decide(self, char: str) -> bool:
        script = script_of(char)
        if self._scripts and script not in self._scripts:
            return False
        if script == _HAN:
            return self._has_han(char)
        return not self._encoding or script != "LATIN" or encodable(char, self._encoding)

    def _has_han(self, char: str) -> bool:
        if self._script == "Jpan":
            return is_japanese_han(char)
        home = _HAN_AT_HOME[self._script]
        return any(encodable(char, each) for each in home) or not any(
            encodable(char, each) for each in _HAN_ELSEWHERE
        )


def _letters(text: str) -> str:
    """What decides; digits, signs and the marks that stand on letters decide nothing."""
    return "".join(filter(_is_letter, text))


def _is_letter(char: str) -> bool:
    if char.isascii():
        return char.isalpha()
    return char.isalpha() or (unicodedata.category(char).startswith("M") and bool(_script_of_mark(char)))


def _script_of_mark(char: str) -> str:
    """Marks of one script are as good as its letters; those of all scripts are not."""
    script = script_of(char)
    return "" if script in ("COMBINING", "VARIATION") else script


def _digest(tokens: Sequence[str], keep: Collection[int], languages: Sequence[str]) -> str:
    rule = [_VERSION, MOST_OF_A_SHARED_SCRIPT, MOST_LATIN_ELSEWHERE, *languages]
    digest = hashlib.sha256(json.dumps([rule, sorted(keep)]).encode())
    for at in range(0, len(tokens), _AT_ONCE):  # which may lie in a file, and need not be in memory at once
        some = "\0".join(tokens[at : at + _AT_ONCE])
        digest.update(f"{chr(0) if at else ''}{some}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
