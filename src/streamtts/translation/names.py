"""Words in Latin letters that nobody translates: products, commands and their arguments, words of code."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

_LONGEST = 200  # characters
_MOST = 40
_CHUNK = re.compile(r"[\x21-\x7e]+")
_EDGES = ".,;:!?()[]{}\"'`"
_ENDS_A_SENTENCE = (".", "!", "?", ":")
# A sign of code inside, a capital that is not the first letter, or a digit beside letters.
_CODE = re.compile(
    r"[A-Za-z][._/\\@#=:+~$-]*[._/\\@#=:+~$][A-Za-z0-9]|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]|^[-./~@$_][-./~@$_A-Za-z]+"
)
# Words of English, but for what follows them.
_OF_CODE = re.compile(
    r"\b(if|else|try|catch|finally|except|for|while|with|switch|case|return|import|main|master|dev)"
    r"(?=(?: |-)(?:block|clause|statement|keyword|branch|loop)s?\b)"
)
_KINDS = (
    "(?:argument|attribute|branch|class|column|command|container|directive|directory|element|field|file|flag|folder|function|"
    "handler|header|hook|keyword|method|module|option|package|parameter|prop|property|role|script|service|statement|step|"
    "table|tag|target|type|value|variable)s?"
)
# Words that may be names for what stands beside them, in quotes, and in capitals together.
_MAYBE = (
    re.compile(rf"\b([A-Za-z][\w-]*)(?= {_KINDS}\b)"),
    re.compile(r"\b(?:named|called|uses?|using|imports?) ([A-Za-z][\w-]*)"),
    re.compile(rf"\b{_KINDS} ([A-Za-z][\w-]*)"),
    re.compile(r"[\"“]([^\"”]{1,60})[\"”]"),
    re.compile(r"\b((?:[A-Z][a-z]+ )+[A-Z][a-z]+)\b"),
)
_ARGUMENTS = 3  # of a command, words that are no options
_ARGUMENT = re.compile(r"-{0,2}[a-z][a-z0-9-]*")
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"(?<!\d)[A-Za-z]{2,}")


def names(text: str) -> list[str]:
    """As they are written, the longest first."""
    found = dict.fromkeys([*_named(text), *_OF_CODE.findall(text)])
    return sorted(found, key=lambda name: (-len(name), name))[:_MOST]


def possible_names(text: str) -> list[str]:
    """`names`, and ordinary words that are names if whoever knows the sentence takes them for some."""
    found = dict.fromkeys([*names(text), *_possible(text)])
    return sorted(found, key=lambda name: (-len(name), name))[: 2 * _MOST]


def words_of(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in _WORD.findall(name))


def folded(word: str) -> str:
    """The same for one and for several, with and without capitals: IDs are what an id is one of."""
    return word.casefold().removesuffix("s")


def is_acronym(word: str) -> bool:
    return len(word) <= 6 and bool(re.fullmatch(r"[A-Z][A-Z0-9]+s?", word))


@cache
def never_names() -> frozenset[str]:
    """English words that every language has its own for."""
    return _listed("never_borrowed")


def _named(text: str) -> Iterator[str]:
    begins, takes_argument = True, False
    for chunk in _CHUNK.findall(text):
        word = chunk.strip(_EDGES) if not chunk.startswith((".", "-", "/", "~")) else chunk.rstrip(_EDGES)
        owner = re.sub(r"['’]s$", "", word)
        is_command = owner in _listed("commands")
        is_ordinary = not _LATIN.search(word) or len(word) > _LONGEST or owner.lower() in never_names()
        if not is_ordinary and (
            is_command or _is_name(owner, begins=begins) or (takes_argument and _ARGUMENT.fullmatch(word))
        ):
            yield owner
        takes_argument = not is_ordinary and (is_command or (takes_argument and word.startswith("-")))
        begins = chunk.endswith(_ENDS_A_SENTENCE)


def _is_name(word: str, *, begins: bool) -> bool:
    """A capital says so, unless every word would have it there."""
    if word.lower() in _listed("products") or word in _listed("keywords"):
        return True
    proper = word[:1].isupper() and not (begins and word[1:].islower()) and "'" not in word and len(word) > 1
    return proper or is_acronym(word) or bool(_CODE.search(word))


def _possible(text: str) -> Iterator[str]:
    for pattern in _MAYBE:
        for found in pattern.findall(text):
            yield from found.split()
    arguments = 0
    for chunk in _CHUNK.findall(text):
        word = chunk.strip(_EDGES)
        if word in _listed("commands") | _listed("ambiguous"):
            yield word
            arguments = _ARGUMENTS
        elif arguments and _ARGUMENT.fullmatch(word):
            yield word
            arguments -= 1
        elif "-" in word:
            yield word


@cache
def _listed(name: str) -> frozenset[str]:
    file = files("streamtts.translation") / "lists" / f"{name}.txt"
    return frozenset(file.read_text(encoding="utf-8").split())
