"""Whoever follows a link of our pages, or a page's name in our code, gets there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# What is built, what packages bring, and the text of agents, whose links are theirs.
NOT_OURS = {"build", "dist", "node_modules", "data"}

_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_PAGE = re.compile(r"(?<![\w/-])(?:docs|training|benchmarks|metal|examples)/[\w./-]*\.md\b")


def ours(*suffixes: str) -> Iterator[Path]:
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if not name.startswith(".") and name not in NOT_OURS]
        yield from (Path(folder, name) for name in names if name.endswith(suffixes))


PAGES = {str(path.relative_to(ROOT)): path for path in sorted(ours(".md"))}


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(text: str) -> list[str]:
    return [unquote(target) for target in _LINK.findall(_CODE.sub("``", text))]


def anchors(text: str) -> Iterator[str]:
    """What GitHub calls the headings of a page."""
    met: dict[str, int] = {}
    for heading in _HEADING.findall(text):
        shown = _LINK.sub(lambda link: link[0][1 : link[0].index("]")], heading)
        name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        yield f"{name}-{met[name]}" if name in met else name
        met[name] = met.get(name, 0) + 1


def broken(page: Path) -> Iterator[str]:
    for link in links(prose(page)):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (page.parent / target).resolve() if target else page
        there = place == page or (place.exists() and place.is_relative_to(ROOT))
        if not there or (anchor and anchor not in anchors(prose(place))):
            yield link


@pytest.mark.parametrize("name", PAGES)
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    assert list(broken(PAGES[name])) == []


def test_a_reader_of_the_readme_finds_every_page() -> None:
    found, new = {"README.md"}, ["README.md"]
    while new:
        page = PAGES[new.pop()]
        for link in links(prose(page)):
            place = (page.parent / link.partition("#")[0]).resolve()
            place = place / "README.md" if place.is_dir() else place
            name = str(place.relative_to(ROOT)) if place.is_relative_to(ROOT) else ""
            if name in PAGES and name not in found:
                found.add(name)
                new.append(name)
    assert sorted(PAGES.keys() - found) == []


def test_pages_that_the_code_names_are_there() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {named}"
        for path in ours(".py", ".toml", ".md", ".sh", "Makefile")
        if not path.is_relative_to(Path(__file__).parent)
        for named in _PAGE.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / named).exists()
    ]
    assert wrong == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    text = "# A `b` c-d: [e](f)\n## Two\n## Two\n```\n# no heading\n[x](nowhere)\n```\n`[y](nowhere)`\n"
    odd = tmp_path / "page.md"
    odd.write_text(
        text + "[z](nowhere.md) [z](#two-1) [z](#three) [z](https://example.com)", encoding="utf-8"
    )
    assert list(anchors(prose(odd))) == ["a-b-c-d-e", "two", "two-1"]
    assert list(broken(odd)) == ["f", "nowhere.md", "#three"]
