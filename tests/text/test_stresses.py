"""Which words of a sentence are to be stressed: those that the agent wrote in bold, as a rule."""

from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.support import assistant
from streamtts._core import SentenceStream
from streamtts.types import StressedRow
from text.agent_lines import claude_stream, log
from text.captures import CAPTURES, cut, places
from text.streams import pulled

Rows = list[tuple[str, str, list[str]]]

PIECES = [
    "**", "**", "__", "*", "***", "`", "a", "It", "works", "not", ".", "!", "?", "? ", ": ", " — ", ", ",
    " ", " ", "\n", "\n\n", "- ", "# ", "(", ")", "「", "」", "絶対", "に", "。", "！", "🎉", "src/a/b.py",
    "e.g.", "[", "](/x)", "\x12", "\x13", "\x0e", "\ufff9", "\ufffb", "é", "한", "x" * 60,
]  # fmt: skip
PROSE = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def stressed_rows(stream: SentenceStream) -> list[StressedRow]:
    return cast("list[StressedRow]", pulled(stream))  # the stub knows five values


def stressed(*chunks: bytes, eager: bool = False) -> Rows:
    """Each sentence, what ended it, and its stressed words."""
    stream = SentenceStream(eager=eager, stresses=True)
    found: Rows = []
    for chunk in (*chunks, None):
        stream.push_end() if chunk is None else stream.push(chunk)
        for _, _, text, end, _, spans in stressed_rows(stream):
            assert all(0 <= start < stop <= len(text) for start, stop in spans)
            assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))
            found.append((text, end, [text[start:stop] for start, stop in spans]))
    return found


def words(prose: str, *, eager: bool = False) -> list[list[str]]:
    return [words for _, _, words in stressed(assistant(prose), eager=eager)]


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("Do **not** touch it.", [["not"]]),
        ("Do __not__ touch *it*, _please_.", [["not"]]),
        ("Is it **really so?** Yes.", [["really so"], []]),
        ("これは**絶対に**消さないで！", [["絶対に"]]),
        ("Run **`make test`** and read **[the log](https://example.com/log)**.", [["make test", "the log"]]),
        ("This is **bold. And** this.", [["bold"], ["And"]]),
        ("- **Speed**: it is **much** faster\n- **Size** - the same", [["much"], []]),
        ("# The **big** title\n\n**All of this is a title**\n\nNo title **here**", [[], [], ["here"]]),
        ("**Note:** it is done. **Everything is done!**", [[], []]),
        ("| a | b |\n|---|---|\n| **c** | d |\n", [[]]),
        ("```\n**x** y\n```\n", [[]]),
    ],
)
def test_bold_words_are_stressed(prose: str, said: list[list[str]]) -> None:
    assert words(prose) == said


def test_a_first_clause_has_its_own_stresses() -> None:
    prose = "I looked at **the failing** test, and it is **not** wrong."
    assert words(prose, eager=True) == [["the failing"], ["not"]]


def test_tools_and_turns_have_none() -> None:
    stream = SentenceStream(tools="brief", turn_ends=True, stresses=True)
    use = {"type": "assistant", "message": {"content": [{"type": "tool_use", "name": "Bash", "id": "t"}]}}
    stream.push(log(*claude_stream("It is **so** bold."), use))
    stream.push_end()
    told = [(end, spans) for _, _, _, end, _, spans in stressed_rows(stream)]
    assert told == [("flush", [(6, 8)]), ("tool", []), ("turn", [])]


def test_rows_are_as_ever_for_who_does_not_ask() -> None:
    stream = SentenceStream()
    stream.push(assistant("Do **not** touch it."))
    stream.push_end()
    assert pulled(stream) == [(1, 0, "Do not touch it.", "flush", [])]


@given(prose=PROSE, at=places, eager=st.booleans())
@example(prose="**a** b. **c", at=[150], eager=False)
def test_any_cut_gives_the_same(prose: str, at: list[int], *, eager: bool) -> None:
    data = assistant(prose)
    assert stressed(*cut(data, at), eager=eager) == stressed(data, eager=eager)


@given(prose=PROSE, lengths=st.lists(st.integers(1, 9), min_size=1, max_size=9), eager=st.booleans())
def test_deltas_of_any_length_give_the_same(prose: str, lengths: list[int], *, eager: bool) -> None:
    deltas: list[str] = []
    rest = prose
    while rest:
        size = lengths[len(deltas) % len(lengths)]
        deltas.append(rest[:size])
        rest = rest[size:]
    assert stressed(log(*claude_stream(*deltas)), eager=eager) == stressed(
        log(*claude_stream(prose)), eager=eager
    )


@given(prose=PROSE, eager=st.booleans())
def test_the_wish_changes_no_sentence(prose: str, *, eager: bool) -> None:
    stream = SentenceStream(eager=eager)
    stream.push(assistant(prose))
    stream.push_end()
    plain = [(row[2], row[3]) for row in pulled(stream)]
    assert [(text, end) for text, end, _ in stressed(assistant(prose), eager=eager)] == plain
    assert not {"\x12", "\x13", "\ufff9", "\ufffb"} & set("".join(text for text, _ in plain))


@given(path=st.sampled_from(CAPTURES), at=places)
def test_any_cut_of_a_capture_gives_the_same(path: Path, at: list[int]) -> None:
    data = path.read_bytes()
    assert stressed(*cut(data, at)) == stressed(data)
