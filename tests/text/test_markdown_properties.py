"""What holds for any markdown: any cut gives the same, nothing untidy comes out, no word gets lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from streamtts._core import Cleaner
from text.captures import places
from text.cleaning import hear_in_pieces, pieces_of

PIECES = [
    *[
        "a",
        "B",
        "word",
        "The end",
        "It works. ",
        " ",
        " ",
        "\n",
        "\n",
        "\n\n",
        ".",
        "!",
        "?",
        ",",
        ":",
        "x = 1;",
    ],
    *["*", "**", "***", "_", "__", "~~", "==", "`", "``", "```", "```py\n", "\n```\n", "~~~", "    ", "\t"],
    *["[", "]", "(", ")", "](", "![", "[^1]", "[^1]: ", "[x] ", "[ ] ", "[a]: /b\n", "[!NOTE]"],
    *[
        "<",
        ">",
        "<b>",
        "</b>",
        "<br>",
        "<p>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&",
        "&amp;",
        "&#39;",
        "\\",
    ],
    *[
        "# ",
        "## ",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "12) ",
        "a) ",
        "> ",
        "|",
        "| a | b |\n",
        "|---|---|\n",
        "---",
        "===",
    ],
    *[
        "src/a.rs",
        ":12",
        "https://",
        "www.x.com/",
        "4f2a9c1d8e7b",
        "@@ -1,2 +1,2 @@\n",
        "diff --git ",
        "+x\n",
        "-y\n",
    ],
    *[
        "🎉",
        "✅",
        "\ufe0f",
        "\u20e3",
        "\u200d",
        "\x1b[31m",
        "\x1b]0;t",
        "\x07",
        "\u00a0",
        "。",
        "日本",
        "한",
        "• ",
        "─",
        "\r\n",
    ],
]
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)
modes = st.sampled_from(["skip", "brief", "read"])


@given(text=markdown, at=places, code=modes, tables=modes)
def test_any_cut_gives_the_same(text: str, at: list[int], code: str, tables: str) -> None:
    whole = hear_in_pieces([text], code=code, tables=tables)
    assert hear_in_pieces(pieces_of(text, at), code=code, tables=tables) == whole
    assert hear_in_pieces(list(text), code=code, tables=tables) == whole


@given(text=markdown, code=modes, tables=modes)
def test_the_output_is_tidy(text: str, code: str, tables: str) -> None:
    heard = hear_in_pieces([text], code=code, tables=tables)
    assert heard == "" or heard.endswith("\n")
    assert "\n\n" not in heard
    assert not heard.startswith("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", heard)


words = st.lists(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8), min_size=1, max_size=12
)
signs = st.sampled_from(
    [
        "",
        "",
        "",
        "*",
        "**",
        "***",
        "_",
        "__",
        "~~",
        "==",
        "`",
        "``",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "&",
        "!",
        "~",
        "^[",
        "\\",
    ]
)
lines = st.sampled_from(
    [" ", " ", " ", "\n", "\n\n", "\n- ", "\n## ", "\n> ", "\n1. ", "\n| ", " | ", ", ", ". "]
)


@given(words=words, data=st.data())
def test_no_word_is_lost(words: list[str], data: st.DataObject) -> None:
    """Words between any markup that cannot mean "do not read this"."""
    text = ""
    for word in words:
        text += data.draw(lines) + data.draw(signs) + word + data.draw(signs)
    text = re.sub(r"\]\(|\]:|<(?=[a-z/!])", "", text)
    heard = "".join(re.findall(r"[a-z]+", hear_in_pieces([text])))
    assert heard == "".join(words)


@given(text=st.text(alphabet="abcABC ,;'\"-.!?éß日本한", max_size=80))
def test_plain_prose_is_left_alone(text: str) -> None:
    heard, written = (
        "".join(words.split()).rstrip(".。") for words in (hear_in_pieces(["x" + text]), "x" + text)
    )
    assert heard == written


@given(before=markdown, after=markdown)
def test_finish_starts_afresh(before: str, after: str) -> None:
    cleaner = Cleaner()
    cleaner.feed(before)
    cleaner.finish()
    assert cleaner.feed(after) + cleaner.finish() == hear_in_pieces([after])
