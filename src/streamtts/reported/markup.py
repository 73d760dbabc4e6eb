"""Pieces of a page. Whatever is not Html already is text, and is escaped: there is no other way in."""

from collections.abc import Iterable
from html import escape

from streamtts.reported.run import Words


class Html(str):
    """Markup, made by `element` alone."""

    __slots__ = ()


Piece = str | Iterable["Piece"]
Value = str | float | bool | None

_VOID = frozenset(("meta", "link", "br"))


def element(name: str, /, *children: Piece, **attributes: Value) -> Html:
    """`<name ...>children</name>`; `class_` is class, `_` is `-`, None and False leave an attribute away."""
    told = "".join(
        _attribute(key, value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{told}>")
    return Html(f"<{name}{told}>{join(*children)}</{name}>")


def join(*pieces: Piece) -> Html:
    return Html("".join(_shown(piece) for piece in pieces))


def raw(text: str) -> Html:
    """Our own text where markup does not reach: the style sheet."""
    return Html(text)


def bidi(words: Words | str, characters: int = 0, *, language: str = "") -> Html:
    """A text from outside: whatever way it is written, it turns nothing around it."""
    if isinstance(words, str):
        return element("bdi", words)
    text = words.text
    if characters and len(text) > characters:
        text = text[:characters].rstrip() + "…"
    more = f" ({words.characters:,} characters)" if words.characters > len(words.text) else ""
    return join(element("bdi", text, lang=language or None), more)


def _shown(piece: Piece) -> str:
    if isinstance(piece, Html):
        return piece
    return escape(piece) if isinstance(piece, str) else join(*piece)


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-") if key != "viewBox" else key
    if value is True:
        return f" {name}"
    shown = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(shown)}"'
