"""What a translator must carry over unchanged."""

import pytest

from streamtts._core import protected_spans


def spans(sentence: str) -> list[tuple[str, str]]:
    return [(sentence[begin:end], kind) for begin, end, kind in protected_spans(sentence)]


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        *(("identifier", w) for w in (
            "snake_case", "camelCase", "PascalCase", "GitHub", "HTTPServer", "__init__", "_private",
            "MAX_SIZE", "foo()", "self.model.fit(x, y)", "os.path.join", "std::vector", "a->b", "$HOME",
            "${HOME}", "@scope/pkg", "C++", "C#", ".NET", "ASP.NET", "Node.js", "HEAD~3..HEAD", "HEAD^",
            "main..dev", "#42", "abc1234f", "sha256", "gpt-4o", "UTF-8", "origin/main", "sep=','",
            "550e8400-e29b-41d4-a716-446655440000",
        )),
        *(("file", w) for w in (
            "parser.rs", "README.md", "bar.test.ts", ".gitignore", ".env", "Makefile", "Dockerfile", "*.py",
            "src/**/*.ts", "src/core", "./run", "/usr/bin/env", "~/notes", "parser.rs:142:17", "модуль.py",
        )),
        *(("url", w) for w in (
            "https://example.com/guide?a=b", "example.com", "github.com/a/b", "localhost:8080",
            "me@example.org", "127.0.0.1", "192.168.0.1:8080",
        )),
        *(("version", w) for w in (
            "v2.13.0", "v2", "1.2.3", "1.2.3-rc1", "numpy==1.26.4", "react@18.2", "3.11+", "^1.2", ">=3.11",
            "3.x",
        )),
        *(("flag", w) for w in ("--no-verify", "-x", "-rf", "--foo=bar")),
        *(("number", w) for w in (
            "20 ms", "20ms", "3.5 GB", "80%", "10x", "$5", "5 GiB/s", "60fps", "1,250.5 ms", "80 tokens/s",
            "5–10 ms", "0x1F", "10:30", "2024-01-05", "54/66", "20 °C", "1e-3 s",
        )),
    ],
)  # fmt: skip
def test_a_name_or_number_is_protected_whole(kind: str, word: str) -> None:
    for frame in ("We see {} here.", "It is {}.", "({}) is one", '"{}", then', "これは{}です。"):
        assert spans(frame.format(word)) == [(word, kind)], frame


@pytest.mark.parametrize(
    "sentence",
    [
        "Let me look at the failing tests, and then fix them.",
        "It is a well-known and/or client/server thing, e.g. in the U.S. at 5 p.m.",
        "All 312 tests pass; 3 files changed, and 1,250.5 rows moved.",
        "The total is 3.14, or about 42.",
        "Its file(s) and IDs, PDFs and URLs are in the top-10 of mid-2024.",
        "In the 1990s the 2nd one was -5.",
        "A Ph.D. wrote it (i.e. me), etc.",
        "これは普通の文です。次も普通です。",
        "Это обычное предложение, т. е. ничего особенного.",
    ],
)
def test_ordinary_words_are_left_to_the_translator(sentence: str) -> None:
    assert spans(sentence) == []


def test_the_line_after_a_file_is_words() -> None:
    assert spans("The bug is in parser.rs line 142.") == [("parser.rs", "file")]


def test_a_number_after_the_word_version_is_one() -> None:
    assert spans("It needs version 3.11 or 3.12 now.") == [("3.11", "version")]


def test_the_genitive_is_not_part_of_a_name() -> None:
    assert spans("See parser.rs's header and GitHub’s page.") == [
        ("parser.rs", "file"),
        ("GitHub", "identifier"),
    ]


def test_offsets_count_characters_not_bytes() -> None:
    assert protected_spans("日本🎉 foo_bar を 20 ms で") == [(4, 11, "identifier"), (14, 19, "number")]


def test_hostile_text_takes_linear_time_and_gives_no_nonsense() -> None:
    for piece in ("foo(", "a.", "1-", "(", "a_", "5 ", "x=", "'", "日a"):
        text = piece * 100_000
        assert all(begin < end <= len(text) for begin, end, _ in protected_spans(text))
