"""The line of a place in a file is translated, its name is not."""

import pytest

from streamtts.translation.places import without_lines
from streamtts.types import Span, SpanKind


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("parser.rs line 142", "parser.rs"),
        ("parser.rs lines 10 to 20", "parser.rs"),
        ("Makefile line 3", "Makefile"),
        ("parser.rs line 142: expected a brace", "parser.rs line 142: expected a brace"),
        ("a line 3", "a"),
        ("new line 3 of it", "new line 3 of it"),
        ("git log line", "git log line"),
        ("line 142", "line 142"),
        ("x", "x"),
    ],
)
def test_code_that_is_a_place(code: str, kept: str) -> None:
    text = f"The bug is in {code}, I think."
    (span,) = without_lines(text, [(14, 14 + len(code), "code")])
    assert text[span[0] : span[1]] == kept


@pytest.mark.parametrize("kind", ["file", "identifier", "url"])
def test_only_code_is_read(kind: SpanKind) -> None:
    span: Span = (0, 18, kind)
    assert without_lines("parser.rs line 142", [span]) == (span,)
