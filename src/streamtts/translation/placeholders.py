"""What stands for a name while a sentence is translated, and how it is found again, however it was bent."""

import re
from functools import lru_cache

WORDS = ""  # the name itself
BRACKETS = "⟦{}⟧"
LETTERS = "X{}X"
TAGS = '<x id="{}"/>'

_OPENING, _CLOSING = r"⟦〚\[［【〖〔<＜〈《(（{｛「『", r"⟧〛\]］】〗〕>＞〉》)）}｝」』"
_QUOTES = "\"'“”„‟‘’«»＂＇"
_DASHES = "-‐‑‒–—−－"
_LOOK_ALIKES = {"x": "хХ×"}  # an engine that writes Cyrillic may mean well
_FULL_WIDTH = 0xFEE0


@lru_cache(maxsize=32)
def exact(template: str) -> re.Pattern[str]:
    """Finds a placeholder of any number, in any case and width and with any spaces."""
    left, _, right = template.partition("{}")
    return re.compile(
        _not_in_a_word(left[:1], behind=True)
        + r"\s*".join([*map(_variants, left), r"(\d{1,9})", *map(_variants, right)])
        + _not_in_a_word(right[-1:], behind=False)
    )


@lru_cache(maxsize=32)
def loose(template: str) -> re.Pattern[str]:
    """Finds it also in other brackets, or with one of its ends gone."""
    left, _, right = template.partition("{}")
    opening, closing = _loosened(left, f"[{_OPENING}]{{1,2}}"), _loosened(right, f"[{_CLOSING}]{{1,2}}")
    number = r"\s*(\d{1,9})\s*"
    bent = rf"{opening}{number}{closing}"
    if left.strip().isalpha() or right.strip().isalpha():
        return re.compile(bent)
    unopened, unclosed = map(_joined, (right, left))
    return re.compile(rf"{bent}|{unclosed}{number}(?!\d)|(?<!\d){number}{unopened}")


def uninvited(text: str) -> list[str]:
    """What only a placeholder looks like, for a text that was sent without any."""
    return [found[0] for template in (BRACKETS, LETTERS, TAGS) for found in exact(template).finditer(text)]


def may_go_on(template: str, text: str) -> bool:
    """Whether `text` may end in the middle of a placeholder."""
    left, _, right = template.partition("{}")
    if not (left and right):
        return bool(re.search(re.escape(left) + r"\d*$", text))
    begun = text.rfind(left[0])
    return begun >= 0 and right[-1] not in text[begun + 1 :] and len(text) - begun <= len(template) + 12


@lru_cache(maxsize=1024)
def spelling(name: str) -> str:
    """A pattern for a name in any case and width, and with spaces where an engine likes to put them."""
    parts = re.findall(r"[^\W_]+|\s+|.", name, re.DOTALL)
    spelled = [r"\s*" if part.isspace() else "".join(map(_variants, part)) for part in parts]
    return (
        _not_in_a_word(name[:1], behind=True)
        + r"\s{0,2}".join(spelled)
        + _not_in_a_word(name[-1:], behind=False)
    )


def _not_in_a_word(edge: str, *, behind: bool) -> str:
    if not (edge.isascii() and edge.isalnum()):
        return ""
    return r"(?<![A-Za-z0-9_])" if behind else r"(?![A-Za-z0-9_])"


@lru_cache(maxsize=4096)
def _variants(char: str) -> str:
    if char.isspace():
        return r"\s*"
    same = {char, char.lower(), char.upper()} if len(char.lower() + char.upper()) == 2 else {char}
    for signs in (_QUOTES, _DASHES):
        if char in signs:
            same |= set(signs)
    same |= {chr(ord(each) + _FULL_WIDTH) for each in same if "!" <= each <= "~"}
    same |= set(_LOOK_ALIKES.get(char.lower(), ""))
    if len(same) == 1:
        return re.escape(char)
    return "[" + "".join(re.escape(each) for each in sorted(same)) + "]"


def _loosened(literal: str, brackets: str) -> str:
    parts = []
    for char in literal:
        if re.match(f"[{_OPENING}{_CLOSING}]", char):
            parts.append(brackets)
        else:
            parts.append(_variants(char) + ("?" if char in _QUOTES + "/" else ""))
    return r"\s*".join(parts)


def _joined(literal: str) -> str:
    return r"\s*".join(map(_variants, literal))
