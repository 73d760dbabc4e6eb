"""Text for a terminal: made harmless, measured in cells, cut into lines. Untrusted text never steers."""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

# What a terminal obeys or breaks lines at, and what only moves or hides letters (bidi controls, tags).
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# A terminal obeys these even inside a JSON string.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_JOINER, _WIDE_SELECTOR = "\u200d", "\ufe0f"
_SPACES = " \u3000"
_NEVER_FIRST = frozenset(
    "、。，．・：；？！ー’”）〕］｝〉》」』】〙〗〟ゝゞヽヾ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!)]}%…‥"
)
_NEVER_LAST = frozenset("（〔［｛〈《「『【〘〖〝([{‘“")


def printable(text: str) -> str:
    """`text` in one line, without anything that a terminal would obey."""
    return _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", _CONTROLS.sub(" ", text))).strip()


def json_text(value: object) -> str:
    """JSON in one line that can be shown on a terminal and read back unchanged."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def cells(text: str) -> int:
    """How many columns the text takes at most: terminals differ, and too narrow a line does no harm."""
    return sum(width for _, width in _clusters(text))


def clip(text: str, columns: int) -> str:
    """As much of the text as fits, with three dots where the rest was."""
    if cells(text) <= columns:
        return text
    dots = "..."[:columns]
    kept, left = [], columns - len(dots)
    for cluster, width in _clusters(text):
        left -= width
        if left < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + dots


def wrap(text: str, columns: int) -> list[str]:
    """The text in lines: broken at spaces and between wide characters, inside a word only if it must be."""
    lines: list[str] = []
    line, used = "", 0
    for word, width, spaced in words(text):
        gap = " " if spaced and line else ""
        if used + len(gap) + width <= columns:
            line, used = line + gap + word, used + len(gap) + width
            continue
        if line:
            lines.append(line)
        *full, line = broken(word, width, columns)
        lines += full
        used = cells(line)
    return [*lines, line] if line else lines


def words(text: str) -> Iterator[tuple[str, int, bool]]:
    """(word, cells, whether a space stood before it); between two of them a line may end."""
    word, width, spaced = "", 0, False
    last, last_width = "", 0
    for cluster, cluster_width in _clusters(text):
        space = cluster in _SPACES
        if word and (space or _may_break(last, last_width, cluster, cluster_width)):
            yield word, width, spaced
            word, width, spaced = "", 0, False
        if space:
            spaced = True
        else:
            word += cluster
            width += cluster_width
        last, last_width = cluster, cluster_width
    if word:
        yield word, width, spaced


def _may_break(before: str, before_width: int, after: str, after_width: int) -> bool:
    wide = before_width > 1 or after_width > 1
    return wide and before not in _NEVER_LAST and after not in _NEVER_FIRST


def broken(word: str, width: int, columns: int) -> list[str]:
    """One word in pieces that fit; a single character wider than a line stays whole."""
    if width <= columns:
        return [word]
    pieces, piece, used = [], "", 0
    for cluster, cluster_width in _clusters(word):
        if piece and used + cluster_width > columns:
            pieces.append(piece)
            piece, used = "", 0
        piece += cluster
        used += cluster_width
    return [*pieces, piece]


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """What is drawn as one character, with its cells: a letter and its marks, an emoji and what is joined."""
    cluster, width = "", 0
    for char in text:
        char_width = _char_cells(char)
        if cluster and (char_width == 0 or cluster[-1] == _JOINER):
            cluster += char
            width = max(width, 2) if char == _WIDE_SELECTOR else width + char_width
            continue
        if cluster:
            yield cluster, width
        cluster, width = char, char_width
    if cluster:
        yield cluster, width


@cache
def _char_cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    pictograph = 0x1F000 <= ord(char) <= 0x1FBFF  # also those that are younger than Python's tables
    return 2 if pictograph or unicodedata.east_asian_width(char) in "WF" else 1
