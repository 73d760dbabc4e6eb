"""`--replay`: a recorded log at its recorded pace."""

import json
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path

import pytest

from cli.support import LOG, FakeClock, assistant, run
from streamtts.input.replay import CHARACTERS_PER_SECOND, LONGEST_PAUSE_S, paced, recorded_time_s


def play(chunks: Iterable[bytes], speed: float = 1.0) -> tuple[list[bytes], list[float]]:
    clock = FakeClock()
    lines, times = [], []
    for line in paced(chunks, clock, speed):
        lines.append(line)
        times.append(clock.time_s)
    return lines, times


def stamped(second: float) -> bytes:
    return json.dumps({"type": "user", "timestamp": f"2026-01-01T00:00:{second:09.6f}Z"}).encode() + b"\n"


def test_every_byte_comes_through_whatever_the_chunks() -> None:
    log = LOG.read_bytes().rstrip(b"\n")
    lines, _ = play([log[i : i + 7] for i in range(0, len(log), 7)])
    assert b"".join(lines) == log
    assert all(line.endswith(b"\n") for line in lines[:-1])


def test_of_a_line_without_end_pieces_are_handed_on() -> None:
    pieces = paced(repeat(bytes(1 << 20)), FakeClock())
    assert len(next(pieces)) == len(next(pieces)) == 129 << 20


def test_time_stamps_set_the_pace() -> None:
    _, times = play([stamped(1), stamped(1.5), stamped(3)])
    assert times == pytest.approx([0, 0.5, 2])


def test_speed_divides_the_time() -> None:
    _, times = play([stamped(1), stamped(3)], speed=4)
    assert times == pytest.approx([0, 0.5])


def test_a_long_pause_is_cut() -> None:
    _, times = play([stamped(0), stamped(59)])
    assert times[-1] == pytest.approx(LONGEST_PAUSE_S)


def test_lines_without_a_stamp_take_the_time_of_writing_them() -> None:
    _, times = play([assistant("x" * 300, uuid="1"), assistant("y" * 150, uuid="2")])
    assert times == pytest.approx([300 / CHARACTERS_PER_SECOND, 450 / CHARACTERS_PER_SECOND])


def test_deltas_between_two_stamps_share_their_time() -> None:
    _, times = play([stamped(0), assistant("x" * 300), stamped(5)])
    assert times == pytest.approx([0, 300 / CHARACTERS_PER_SECOND, 5])


def test_a_clock_that_was_set_back_costs_no_time() -> None:
    _, times = play([stamped(5), stamped(1), stamped(2)])
    assert times == pytest.approx([0, 0, 1])


@pytest.mark.parametrize(
    "line",
    [
        b"noise",
        b"[]",
        b'{"timestamp":null}',
        b'{"timestamp":"yesterday"}',
        b'{"timestamp":NaN}',
        b'{"timestamp":1e999}',
        b'{"timestamp":true}',
        b"[" * 100_000,
        b'{"timestamp":"9999-12-31T23:59:59"}' + b"x",
        b"\xff\xfe",
    ],
)
def test_no_line_can_break_the_clock(line: bytes) -> None:
    assert recorded_time_s(line) is None


def test_epoch_milliseconds_are_understood() -> None:
    assert recorded_time_s(b'{"timestamp":1700000000500}') == pytest.approx(1_700_000_000.5)
    assert recorded_time_s(b'{"timestamp_ms":1700000000500}') == pytest.approx(1_700_000_000.5)


def test_the_command_replays_at_the_given_speed() -> None:
    clock = FakeClock()
    log = stamped(0) + stamped(4) + assistant("Done now.")
    outcome = run("--text", "--json", "--replay", "2", stdin=log, clock=clock)
    assert json.loads(outcome.out)["t_ms"] >= 2000
    assert sum(clock.sleeps) >= 2


def test_the_speed_may_be_left_out_before_a_file() -> None:
    assert run("--text", "--replay", LOG).lines[0] == "I'll look at the directory first."
    assert run("--text", LOG, "--replay").lines[0] == "I'll look at the directory first."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--replay", "LOG", "2"), "there is no file '2': --replay takes one speed, right behind it"),
        (("2", "--replay", "LOG"), "there is no file '2': --replay takes one speed, right behind it"),
        (("--replay", "2", "3", "LOG"), "there is no file '3': --replay takes one speed, right behind it"),
        (
            ("--replay", "2x", "LOG"),
            "there is no file '2x', and no speed like it: --replay takes a number above 0",
        ),
        (
            ("LOG", "--replay", "1,5", "--text"),
            "there is no file '1,5', and no speed like it: --replay takes a number above 0",
        ),
        (("--replay", "2", "none.jsonl"), "cannot open none.jsonl: No such file or directory"),
        (("--replay", "-1", "LOG"), "--replay: '-1' is no speed: give a number above 0, like 2"),
        (("--replay=1e-300", "LOG"), "--replay: '1e-300' would never end: give 0.001 or more"),
        (("--replay=x", "LOG"), "--replay: 'x' is no speed: give a number above 0, like 2"),
        (("replay", "LOG"), "there is no file or command 'replay': did you mean `streamtts --replay`?"),
        (
            ("--replay", "demo"),
            "the command goes first: streamtts demo [options]; a log of that name is ./demo",
        ),
    ],
)
def test_a_speed_in_a_wrong_place_is_told_as_one(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(*(LOG if word == "LOG" else word for word in words))
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"streamtts: {told}\n")


def test_a_log_may_be_named_as_a_speed_or_a_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "3").write_bytes(assistant("Three.", uuid="1"))
    (tmp_path / "--replay").write_bytes(assistant("Flag.", uuid="1"))
    assert run("--text", "--replay", "2", "3").lines == ["Three."]
    assert run("--text", "--", "--replay", "3").lines == ["Flag.", "Three."]
