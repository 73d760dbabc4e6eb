"""Headings, paragraphs, lists, quotes and rules: what ends where, and which signs vanish."""

import pytest

from text.cleaning import hear


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("## Summary\n\nI fixed the bug.", "Summary.\nI fixed the bug.\n"),
        ("# Title #\ntext", "Title.\ntext.\n"),
        ("### Use C# and F#", "Use C# and F#.\n"),
        ("## Is it `done`?", "Is it done?\n"),
        ("##NoSpace", "NoSpace.\n"),
        ("Title\n=====\ntext", "Title.\ntext.\n"),
        ("Title\n---\ntext", "Title.\ntext.\n"),
        ("**Title**\nText", "Title.\nText.\n"),
        ("**Title:**\nText", "Title:\nText.\n"),
        ("## まとめ\n終わり", "まとめ。\n終わり。\n"),
        ("=== Results ===\nfine", "Results.\nfine.\n"),
        ("#hashtag and #123 stay", "#hashtag and #123 stay.\n"),
        ("####### seven", "####### seven.\n"),
        ("#", ""),
    ],
)
def test_headings(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("one\ntwo", "one two.\n"),
        ("one\n\n\n\ntwo", "one.\ntwo.\n"),
        ("one\\\ntwo  \nthree", "one two three.\n"),
        ("a\r\nb\r\n\r\nc\r\n", "a b.\nc.\n"),
        ("日本\n東京", "日本東京。\n"),
        ("日本\nTokyo", "日本 Tokyo.\n"),
        ("한국어\n문장", "한국어 문장.\n"),
        ("ends.\n\nreally?\n\nyes!\n\nso:\n\n(well.)", "ends.\nreally?\nyes!\nso:\n(well.)\n"),
        ("He said “done”", "He said “done”.\n"),
        ("He said “done.”", "He said “done.”\n"),
        ("終わった。\n\n「はい。」", "終わった。\n「はい。」\n"),
        ("wait…\n\nfirst,", "wait…\nfirst,\n"),
        ("   \n\t\n", ""),
        ("", ""),
        ("2024. That was a good year.", "2024. That was a good year.\n"),
        ("The answer is:\n\n42.", "The answer is:\n42.\n"),
        ("-5 degrees", "-5 degrees.\n"),
        ("--flag turns it on", "--flag turns it on.\n"),
        ("+1 from me", "+1 from me.\n"),
        (">= 3 are needed", ">= 3 are needed.\n"),
        ("above\n\n---\n\nbelow", "above.\nbelow.\n"),
        ("above\n\n***\n\n___\n\n* * *\n\n- - -\n\nbelow", "above.\nbelow.\n"),
        ("above\n\n==========\n\nbelow", "above.\nbelow.\n"),
    ],
)
def test_paragraphs(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        (
            "- Fixed the parser\n- Added tests\n- Updated docs",
            "Fixed the parser.\nAdded tests.\nUpdated docs.\n",
        ),
        ("* one\n+ two\n• three\n– four", "one.\ntwo.\nthree.\nfour.\n"),
        ("Next:\n2. Run it.\n3. Stop.", "Next:\nRun it.\nStop.\n"),
        ("Steps:\n10. ten\n11. eleven", "Steps:\nten.\neleven.\n"),
        ("1. One\n2. Two\n10. Ten", "One.\nTwo.\nTen.\n"),
        ("1) one\n2) two", "one.\ntwo.\n"),
        ("1. a\n\ntext\n\n2. b", "a.\ntext.\nb.\n"),
        ("12. Dezember 2024", "12. Dezember 2024.\n"),
        ("10. ten\n11. eleven", "10. ten.\neleven.\n"),
        ("- [ ]\n- x", "to do:\nx.\n"),
        ("a) one\nb) two", "one.\ntwo.\n"),
        ("Steps:\n1. go\n2. stop", "Steps:\ngo.\nstop.\n"),
        ("List:\n- a\n- b", "List:\na.\nb.\n"),
        ("- a\n  - b\n    - c\n- d", "a.\nb.\nc.\nd.\n"),
        ("- a\n\t- b", "a.\nb.\n"),
        ("- - deep", "deep.\n"),
        ("- a long item that\n  goes on here\n- next", "a long item that goes on here.\nnext.\n"),
        ("- a long item that\ngoes on lazily", "a long item that goes on lazily.\n"),
        ("- one\nThat was all", "one.\nThat was all.\n"),
        ("- a\n\n  second paragraph\n- b", "a.\nsecond paragraph.\nb.\n"),
        ("1. a\n\n   ```sh\n   ls\n   ```\n2. b", "a.\nShell commands, 1 line.\nb.\n"),
        ("- [x] Fixed\n- [ ] Open\n- [X] Closed", "done: Fixed.\nto do: Open.\ndone: Closed.\n"),
        ("- [link](x) first\n- [x](y) second", "link first.\nx second.\n"),
        ("- **Bold**: text\n- *em* text\n- `code` text", "Bold: text.\nem text.\ncode text.\n"),
        ("-\n- a\n*\n1. b", "a.\nb.\n"),
        ("the version is\n14. The next is 15", "the version is 14. The next is 15.\n"),
        ("✅ Tests pass\n✅ Lint passes", "Tests pass.\nLint passes.\n"),
        ("1️⃣ First\n2️⃣ Second", "First.\nSecond.\n"),
        ("1、安装\n2、运行", "安装。\n运行。\n"),
        ("├── src\n└── tests", "src.\ntests.\n"),
    ],
)
def test_lists(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("> Quoted advice.\n\nBack to prose.", "Quoted advice.\nBack to prose.\n"),
        ("> one\n> two", "one two.\n"),
        ("> wrapped\nlazily", "wrapped lazily.\n"),
        ("> quoted\nThat is all", "quoted.\nThat is all.\n"),
        ("text\n> quote", "text.\nquote.\n"),
        ("> a\n>\n> b", "a.\nb.\n"),
        ("> outer\n> > inner", "outer.\ninner.\n"),
        ("> - a\n> - b", "a.\nb.\n"),
        ("> # Title\n> text", "Title.\ntext.\n"),
        ("> ```py\n> x = 1\n> y = 2\n> ```\n> after", "Python code, 2 lines.\nafter.\n"),
        ("> ```py\n> x = 1\nAfter the quote.", "Python code, 1 line.\nAfter the quote.\n"),
        ("> [!WARNING]\n> Do not.", "Warning: Do not.\n"),
        ("> | a | b |\n> |---|---|\n> | 1 | 2 |\n\nend", "Table with 1 row.\nend.\n"),
        (">", ""),
    ],
)
def test_quotes(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("See it[^1]. Next.\n\n[^1]: The note.", "See it. Next.\nThe note.\n"),
        ("End of it.[^note]\n", "End of it.\n"),
        ('A [ref][1] and [one][].\n\n[1]: https://x.com "T"\n[one]: <https://y.com>', "A ref and one.\n"),
        ("[Note]: this is no definition", "[Note]: this is no definition.\n"),
        ("[0]: the first", "[0]: the first.\n"),
    ],
)
def test_definitions(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard
