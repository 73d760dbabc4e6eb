"""How names are pronounced: what is written becomes what a voice says right, just before it is spoken.

An entry in lower case holds for any case, one with capitals as it is written. It replaces whole words, and a
word ends as in code: "api" is a word of "api_key" and "getApi", not of "rapid". The longest entry wins, the
user's before the built-in, and what was replaced is not looked at again.
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from streamtts.errors import UsageError
from streamtts.speech.katakana import katakana, katakana_letters
from streamtts.speech.language import primary
from streamtts.speech.spelling import Speech, quantity, spelled
from streamtts.speech.stress import Edit, Said, Stretches, edited

Entries = Mapping[str, str]

_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Lexicon:
    """The built-in developers' lexicon and the user's own, for every language."""

    def __init__(self, own: Mapping[str, Entries] | None = None) -> None:
        self._own = own or {}
        self._readers: dict[str, _Reader] = {}

    @classmethod
    def load(cls, user_file: Path | None = None) -> "Lexicon":
        return cls(None if user_file is None else _read(user_file))

    def spoken(self, text: str, language: str) -> str:
        """What a voice of this language is given to say for `text`."""
        return self.said(text, language).text

    def said(self, text: str, language: str, stressed: Stretches = ()) -> Said:
        """The same, with what is stressed in it."""
        reader = self._readers.get(language)
        if reader is None:
            code = primary(language)
            reader = self._readers[language] = _Reader(code, self._own.get(code, {}))
        return edited(text, reader.edits(text), stressed)


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"the lexicon {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the lexicon {path} is not UTF-8 text; save it as such") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the lexicon {path} is not valid TOML: {error}") from None
    return {language: _checked(path, language, table) for language, table in tables.items()}


def _checked(path: Path, language: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise UsageError(f'the lexicon {path} has "{language}" outside a language: put it below [en], say')
    if not _LANGUAGE.fullmatch(language):
        raise UsageError(
            f"the lexicon {path} has [{language}], which is no language code such as [en] or [ja]"
        )
    for word, said in table.items():
        if isinstance(said, dict):
            raise UsageError(f"the lexicon {path} has a dot in [{language}] {word}: write the name in quotes")
        if not isinstance(said, str):
            raise UsageError(
                f'the lexicon {path} says {said!r} for [{language}] "{word}": write it in quotes'
            )
        if not word.strip():
            raise UsageError(f"the lexicon {path} has an entry without a name in [{language}]")
    return {" ".join(word.split()): said for word, said in table.items()}


class _Words:
    """Entries of one source, by the case rule."""

    def __init__(self, entries: Entries) -> None:
        self._exact = dict(entries)
        self._any_case = {word: said for word, said in entries.items() if word == word.lower()}

    def get(self, word: str) -> str | None:
        said = self._exact.get(word)
        return self._any_case.get(word.lower()) if said is None else said


# What is written together: no space, no sign of a script without spaces, no dash or quote of typography.
_APART = (
    r"\s\u1100-\u11ff\u2013\u2014\u2018\u201c-\u201f\u2022\u2026\u2e80-\ud7ff\uf900-\ufaff\ufe10-\uffef"
    r"\U00020000-\U0003ffff"
)
_CHUNK = rf"[^{_APART}]+"
_NUMBER = r"[-+~≈]?\d[\d,]*(?:\.\d+)?"
_FIRST_WORD = re.compile(rf"[^\W_{_APART}]+|.", re.DOTALL)
_CONTINUES = re.compile(rf"[^\W{_APART}]")
_OPENING, _CLOSING = "([{\"'`*", ".,;:!?)]}\"'`*"
_PAIRS = {")": "(", "]": "[", "}": "{"}

_REMEMBERED = 4096  # chunks, each of a length below
_LONGEST_REMEMBERED = 80  # characters

_Long = tuple[str, str]  # an entry of several words, and what it becomes
_Known = tuple[str | None, list[_Long]]  # what a chunk becomes, and the longer entries that it may begin


class _Reader:
    """One language: its tables, and what became of each chunk seen so far."""

    def __init__(self, language: str, own: Entries) -> None:
        tables = _built_in(language)
        built_in = tables.get("words", {})
        self._sources = (_Words(own), _Words(built_in))
        self._kana = language == "ja"
        self._known: dict[str, _Known] = {}
        self._speech = Speech(
            word=self._word,
            letters=katakana_letters if self._kana else _apart,
            signs=tables.get("signs", {}),
            units=tables.get("units", {}),
            extensions=tables.get("extensions", {}),
            forms={"joint": " ", **tables.get("forms", {})},
            between=tables.get("between", {}),
        )
        self._long = _by_first_word(own, built_in)
        self._pattern = _finder(self._speech.units, self._long)

    def edits(self, text: str) -> list[Edit]:
        """What is said in another way than it is written."""
        edits: list[Edit] = []
        done = 0
        for found in self._pattern.finditer(text):
            begin, end = found.span()
            if begin < done:
                continue
            replacement, longer = self._known.get(found[0]) or self._look_up(found)
            for entry, instead in longer:
                at = begin + found[0].lower().index(_first_word(entry))
                if _stands_at(entry, text, at):
                    replacement, end = text[begin:at] + instead, at + len(entry)
                    break
            if replacement is not None:
                edits.append((begin, end, replacement))
                done = end
        return edits

    def _look_up(self, found: re.Match[str]) -> _Known:
        written = found[0]
        if found["unit"]:
            known: _Known = self._counted(found), []
        else:
            first = _FIRST_WORD.match(written.lstrip(_OPENING))
            known = self._replaced(written), self._long.get(first[0].lower(), []) if first else []
        if len(written) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[written] = known
        return known

    def _counted(self, found: re.Match[str]) -> str | None:
        """A number and a unit with a space between."""
        number = found["number"].lstrip("~≈")
        said = quantity(number, found["unit"], self._speech)
        if said is None:
            return None
        about = number != found["number"] and "about" in self._speech.forms
        return found["opening"] + (self._speech.forms["about"].format(said) if about else said)

    def _replaced(self, chunk: str) -> str | None:
        """What a chunk becomes: an entry if it can be, punctuation aside."""
        said = self._entry(chunk)
        if said is None and (len(chunk) > 1 or not chunk.isascii()):
            said = self._speech.signs.get(chunk)
        if said is not None:
            return said
        begin = len(chunk) - len(chunk.lstrip(_OPENING))
        end = _end_of_core(chunk, begin)
        for stop in range(min(len(chunk), end + 3), end, -1):
            if (said := self._entry(chunk[begin:stop])) is not None:
                return chunk[:begin] + said + chunk[stop:]
        core = chunk[begin:end]
        owner = core[:-2] if core[-2:] in ("'s", "’s") and not self._kana else core
        said = self._entry(owner)
        if said is None:
            said = spelled(owner, self._speech)
        return None if said is None else chunk[:begin] + said + chunk[begin + len(owner) :]

    def _entry(self, word: str) -> str | None:
        for source in self._sources:
            if (said := source.get(word)) is not None:
                return said
        return None

    def _word(self, word: str) -> str | None:
        said = self._entry(word)
        return katakana(word, self._entry) if said is None and self._kana else said


def _apart(text: str) -> str:
    """Spelled out: an A that stands alone would be an article."""
    groups = re.findall("[A-Z]+|[0-9]", text.upper())
    return " ".join("eh" if group == "A" else "-".join(group) for group in groups)


def _end_of_core(chunk: str, begin: int) -> int:
    """Before the punctuation at the end; a bracket that the core opened belongs to it."""
    end = len(chunk)
    while end > begin and chunk[end - 1] in _CLOSING:
        opening = _PAIRS.get(chunk[end - 1])
        if opening and end - begin < _LONGEST_REMEMBERED and opening in chunk[begin:end]:
            break
        end -= 1
    return end


def _first_word(entry: str) -> str:
    match = _FIRST_WORD.match(entry)
    return match[0].lower() if match else ""


def _by_first_word(*sources: Entries) -> dict[str, list[_Long]]:
    """The entries that are more than one chunk: the longest first, then those of the first source."""
    long: dict[str, list[_Long]] = {}
    entries = [(entry, said) for source in sources for entry, said in source.items()]
    for entry, said in sorted(entries, key=lambda pair: -len(pair[0])):
        if not re.fullmatch(_CHUNK, entry):
            long.setdefault(_first_word(entry), []).append((entry, said))
    return long


def _finder(units: Mapping[str, str], long: Mapping[str, object]) -> re.Pattern[str]:
    """Finds numbers with their units, the beginnings of entries in scripts without spaces, and chunks."""
    names = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True)) or "(?!)"
    before, after = f"(?<![^{_APART}])", rf"(?![^\W{_APART}]|/)"
    counted = rf"{before}(?P<opening>[(\[]?)(?P<number>{_NUMBER})[ \u00a0](?P<unit>{names}){after}"
    starts = "".join(re.escape(first) for first in long if re.match(f"[{_APART}]", first))
    return re.compile("|".join(filter(None, (counted, starts and f"[{starts}]", _CHUNK))))


def _stands_at(entry: str, text: str, at: int) -> bool:
    end = at + len(entry)
    written = text[at:end]
    if written != entry and (entry != entry.lower() or written.lower() != entry):
        return False
    return not (_CONTINUES.match(entry[-1]) and _CONTINUES.match(text[end : end + 1]))


def _built_in(language: str) -> Mapping[str, Mapping[str, str]]:
    folder = files("streamtts") / "speech" / "lexicons"
    file = folder / f"{language}.toml"
    if not _LANGUAGE.fullmatch(language) or not file.is_file():
        return {}
    tables: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    more = folder / f"{language}.words"
    if more.is_file():
        lines = more.read_text(encoding="utf-8").splitlines()
        tables["words"] = {**dict(line.split("\t") for line in lines), **tables["words"]}
    return tables
