"""How far it has come: a bar that leaves nothing behind, or lines now and then."""

import io
import os

import pytest

from cli.support import FakeClock
from streamtts.commands.progress import report_for
from streamtts.environment import Environment


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def environment(stream: io.StringIO, clock: FakeClock, term: str = "xterm") -> Environment:
    return Environment(0, io.StringIO(), stream, clock, {"TERM": term, "STREAMTTS_CONFIG": os.devnull})


def test_a_terminal_gets_a_bar() -> None:
    clock, screen = FakeClock(), Screen()
    report = report_for(environment(screen, clock))
    report.begin("opus", 10_000_000)
    for _ in range(4):
        clock.sleep(1)
        report.advance(1_000_000)
    last = screen.getvalue().rpartition("\r\x1b[K")[2]
    assert last == " 40% [##########--------------] opus, 1.0 MB/s, 0:06 left"
    report.say("a sentence\x1b[2J")
    report.end()
    assert screen.getvalue().endswith("\r\x1b[Kstreamtts: a sentence [2J\n\r\x1b[K")


def test_a_bar_fits_its_line() -> None:
    clock, screen = FakeClock(), Screen()
    report = report_for(environment(screen, clock))
    report.begin("日本語" * 100, 10)
    clock.sleep(1)
    report.advance(5)
    assert len(screen.getvalue()) < 80


@pytest.mark.parametrize(("stream", "term"), [(io.StringIO(), "xterm"), (Screen(), "dumb"), (Screen(), "")])
def test_elsewhere_there_are_lines(stream: io.StringIO, term: str) -> None:
    clock = FakeClock()
    report = report_for(environment(stream, clock, term))
    report.begin("opus", 100)
    for _ in range(60):
        clock.sleep(1)
        report.advance(1)
    report.end()
    assert stream.getvalue().splitlines() == [
        f"streamtts: opus: {share}%" for share in (10, 20, 30, 40, 50, 60)
    ]


def test_nothing_to_do_is_all_done() -> None:
    clock, screen = FakeClock(), Screen()
    report = report_for(environment(screen, clock))
    report.begin("empty", 0)
    clock.sleep(1)
    report.advance(0)
    assert "100%" in screen.getvalue()
