"""Paths, URLs, hashes, emoji and terminal codes: what a colleague would say."""

import pytest

from text.cleaning import hear


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("src/core/parser.rs:142:17", "parser.rs line 142"),
        ("src/core/parser.rs:142", "parser.rs line 142"),
        ("src/core/parser.rs:10-20", "parser.rs lines 10 to 20"),
        ("src/core/parser.rs", "parser.rs"),
        ("parser.rs:142", "parser.rs line 142"),
        ("parser.rs#L142", "parser.rs line 142"),
        ("src/a.rs#L10-L20", "a.rs lines 10 to 20"),
        ("src/app.ts(12,5)", "app.ts line 12"),
        ("Makefile:12", "Makefile line 12"),
        ("tests/test_a.py::test_b", "test_a.py::test_b"),
        ("/usr/local/bin/python3", "python3"),
        ("/etc/nginx/nginx.conf", "nginx.conf"),
        ("src/components/", "components"),
        ("docs/", "docs"),
        ("./run.sh", "run.sh"),
        ("../lib/util.py", "util.py"),
        ("~/.config/nvim/init.lua", "init.lua"),
        ("~/.bashrc", "~/.bashrc"),
        ("packages/core/utils", "utils"),
        (".github/workflows/ci.yml", "ci.yml"),
        ("node_modules/.bin/eslint", "eslint"),
        ("app/[slug]/page.tsx", "page.tsx"),
        ("@src/core/a.ts", "a.ts"),
        ("@scope/package", "@scope/package"),
        ("docker/Dockerfile", "Dockerfile"),
        ("C:\\Users\\me\\file.txt", "file.txt"),
        ("C:\\src\\a.py:12", "a.py line 12"),
        (".\\src\\main.py", "main.py"),
        ("--file=src/a.rs", "--file=a.rs"),
        ("src/a.rs,src/b.rs", "a.rs,b.rs"),
        ("github.com/user/repo", "github.com"),
        ("src/parser.rs's", "parser.rs's"),
        ("/dev/null", "/dev/null"),
        ("/srv", "/srv"),
        ("/help", "/help"),
        ("/api/v1/users", "/api/v1/users"),
        ("origin/main", "origin/main"),
        ("text/html", "text/html"),
        ("s/foo/bar/", "s/foo/bar/"),
        ("/^foo$/g", "/^foo$/g"),
        ("/foo/g", "/foo/g"),
        ("2024/05/01", "2024/05/01"),
        ("Node.js/Express.js", "Node.js/Express.js"),
        ("input/output/error", "input/output/error"),
        ("build/test/deploy", "build/test/deploy"),
        ("snake_case/camelCase/other", "snake_case/camelCase/other"),
        (".js/.ts", ".js/.ts"),
        ("src/**/*.ts", "src/**/*.ts"),
        ("localhost:8080", "localhost:8080"),
        ("example.com:8080", "example.com:8080"),
        ("12:30", "12:30"),
        ("//", "//"),
        ("/", "/"),
        ("./...", "./..."),
    ],
)
def test_paths(written: str, said: str) -> None:
    assert hear(f"in `{written}` here") == f"in {said} here.\n"
    if "\\" not in written and "*" not in written and "[" not in written:
        assert hear(f"in {written} here") == f"in {said} here.\n"
        assert hear(f"(see {written}).") == f"(see {said}).\n"
        assert hear(f'"{written}", then') == f'"{said}", then.\n'


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://www.example.com/a?b=c", "example.com"),
        ("http://example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("www.example.com/a/b.html", "example.com"),
        ("https://user:secret@example.com:8443/x", "example.com"),
        ("http://localhost:8080/x", "localhost:8080"),
        ("http://127.0.0.1:3000", "127.0.0.1:3000"),
        ("https://en.wikipedia.org/wiki/Foo_(bar)", "en.wikipedia.org"),
        ("postgres://me:secret@db.internal/app", "db.internal"),
        ("www.a@", "www.a@"),
        ("file:///usr/share/doc/a.txt", "a.txt"),
        ("https://日本.jp/x", "日本.jp"),
    ],
)
def test_urls(written: str, said: str) -> None:
    assert hear(f"at `{written}` now") == f"at {said} now.\n"
    if "日" not in written:
        assert hear(f"at {written} now") == f"at {said} now.\n"
        assert hear(f"at {written}. Then ({written}), too") == f"at {said}. Then ({said}), too.\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("4f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b", "4f2a9c1"),
        ("4f2a9c1", "4f2a9c1"),
        ("4F2A9C1D", "4F2A9C1"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400"),
        ("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sha256:e3b0c44"),
        ("4f2a9c1d..8e7b6a5f", "4f2a9c1..8e7b6a5"),
        ("0xdeadbeef", "0xdeadbeef"),
        ("1234567890", "1234567890"),
        ("deadbeefcafe", "deadbeefcafe"),
        ("test_4f2a9c1d8e", "test_4f2a9c1d8e"),
        ("#1e1e1eff", "#1e1e1eff"),
        ("12345678e9", "12345678e9"),
    ],
)
def test_long_ids(written: str, said: str) -> None:
    assert hear(f"commit {written} is in") == f"commit {said} is in.\n"
    assert hear(f"commit ({written}).") == f"commit ({said}).\n"


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Done 🎉. Great 👍🏽! 👨‍👩‍👧 🇯🇵 ❤️ 1️⃣ end ✅", "Done. Great! end.\n"),
        ("great🎉job", "great job.\n"),
        ("═══ Title ═══ ▶ go • now ★", "Title go now.\n"),
        ("A · B · C", "A B C.\n"),
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07text", "red and text.\n"),
        ("\x1b]8;;https://x.com\x1b\\link\x1b]8;;\x1b\\ end", "link end.\n"),
        ("\x1b]0;never closed\nnext", "0;never closed next.\n"),
        ("a\x00b\x07\x7f\u200bc\u202ed\ufeffe\u00adf", "abcdef.\n"),
        ("a\u00a0b\tc\u3000d\u2028e\x0bf", "a b c d e f.\n"),
        ("a  b \t c", "a b c.\n"),
        ("\ufffdx", "x.\n"),
        ("🎉", ""),
        ("テスト ✅", "テスト。\n"),
    ],
)
def test_what_is_silent(written: str, heard: str) -> None:
    assert hear(written) == heard


@pytest.mark.parametrize(
    "unit", ["x", "ab1/", "https://a.com/", "*", "`", "[", "<b ", "&amp", "日", "🎉", "|", "> ", "\x1b]"]
)
def test_endless_input_is_survived(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    heard = hear(text)
    assert len(heard.encode()) <= len(text.encode()) + len("。\n".encode())
