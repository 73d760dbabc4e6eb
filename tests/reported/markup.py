"""A page as a browser would take it apart: elements, what they hold, what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words below it, their spaces as they are seen."""
        return " ".join(" ".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("style", "title"):
                yield from child._words()

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Those below it; class_ names one of several classes."""
        classes = set(attributes.pop("class_", "").split())
        return [
            each
            for each in self.below()
            if (not tag or each.tag == tag)
            and classes <= set(each.attributes.get("class", "").split())
            and all(each.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found

    def where(self, holds: Callable[["Element"], bool]) -> "Element":
        (found,) = [each for each in self.below() if holds(each)]
        return found

    def below(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.below()

    def rows(self) -> list[list[str]]:
        """Of a table, with its headings."""
        return [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in self.all("tr")]

    def span(self) -> tuple[float, float]:
        """Where a bar begins and ends, in percent."""
        left = float(self.attributes["x"].removesuffix("%"))
        return left, left + float(self.attributes["width"].removesuffix("%"))


class Page(HTMLParser):
    """Refuses what is not closed as it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page")
        self._open = [self.root]

    @classmethod
    def of(cls, text: str) -> Element:
        page = cls()
        page.feed(text)
        page.close()
        assert page._open == [page.root], page._open[-1].tag
        return page.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
