"""What comes in pieces is the same however it was cut: events, thoughts, clauses."""

import re
from itertools import pairwise

from hypothesis import assume, example, given
from hypothesis import strategies as st

from streamtts.translation.clause_stream import ClauseStream
from streamtts.translators.chat.thoughts import Thoughts
from streamtts.web.event_stream import EventStream

STREAM = st.lists(
    st.sampled_from(
        [b"data: ", b"data:", b": ping", b"event: x", b"\n", b"\r\n", b"\n\n", b"{}", b"a:b", b"error: e"]
    ),
    max_size=25,
).map(b"".join)
ANSWER = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "[THINK]", "[/think]", "<", "</", "th", "ink>", "A", "答え", "\n", " ", "<b>"]
    ),
    max_size=20,
).map("".join)
TEXT = st.lists(
    st.sampled_from(
        [
            "テスト",
            "は",
            "「",
            "、",
            "。",
            "」",
            "「",
            "!",
            "?",
            ", ",
            ". ",
            "3.5",
            "1,000",
            " ",
            "word",
            "…",
            '"',
            "。。",
        ]
    ),
    max_size=25,
).map("".join)
CUTS = st.lists(st.integers(0, 200), max_size=12)


def pieces(whole: "str | bytes", cuts: list[int]) -> "list[str] | list[bytes]":
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    return [whole[begin:end] for begin, end in pairwise(edges)]  # type: ignore[return-value]


def messages(parts: list[bytes]) -> list[bytes]:
    stream = EventStream()
    return [each for part in parts for each in stream.feed(part)] + list(stream.finish())


@given(STREAM, CUTS)
def test_events(whole: bytes, cuts: list[int]) -> None:
    assert messages(pieces(whole, cuts)) == messages([whole])  # type: ignore[arg-type]


def unthought(parts: list[str], *, begun: bool) -> str:
    thoughts = Thoughts("", begun=begun)
    said = ""
    for part in parts:
        before = thoughts.unopened
        now = thoughts.feed(part)
        said = now if thoughts.unopened and not before else said + now
    return said + thoughts.finish()


@example("</think>\n", [8], False)
@given(ANSWER, CUTS, st.booleans())
def test_thoughts(whole: str, cuts: list[int], begun: bool) -> None:
    assume(len(re.findall("[<[]/", whole)) < 2)
    alone = unthought([whole], begun=begun)
    assert unthought(pieces(whole, cuts), begun=begun) == alone  # type: ignore[arg-type]
    assert not {"<think>", "[THINK]"} & {alone}


def clauses(parts: list[str]) -> list[str]:
    stream = ClauseStream()
    return [each for part in parts for each in stream.feed(part)] + list(stream.finish())


@given(TEXT, CUTS)
def test_clauses(whole: str, cuts: list[int]) -> None:
    cut = clauses(pieces(whole, cuts))  # type: ignore[arg-type]
    assert "".join(cut) == whole.strip()
    assert all(cut)
    assert cut == clauses([whole])
