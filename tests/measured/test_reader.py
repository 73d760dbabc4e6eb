"""The second reader: the same lines go on, and each stage of each line has a figure."""

import json
from collections.abc import Iterator
from itertools import chain

import pytest

from cli.support import LOG, FakeClock, assistant
from streamtts.configuration.config import Config
from streamtts.input.replay import paced
from streamtts.measured.reader import Reader


def deltas(*pieces: str) -> list[bytes]:
    """A message as Claude Code streams it."""
    events = [
        {"type": "message_start", "message": {"id": "m1", "role": "assistant"}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
            for piece in pieces
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_stop"},
    ]
    return [json.dumps({"type": "stream_event", "event": event}).encode() + b"\n" for event in events]


def test_what_is_overheard_goes_on_unchanged_and_in_time() -> None:
    lines = LOG.read_bytes().splitlines(keepends=True)
    reader = Reader(Config(), FakeClock())
    handed: list[bytes] = []

    def source() -> Iterator[bytes]:
        for line in lines:
            yield line
            assert handed[-1] == line  # nothing is held back

    for line in reader.overhear(source()):
        handed.append(line)  # noqa: PERF402 - each is looked at before the next
    assert handed == lines
    assert len(reader.scan) == len(lines)
    assert len(reader.split) >= len(reader.clean) > 0
    assert all(value >= 0 for value in chain(reader.scan, reader.clean, reader.split, reader.arrive))


def test_a_sentence_arrives_from_its_first_words_to_its_last() -> None:
    clock = FakeClock()
    reader = Reader(Config(), clock)
    for _ in reader.overhear(deltas("All the ", "tests ", "pass. ", "So I ", "stop here.")):
        clock.sleep(0.1)
    # The second begins with the delta that is heard 0.1 s after the first one's end.
    assert list(reader.arrive) == [pytest.approx(200, abs=101), pytest.approx(200, abs=101)]
    assert sum(reader.arrive) <= 600


def test_a_recorded_log_arrives_at_its_pace() -> None:
    clock = FakeClock()
    reader = Reader(Config(), clock)
    log = [assistant("This is the first sentence of them all. This is the second one of the two.")]
    assert list(reader.overhear(paced(log, clock))) == log
    assert len(reader.arrive) == 2
