"""Fences, diffs and tables: named in one sentence, read or skipped, and never swallowing what follows."""

import pytest

from text.cleaning import hear


@pytest.mark.parametrize(
    ("tag", "notice"),
    [
        ("python", "Python code"),
        ("py", "Python code"),
        ("ts", "TypeScript code"),
        ("tsx", "TSX code"),
        ("js", "JavaScript code"),
        ("rs", "Rust code"),
        ("go", "Go code"),
        ("c", "C code"),
        ("cpp", "C++ code"),
        ("c++", "C++ code"),
        ("objc", "Objective-C code"),
        ("c#", "C# code"),
        ("bash", "Shell commands"),
        ("sh", "Shell commands"),
        ("console", "Shell commands"),
        ("JSON", "JSON code"),
        ("yaml", "YAML code"),
        ("toml", "TOML code"),
        ("html", "HTML code"),
        ("sql", "SQL code"),
        ("text", "Text"),
        ("", "Code"),
        ("brainfuck", "Code"),
        ("{.python .numberLines}", "Python code"),
        ('python title="a.py" {1,3}', "Python code"),
        ("rust,ignore", "Rust code"),
        ("src/app.py", "Python code"),
        ("12:30:src/app.ts", "TypeScript code"),
        ("python:src/app.py", "Python code"),
    ],
)
def test_a_fence_is_named(tag: str, notice: str) -> None:
    assert hear(f"Look:\n```{tag}\none\n\nthree\n```\nDone.") == f"Look:\n{notice}, 3 lines.\nDone.\n"
    assert hear(f"~~~ {tag}\none\n~~~\n") == f"{notice}, 1 line.\n"


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("````md\n```py\nx\n```\n````\nend", "Markdown text, 3 lines.\nend.\n"),
        ("```md\n# T\n```py\nx\n```\ntext\n```\nend", "Markdown text, 5 lines.\nend.\n"),
        ("~~~\n```\n~~~\nend", "Code, 1 line.\nend.\n"),
        ("```\n```\nend", "end.\n"),
        ("```mermaid\ngraph TD\n```", "Diagram.\n"),
        ("   ```py\n   x\n   ```\nend", "Python code, 1 line.\nend.\n"),
        ("```py\nx\n  ```\nend", "Python code, 1 line.\nend.\n"),
        ("```py\r\nx\r\n```\r\nend", "Python code, 1 line.\nend.\n"),
        ("```py\nprint('Hi. There.')", "Python code, 1 line.\n"),
        (
            "```py\nx = 1\n\nNow the fence was forgotten.\n- so\n- what",
            "Python code, 2 lines.\nNow the fence was forgotten.\nso.\nwhat.\n",
        ),
        ("``` is the sign that begins a fence.", "``` is the sign that begins a fence.\n"),
        ("text\n\n    def f():\n        return 1\n\nafter", "text.\nCode, 2 lines.\nafter.\n"),
        ("text\n\n    indented prose here\n\nafter", "text.\nindented prose here.\nafter.\n"),
    ],
)
def test_fences(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


DIFF = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d\n e\n"


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("```diff\n-a\n+b\n+c\n+d\n```", "Diff: 3 lines added, 1 removed.\n"),
        ("```diff\n+b\n```", "Diff: 1 line added.\n"),
        ("```patch\n-b\n-c\n```", "Diff: 2 lines removed.\n"),
        (f"```\n{DIFF}```", "Diff: 2 lines added, 1 removed.\n"),
        (f"```diff\n{DIFF}```", "Diff: 2 lines added, 1 removed.\n"),
        (f"Look:\n{DIFF}\nDone with it.", "Look:\nDiff: 2 lines added, 1 removed.\nDone with it.\n"),
        (f"{DIFF}- item", "Diff: 2 lines added, 1 removed.\nitem.\n"),
    ],
)
def test_diffs(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard
    assert "Diff" not in hear(markdown, code="skip")


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |\n\nend", "Table with 2 rows.\nend.\n"),
        ("a | b\n--- | ---\n1 | 2\nend", "Table with 1 row.\nend.\n"),
        ("Here:\n| a |\n|---|\n| 1 |\nend", "Here:\nTable with 1 row.\nend.\n"),
        ("| a |\n|---|\n| 1 |\n# Title", "Table with 1 row.\nTitle.\n"),
        ("| a |\n|---|\n| 1 |\n- x | y", "Table with 1 row.\nx | y.\n"),
        ("| a |\n|---|\n| 1 |\n```py\nx\n```", "Table with 1 row.\nPython code, 1 line.\n"),
        ("- item\n\n  | a |\n  |---|\n  | 1 |", "item.\nTable with 1 row.\n"),
        ("a | b is a choice\nand more", "a | b is a choice and more.\n"),
        ("|x| is a magnitude", "|x| is a magnitude.\n"),
        ("| a | b |", "| a | b |.\n"),
        ("Use cat a | grep b. Then stop.", "Use cat a | grep b. Then stop.\n"),
    ],
)
def test_tables(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


DOCUMENT = (
    "Before.\n\n```py\nx = 1\n  y = 2\n```\n\n"
    "| Name | Ok |\n|---|---|\n| **a** | ✅ |\n| b\\|c | `d` |\n\nAfter."
)


def test_skip_leaves_the_prose_alone() -> None:
    assert hear(DOCUMENT, code="skip", tables="skip") == "Before.\nAfter.\n"


def test_read_says_lines_and_cells() -> None:
    heard = hear(DOCUMENT, code="read", tables="read")
    assert heard == "Before.\nx = 1\ny = 2\nName: a, Ok: yes.\nName: b|c, Ok: d.\nAfter.\n"
