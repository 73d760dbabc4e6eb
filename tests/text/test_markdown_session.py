"""A whole agent message, the way agents write: what must be heard and what must not."""

import pytest

from text.captures import DATA
from text.cleaning import hear, hear_in_pieces

SESSION = (DATA / "markdown" / "session.md").read_text(encoding="utf-8")
HEARD = hear(SESSION)

LINES = [
    "Fixing the flaky parser tests.",
    "What changed.",
    "Rewrote __init__.py and kept snake_case and camelCase names.",
    "Moved button into index.ts.",
    "nested: a*b*c stays.",
    "done: Unit tests.",
    "to do: Integration tests.",
    "Bumped v2.13.0 → v2.14.0-rc.1 on 192.168.0.1 at 10:30.",
    "Python code, 4 lines.",
    "The diff is small:",
    "Diff: 3 lines added, 1 removed.",
    "Then I ran:",
    "Shell commands, 2 lines.",
    "Table with 3 rows.",
    "Note: The cache lives in store.db and in acme. Delete it with rm -rf acme.",
    "Results.",
    "All 312 tests pass.",
    "One warning remains in utils.py lines 10 to 20.",
    "Architecture diagram image.",
    "Full log.",
    "Text, 2 lines.",
    "Docs, API.",
    "Old way new way: and/or, TCP/IP, 24/7, 1/2, km/h.",
    "git log --oneline | head -5.",
    "Price: $5.00 (50 % off!), C#, C++, #123, @user.",
    "日本語の段落です。ファイルはmain.py line 3で、次の行に続きます。",
    "Diagram.",
    "red and bold across two lines and *stars* and an `unclosed tick.",
    "YAML code, 1 line.",
    "The API is stable since 2024/05/01.",
]

PHRASES = [
    "I looked at three places and found the real cause.",
    "It is in parser.rs line 142, where next_token() returns early.",
    "See the design notes and github.com.",
    "The old code (commit 4f2a9c1) never handled HEAD~3..HEAD;",
    "it compared 5 > 3 and x < y as if 2 * 3 * 4 were text.",
    'Notes on the API: use GET /api/v1/users, *.py or **/*.ts, not "foo".',
    "Bold HTML and Ctrl+C work; so do List<int>, AT&T, <tag> and x y.",
    "Mail dev@example.com.",
]

SILENT = [
    "**All",
    "```",
    "~~",
    "](",
    "[^",
    "[x]",
    "[ ]",
    "http",
    "://",
    "www.",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "<b>",
    "<kbd>",
    "<br>",
    "<details>",
    "<summary>",
    "<!--",
    "hidden",
    "remark",
    "🚀",
    "✅",
    "⚠",
    "\x1b",
    "[31m",
    "##",
    "---",
    "-------",
    "|---",
    "| lexer",
    "12.5",
    "def ",
    "return self",
    "self.advance",
    "npm test",
    "graph TD",
    "ok 1",
    "a: 1",
    "[!NOTE]",
    "design_notes",
    "src/",
    "packages/",
    ":142",
    "8e7b6a5f",
    "docs/arch",
    "[docs]",
    "~/.cache",
    "issues/123",
    "  ",
    " .",
]


@pytest.mark.parametrize("line", LINES)
def test_a_block_is_a_line_of_its_own(line: str) -> None:
    assert line in HEARD.splitlines()


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_heard(phrase: str) -> None:
    assert phrase in HEARD


@pytest.mark.parametrize("sign", SILENT)
def test_a_sign_is_silent(sign: str) -> None:
    assert sign in SESSION or sign in {"  ", " ."}
    assert sign not in HEARD


@pytest.mark.parametrize("size", [2, 3, 4, 7, 64])
def test_the_chunks_do_not_matter(size: int) -> None:
    pieces = [SESSION[i : i + size] for i in range(0, len(SESSION), size)]
    assert hear_in_pieces(pieces) == HEARD
