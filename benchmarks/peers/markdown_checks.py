"""What a listener should and should not hear of tests/data/markdown/session.md, whoever speaks it.

Written by this project, so read what each would say (run.json) and judge for yourself. Nothing here asks for
this project's wording: what is silent may be left out or described in any way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    what: str
    pattern: str
    heard: bool  # whether it should be

    def holds(self, spoken: Sequence[str]) -> bool:
        found = re.search(self.pattern, "\n".join(spoken), re.MULTILINE)
        return (found is not None) == self.heard


def silent(what: str, pattern: str) -> Check:
    return Check(what, pattern, heard=False)


def heard(what: str, text: str) -> Check:
    return Check(what, re.escape(text), heard=True)


CHECKS = (
    silent("a block of code", r"self\.tokens\.pop"),
    silent("a diff", r"let token = self"),
    silent("a block of shell commands", r"npm run build"),
    silent("a log in a folded section", r"\bok 2\b"),
    silent("a diagram's source", r"graph TD"),
    silent("a block fenced with tildes", r"^a: 1"),
    silent("the pipes of a table", r"\| *lexer"),
    silent("the rule of a table", r"-{4,}:"),
    silent("the signs of headings", r"^\s*#{1,6} "),
    silent("a line under a heading", r"-{5,}(?!:)"),
    silent("stars of emphasis", r"\*\*(?!/)"),
    silent("backticks around code", r"`[^`\n]+`"),
    silent("signs of bullets", r"^\s*[-*+] \S"),
    silent("a bare address in full", r"acme/parser/issues"),
    silent("the target of a link", r"design_notes\.html"),
    silent("definitions of links", r"\[docs\]:"),
    silent("boxes of a task list", r"\[[x ]\]"),
    silent("tags of HTML", r"</?(b|br|kbd|details|summary)>"),
    silent("a comment of HTML", r"hidden"),
    silent("entities", r"&(amp|lt|nbsp);"),
    silent("emoji", r"[🚀✅⚠]"),
    silent("marks of footnotes", r"\[\^1\]"),
    silent("the mark of a note", r"NOTE\]"),
    silent("signs of struck text", r"~~"),
    silent("colours of a terminal", r"\x1b"),
    silent("all 40 digits of a commit", r"4f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b"),
    silent("an image's file", r"arch\.png"),
    heard("a heading", "What changed"),
    heard("the words of a link", "the design notes"),
    heard("an identifier between double underscores", "__init__.py"),
    heard("an identifier with an underscore", "snake_case"),
    heard("a call", "next_token()"),
    heard("a product", "2 * 3 * 4"),
    heard("comparisons", "5 > 3 and x < y"),
    heard("letters between stars", "a*b*c"),
    heard("a range of commits", "HEAD~3..HEAD"),
    heard("a pattern of files", "*.py"),
    heard("a type's parameter", "List<int>"),
    heard("a title in HTML", "Full log"),
    heard("signs that belong to names", "C#, C++"),
    heard("bold words between Japanese ones", "日本語の段落です"),
    heard("the words of a block of emphasis", "All 312 tests pass"),
)

# A few of them, to be read: what is said where this stands.
EXCERPTS = {
    "the Python block": r"tokens\.pop|Python code",
    "the table": r"lexer|Table",
    "`**All 312 tests pass**`": r"312 tests",
    "the bare address": r"acme/parser/issues|github\.com",
    "`__init__.py`": r"snake_case",
    "`2 * 3 * 4`": r"x < y",
}


def excerpt(spoken: Sequence[str], pattern: str, around: int = 40) -> str:
    """What is said about it, with a little of what stands around; empty if nothing is."""
    for sentence in spoken:
        if at := re.search(pattern, sentence):
            begin, end = max(0, at.start() - around), min(len(sentence), at.end() + around)
            cut = "…" if begin else "", "…" if end < len(sentence) else ""
            return f"{cut[0]}{sentence[begin:end]}{cut[1]}"
    return ""
