"""Hostile and broken input: it costs itself, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.agent_lines import (
    block_start,
    blocks,
    claude_stream,
    delta,
    events,
    line,
    log,
    message_start,
    said,
    streamed,
)
from text.captures import cut, places

LAST = said("Last.", "last")


def raw(text: bytes) -> bytes:
    return (
        b'{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"'
        + text
        + b'"}]}}\n'
    )


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (b"a\xff b", "a\ufffd b"),
        (b"\xc3(", "\ufffd("),
        (b"\xe2\x82", "\ufffd"),
        (b"\xf0\x9f\x91", "\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xc0\xaf", "\ufffd\ufffd"),
        (b"\xf5\x80\x80\x80", "\ufffd" * 4),
        (b"a\x0bb\x0cc", "a\x0bb\x0cc"),
        (b"a\tb", "a\tb"),
        (b"a\x00b", "a\x00b"),
        (b"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        (b"nul \\u0000 nul", "nul \0 nul"),
        (b"\\ud83d\\udc4b", "👋"),
        (b"a\\ud83d b", "a\ufffd b"),
        (b"a\\udc4b b", "a\ufffd b"),
        (b"\\ud83d\\ud83d\\udc4b", "\ufffd👋"),
        (b"\\ud83d\\n", "\ufffd\n"),
        (b'\\u00e9\\/\\"\\\\\\b\\f\\n\\r\\t', 'é/"\\\b\f\n\r\t'),
        (b"\\uD83D\\uDC4B", "👋"),
        ("\u2028 \u0085 \u2029".encode(), "\u2028 \u0085 \u2029"),
        ("퟿ \ue000 𐀀".encode(), "퟿ \ue000 𐀀"),
        (b'{\\"type\\":\\"assistant\\"}', '{"type":"assistant"}'),
    ],
)
def test_odd_characters(text: bytes, heard: str) -> None:
    assert blocks(raw(text), LAST) == [heard, "Last."]
    # A broken character elsewhere in the line leaves the text alone.
    assert blocks(raw(text).replace(b'{"type"', b'{"x":"\xff\x01","type"', 1), LAST) == [heard, "Last."]


@given(words=st.text(st.characters(exclude_categories=[]), min_size=1, max_size=60), at=places)
def test_any_text_split_into_any_deltas_is_whole(words: str, at: list[int]) -> None:
    units = words.encode("utf-16-le", "surrogatepass")
    pieces = cut(units, [place % (len(units) + 1) & ~1 for place in at])
    deltas = [delta(piece.decode("utf-16-le", "surrogatepass")) for piece in pieces]
    heard = "".join(blocks(message_start(), block_start(), *deltas))
    wanted = units.decode("utf-16-le", "replace")
    assert heard.replace("\ufffd", "").strip() == wanted.replace("\ufffd", "").strip()


def test_a_pair_split_over_deltas_is_joined_and_confirmed() -> None:
    assert blocks(*claude_stream("Hi \ud83d", "\udc4b there")) == ["Hi 👋 there"]
    assert blocks(*claude_stream("Hi \ud83d", " there")) == ["Hi \ufffd there"]
    assert blocks(*claude_stream("Hi \ud83d"), LAST) == ["Hi ", "Last."]


@pytest.mark.parametrize(
    "noise",
    [
        b"(node:4242) ExperimentalWarning: x\n",
        b"npm warn deprecated x@1\n",
        b"Reading additional input from stdin...\n",
        b"[DEBUG] {not json}\n",
        b"[12:30:01] started\n",
        b'say "hello\n',
        b"42\n",
        b'"a string"\n',
        b"null\n",
        b"[1,2,3]\n",
        b'["text"]\n',
        b"[[]]\n",
        b"{}\n",
        b"{not json}\n",
        b"}\n",
        b"]\n",
        b'{"type":"assistant"\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"}\n',
        b'{"type":"assistant","message":{"content":"HIDDEN}}\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"]}\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"},}\n',
        b'{"type":"assistant","message":{"content" "HIDDEN"}}\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"}} trailing\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"},"x":undefined}\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"},"x":[1 2]}\n',
        b'{"type":"assistant","message":{"content":"HIDDEN"},7:8}\n',
        b"data: \n",
        b"data:\n",
        b"data: ping\n",
        b"\x00\x01\x02\n",
        b"\xff\xfe{\x00}\x00\n",
    ],
)
def test_noise_is_silent_and_harmless(noise: bytes) -> None:
    assert blocks(said("First."), noise, LAST) == ["First.", "Last."]
    halves = [streamed(event) for event in (message_start(), block_start(), delta("Half "))]
    assert blocks(*halves, noise, streamed(delta("whole"))) == ["Half whole"]


@pytest.mark.parametrize(
    "value", [b"1e400", b"-1e400", b"NaN", b"Infinity", b"-Infinity", b"1" * 5000, b"0.1e-9999"]
)
def test_odd_numbers_fail_nothing(value: bytes) -> None:
    assert blocks(
        raw(b"Heard.").replace(b'{"type"', b'{"x":' + value + b',"y":[' + value + b'],"type"', 1)
    ) == ["Heard."]


def test_line_ends_marks_and_spaces_are_as_if_absent() -> None:
    one, two = line(said("One.")), line(said("Two.", "m2"))
    for data in (
        b"\xef\xbb\xbf" + one + two,
        one + b"\xef\xbb\xbf" + two,
        one.replace(b"\n", b"\r\n") + b"\r\n\n  \n\t" + two,
        b"  " + one + b"\0\n" + two.rstrip(b"\n"),
        one + two.replace(b":", b" :\t ").replace(b",", b" , "),
    ):
        assert blocks(data) == ["One.", "Two."]


def test_the_last_duplicate_key_wins() -> None:
    block = b'{"type":"tool_use","type":"text","text":"HIDDEN","text":"Heard."}'
    message = b'"message":null,"message":{"content":"HIDDEN","content":[' + block + b"]}"
    assert blocks(b'{"type":"user","type":"assistant",' + message + b"}") == ["Heard."]
    assert (
        blocks(
            b'{"parent_tool_use_id":null,"parent_tool_use_id":"x",'
            + line(LAST)[1:].replace(b'"parent_tool_use_id":null,', b"")
        )
        == []
    )


def test_escaped_names_are_names() -> None:
    escaped = (
        line(LAST)
        .replace(b'"type":"assistant"', b'"\\u0074ype":"assist\\u0061nt"')
        .replace(b'"text":', b'"te\\u0078t":')
    )
    assert blocks(escaped.replace(b'"type":"text"', b'"type":"\\u0074ext"')) == ["Last."]


def test_objects_side_by_side_and_in_arrays_are_all_heard() -> None:
    one, two = json.dumps(said("One.")).encode(), json.dumps(said("Two.", "m2")).encode()
    assert (
        blocks(one + two)
        == blocks(one + b" " + two)
        == blocks(b"[" + one + b"," + two + b"]")
        == ["One.", "Two."]
    )
    assert blocks(b"[" + one + b",7,null,[" + two + b"]]") == ["One."]


def test_a_line_cut_short_is_dropped_whole() -> None:
    whole = line(said("HIDDEN", "m1", uuid="u1")).rstrip()
    for size in range(len(whole)):
        assert blocks(LAST, whole[:size]) == ["Last."]
        assert blocks(whole[:size] + b"\n", LAST) == ["Last."]
    assert blocks(LAST, whole) == ["Last.", "HIDDEN"]


@pytest.mark.parametrize(
    "deep", [b"[" * 20_000 + b"]" * 20_000, b'{"a":' * 20_000 + b"1" + b"}" * 20_000, b"[" * 200_000]
)
def test_deep_nesting_skips_the_line(deep: bytes) -> None:
    inside = raw(b"HIDDEN").replace(b'{"type"', b'{"x":' + deep + b',"type"', 1)
    assert blocks(said("First."), deep + b"\n", inside, LAST) == ["First.", "Last."]


def test_reasonable_nesting_is_read() -> None:
    inside = raw(b"Heard.").replace(b'{"type"', b'{"x":' + b"[" * 500 + b"]" * 500 + b',"type"', 1)
    assert blocks(inside) == ["Heard."]


@pytest.mark.parametrize("size", [1_000, 100_000, 3_000_000])
def test_long_lines_are_read(size: int) -> None:
    image = {"type": "image", "source": {"data": "A" * size}}
    words = "Many words. " * (size // 12)
    lines = log(
        said("First."),
        {"type": "user", "message": {"role": "user", "content": [image]}},
        said(words, "m2"),
        LAST,
    )
    assert blocks(lines) == ["First.", words, "Last."]
    pieces = [lines[i : i + 65_536] for i in range(0, len(lines), 65_536)]
    assert [e.text for e in events(pieces)] == [e.text for e in events(lines)]


def test_a_giant_line_of_many_blocks_is_read() -> None:
    many = said("")
    many["message"]["content"] = [{"type": "text", "text": f"{n} "} for n in range(100_000)]
    assert blocks(many, LAST) == ["".join(f"{n} " for n in range(100_000)), "Last."]


def test_a_giant_line_of_brackets_is_skipped() -> None:
    packed = b'{"x":[' + b",".join([b"[]"] * 1_000_000) + b"]}\n"
    assert blocks(said("First."), packed, LAST) == ["First.", "Last."]


def test_a_streamed_block_may_be_longer_than_is_kept() -> None:
    pieces = [f"Sentence number {n}. " for n in range(30_000)]
    assert "".join(blocks(*claude_stream(*pieces), LAST)) == "".join(pieces) + "Last."
    cut_short = claude_stream(*pieces)[: 2 + len(pieces)]
    tail = said("".join(pieces) + "The tail.")
    assert "".join(blocks(*cut_short, tail)) == "".join(pieces) + "The tail."


@pytest.mark.parametrize("damage", [b"\xff", b"\x01"])
def test_a_line_that_is_all_damage_is_survived(damage: bytes) -> None:
    (heard, last) = blocks(raw(b"begin " + damage * 2_000_000 + b" end"), LAST)
    assert heard.startswith("begin ")
    assert heard.endswith(" end")
    assert last == "Last."
