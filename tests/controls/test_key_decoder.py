"""Bytes of a keyboard become whole keys, however they arrive."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streamtts.control.key_decoder import PASTE_BYTES, SEQUENCE_BYTES, KeyDecoder

KEYBOARD = [
    b" ",
    b"n",
    b"?",
    b"\x1b[C",
    b"\x1bOD",
    b"\x1b[1;5C",
    b"\x1b[15~",
    b"\x1b[A",
    "ü".encode(),
    b"\x04",
]
REPLIES = [b"\x1b]11;rgb:0000/0000/qqqq\x1b\\", b"\x1b]0;q n s\x07", b"\x1bP1+r5463=q\x1b\\"]


def keys(*chunks: bytes) -> list[bytes]:
    decoder = KeyDecoder()
    return [key for chunk in chunks for key in decoder.feed(chunk)]


def pieces(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    places = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


def test_a_sequence_is_one_key() -> None:
    assert keys(b"n\x1b[Cq\x1bOD") == [b"n", b"\x1b[C", b"q", b"\x1bOD"]


def test_a_lone_escape_before_another_key_is_nothing() -> None:
    assert keys(b"\x1bq\x1b\x1b[D") == [b"q", b"\x1b[D"]


def test_a_lone_escape_is_over_when_nothing_follows() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b") == []
    assert decoder.pending
    decoder.quiet()
    assert not decoder.pending
    assert decoder.feed(b"[") == [b"["]


def test_what_the_terminal_answers_to_others_is_no_key() -> None:
    for reply in REPLIES:
        assert keys(b"n", reply, b"r") == [b"n", b"r"]


def test_an_endless_sequence_holds_little() -> None:
    decoder = KeyDecoder()
    for start in (b"\x1b[", b"\x1b]"):
        decoder.feed(start)
        for _ in range(1000):
            decoder.feed(b"1" * 60)
        assert len(decoder._held) <= SEQUENCE_BYTES
        decoder.quiet()
    assert decoder.feed(b"n") == [b"n"]


def test_a_paste_is_no_key_until_it_is_over() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(b"q" * (PASTE_BYTES + 1)) == []
    assert decoder.feed(b"quit") == []
    assert decoder.pending
    decoder.quiet()
    assert decoder.feed(b"n") == [b"n"]


@given(
    st.lists(st.sampled_from([*KEYBOARD, *REPLIES]), max_size=12), st.lists(st.integers(0, 400), max_size=8)
)
def test_however_it_is_cut_the_keys_are_the_same(pressed: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pressed)
    whole = keys(*(bytes([byte]) for byte in data))
    chunks = [
        small for chunk in pieces(data, cuts) for small in pieces(chunk, range(0, len(chunk), PASTE_BYTES))
    ]
    assert keys(*chunks) == whole


@given(st.lists(st.binary(max_size=PASTE_BYTES), max_size=20))
def test_garbage_is_bytes_and_sequences(chunks: list[bytes]) -> None:
    for key in keys(*chunks):
        assert len(key) == 1 or key.startswith(b"\x1b")
        assert len(key) <= SEQUENCE_BYTES + 1
