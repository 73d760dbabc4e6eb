"""Frames: whatever the cuts, the same; whatever the bytes, frames or one clear error."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.worker.wire import MAX_PAYLOAD_BYTES, Decoder, Frame, Kind, WireError, encode

FRAMES = st.builds(
    Frame, st.sampled_from(Kind), st.integers(min_value=0, max_value=2**32 - 1), st.binary(max_size=300)
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


def read(pieces: list[bytes]) -> tuple[list[Frame], str]:
    """The frames, and the error after them."""
    decoder, frames = Decoder(), []
    try:
        for piece in pieces:
            for frame in decoder.feed(piece):
                frames.append(frame)  # noqa: PERF402 - an error may come in the middle
        decoder.finish()
    except WireError as error:
        return frames, str(error)
    return frames, ""


@given(st.lists(FRAMES), st.lists(st.integers(min_value=0)))
def test_frames_come_back_however_they_were_cut(frames: list[Frame], places: list[int]) -> None:
    assert read(cut(b"".join(map(encode, frames)), places)) == (frames, "")


@given(st.lists(FRAMES), st.binary(), st.lists(st.integers(min_value=0)))
def test_any_bytes_give_the_same_frames_and_error_however_they_were_cut(
    frames: list[Frame], noise: bytes, places: list[int]
) -> None:
    data = b"".join(map(encode, frames)) + noise
    whole = read([data])
    assert read(cut(data, places)) == whole
    assert whole[0][: len(frames)] == frames


@given(FRAMES, st.integers(min_value=1))
def test_an_end_in_the_middle_of_a_frame_is_an_error(frame: Frame, cut_off: int) -> None:
    data = encode(frame)
    frames, error = read([data[: max(1, len(data) - cut_off)]])
    assert frames == []
    assert error == "the stream ended in the middle of a frame"


@pytest.mark.parametrize("kind", [0, max(Kind) + 1, 255])
def test_an_unknown_kind_is_an_error_as_soon_as_the_header_is_there(kind: int) -> None:
    assert read([struct.pack("!IIB", 0, 1, kind)]) == ([], f"there is no frame of kind {kind}")


def test_a_frame_that_is_too_long_is_refused_before_it_is_read() -> None:
    header = struct.pack("!IIB", MAX_PAYLOAD_BYTES + 1, 1, Kind.PIECE)
    assert read([header]) == ([], f"a frame of {MAX_PAYLOAD_BYTES + 1} bytes is too long")
    with pytest.raises(WireError, match="too long"):
        encode(Frame(Kind.PIECE, 1, bytes(MAX_PAYLOAD_BYTES + 1)))


def test_after_an_error_nothing_is_believed() -> None:
    decoder = Decoder()
    for data in (b"\xff" * 100, encode(Frame(Kind.DONE, 1)), b""):
        with pytest.raises(WireError):
            list(decoder.feed(data))
    with pytest.raises(WireError):
        decoder.finish()
