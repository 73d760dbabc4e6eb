"""What zig's libc++ has and that of older Xcodes lacks: in headers alone, no symbol would tell."""

import re
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parent.parent.parent / "csrc"
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# Absent from Apple's libc++ up to Xcode 15, or there only for systems after macOS 11.
ABSENT = re.compile(
    r"\bstd::(?:"
    r"atomic_ref|jthread|stop_(?:token|source|callback)"
    r"|v?format(?:_to(?:_n)?|ted_size)?|print(?:ln)?|o?syncstream|basic_syncbuf|pmr|execution"
    r"|move_only_function|copyable_function|generator|flat_(?:map|set)|mdspan|stacktrace|start_lifetime_as"
    r"|chrono::(?:parse|zoned_time|current_zone|get_tzdb|utc_clock|tai_clock|gps_clock)"
    r"|(?:ranges::)?(?:views::)?(?:zip|enumerate|chunk|slide|stride|adjacent|cartesian_product|join_with)\b(?=\s*\()"
    r")\b"
    r"|#\s*include\s*<(?:execution|flat_map|flat_set|format|generator|mdspan"
    r"|memory_resource|print|stacktrace|stop_token|syncstream)>"
)


def absent(source: str) -> list[str]:
    return ABSENT.findall(COMMENT.sub("", source))


@pytest.mark.parametrize(
    "source",
    [
        "std::atomic_ref<int> a(b);",
        "std::jthread worker([](std::stop_token) {});",
        "#include <format>",
        "# include <syncstream>",
        'const auto s = std::format("{}", 1);',
        "std::move_only_function<void()> f;",
        "for (auto [i, x] : std::views::enumerate(all)) {}",
        "std::pmr::string s;",
    ],
)
def test_what_is_absent_is_seen(source: str) -> None:
    assert absent(source)


@pytest.mark.parametrize(
    "source",
    [
        "// std::jthread would do",
        "#include <semaphore.h>\n#include <filesystem>",
        "std::atomic<int> a; std::bit_cast<int>(1.0F);",
        "std::ranges::find(all, 1); std::views::reverse(all);",
        "information(); std::formatter_of_ours;",
    ],
)
def test_what_is_there_is_let_be(source: str) -> None:
    assert not absent(source)


def test_the_core_uses_what_an_older_xcode_has() -> None:
    sources = [path for path in CORE.rglob("*") if path.suffix in (".cpp", ".hpp", ".mm", ".h")]
    assert sources
    found = {path.name: uses for path in sources if (uses := absent(path.read_text(encoding="utf-8")))}
    assert found == {}
