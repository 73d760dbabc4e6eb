"""WAV from any writer, in any chunking."""

import struct
from array import array
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.sounds import chunk, format_chunk, plain_wav, sine_s16, wav
from streamtts.synthesizers.pcm import from_s16
from streamtts.synthesizers.wav import Samples, WavError, WavFormat, WavReader

RATE_HZ = 22_050
SOUND = sine_s16(0.05, RATE_HZ)
FLOATS = array("f", from_s16(SOUND)).tobytes()
FORMAT = format_chunk(RATE_HZ)
LIST = chunk(b"LIST", b"INFOISFT\x05\0\0\0fake\0\0")


def decoded(data: bytes, *cuts: int) -> bytes:
    reader = WavReader()
    heard = b""
    for begin, end in zip((0, *sorted(cuts)), (*sorted(cuts), len(data)), strict=True):
        heard += reader.feed(data[begin:end]).tobytes()
    reader.finish()
    return heard


WRITERS = {
    "plain": plain_wav(SOUND, RATE_HZ),
    "espeak, which cannot seek": wav((FORMAT, chunk(b"data", SOUND, 0x7FFFF000)), 0x7FFFF024),
    "ffmpeg to a pipe": wav((FORMAT, LIST, chunk(b"data", SOUND, 0xFFFFFFFF)), 0xFFFFFFFF),
    "a server that says nothing": wav((FORMAT, chunk(b"data", SOUND, 0)), 0),
    "tags after the sound": wav((FORMAT, chunk(b"data", SOUND), LIST)),
    "an odd chunk before": wav((FORMAT, chunk(b"note", b"abc"), chunk(b"data", SOUND))),
    "format of 18 bytes": wav((chunk(b"fmt ", FORMAT[8:] + b"\0\0"), chunk(b"data", SOUND))),
    "extensible": wav((format_chunk(RATE_HZ, extended=True), chunk(b"data", SOUND))),
    "Apple's filler": wav((FORMAT, chunk(b"FLLR", bytes(4044)), chunk(b"data", SOUND))),
    "floats": wav((format_chunk(RATE_HZ, tag=3, bits=32), chunk(b"data", FLOATS))),
    "extensible floats, with a filler": wav(
        (
            chunk(b"JUNK", bytes(28)),
            format_chunk(RATE_HZ, tag=3, bits=32, extended=True),
            chunk(b"FLLR", bytes(4008)),
            chunk(b"data", FLOATS),
        )
    ),
    "cut off in the middle": plain_wav(SOUND + SOUND, RATE_HZ)[: 44 + len(SOUND)],
}


@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer_is_understood(writer: str) -> None:
    assert decoded(WRITERS[writer]) == FLOATS


@given(st.sampled_from(sorted(WRITERS)), st.data())
def test_any_split_gives_the_same(writer: str, data: st.DataObject) -> None:
    file = WRITERS[writer]
    cuts = data.draw(st.lists(st.integers(0, len(file)), max_size=6))
    assert decoded(file, *cuts) == FLOATS


def test_byte_by_byte_gives_the_same() -> None:
    file = WRITERS["extensible floats, with a filler"]
    assert decoded(file, *range(1, len(file))) == FLOATS


def test_the_format_is_told_before_any_sound() -> None:
    told: list[WavFormat] = []
    reader = WavReader(told.append)
    reader.feed(WRITERS["plain"][:40])
    assert told == []
    reader.feed(WRITERS["plain"][40:])
    assert told == [WavFormat(RATE_HZ, 1, "s16")]


@pytest.mark.parametrize(("kind", "code"), [("s16", "h"), ("f32", "f")])
def test_of_two_channels_the_first_is_kept(kind: str, code: str) -> None:
    left, right = array(code, [1, 2, 3]), array(code, [0, 0, 0])
    both = array(code, [sample for pair in zip(left, right, strict=True) for sample in pair]).tobytes()
    samples = Samples("s16" if kind == "s16" else "f32", 2)
    heard = b"".join(samples.feed(both[i : i + 3]).tobytes() for i in range(0, len(both), 3))
    expected = from_s16(left.tobytes()).tobytes() if code == "h" else left.tobytes()
    assert heard == expected


def test_half_a_sample_at_the_end_is_left_out() -> None:
    assert len(Samples().feed(SOUND + b"\x7f")) == len(SOUND) // 2


BAD = {
    "nothing": b"",
    "half a header": plain_wav(SOUND)[:30],
    "no sound": wav((FORMAT,)),
    "text": b"<html>not found</html>",
    "an MP3": b"ID3\x04" + bytes(100),
    "an AVI": b"RIFF\x10\0\0\0AVI " + bytes(100),
    "sound before its format": wav((chunk(b"data", SOUND), FORMAT)),
    "24 bits": wav((format_chunk(RATE_HZ, bits=24), chunk(b"data", SOUND))),
    "mu-law": wav((format_chunk(RATE_HZ, tag=7, bits=8), chunk(b"data", SOUND))),
    "no channels": wav(
        (chunk(b"fmt ", struct.pack("<HHIIHH", 1, 0, RATE_HZ, 0, 0, 16)), chunk(b"data", SOUND))
    ),
    "no rate": wav((format_chunk(0), chunk(b"data", SOUND))),
    "a short format": wav((chunk(b"fmt ", b"\1\0"), chunk(b"data", SOUND))),
    "a chunk of 4 GB": wav((chunk(b"JUNK", bytes(100), 0xFFFFFFFF),)),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_wav_is_refused_in_words(what: str) -> None:
    reader = WavReader()
    with pytest.raises(WavError, match=r"^it .*[a-z0-9]$|^its "):
        feed_all(reader, BAD[what])


def feed_all(reader: WavReader, data: bytes) -> None:
    reader.feed(data)
    reader.finish()


def test_a_header_without_end_is_not_collected_for_ever() -> None:
    reader = WavReader()
    junk = chunk(b"JUNK", bytes(1 << 12))
    reader.feed(wav((junk,)))
    for _ in range(14):
        reader.feed(junk)
    with pytest.raises(WavError, match="does not end"):
        reader.feed(junk)


@given(st.binary(max_size=300))
def test_any_bytes_are_sound_or_refused(data: bytes) -> None:
    for start in (b"", b"RIFF\0\0\0\0WAVE", plain_wav(b"")[:36]):
        with suppress(WavError):
            feed_all(WavReader(), start + data)
