"""Benchmarks are pytest's functions; what they measure is collected here, saved, and shown at the end."""

import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from suite.recorder import Recorder
from suite.run import Run
from suite.tables import plain

_BEGUN = pytest.StashKey[tuple[Run, float]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("the suite of benchmarks")
    group.addoption("--figures", type=Path, metavar="FILE", help="save the run as JSON")
    group.addoption("--short", action="store_true", help="fewer rounds: a look, not a measurement")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_BEGUN] = Run.begin(short=config.getoption("short")), time.monotonic()


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    recorder = Recorder(request.config.stash[_BEGUN][0])
    yield recorder
    if recorder.missed:
        pytest.fail("the bar is missed: " + "; ".join(recorder.missed), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    known, _ = item.config.stash[_BEGUN]
    name = item.nodeid.rpartition("/")[2]
    if report.skipped and isinstance(report.longrepr, tuple):
        known.skipped[name] = report.longrepr[2].removeprefix("Skipped: ")
    elif report.failed and report.when != "teardown":  # then only a bar is missed: the figures are right
        known.failed[name] = str(report.longrepr).splitlines()[-1]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    known, began_s = config.stash[_BEGUN]
    known.end(began_s)
    if known.figures:
        terminalreporter.section("figures")
        terminalreporter.write_line(plain(known))
    if path := config.getoption("figures"):
        known.save(path)
        terminalreporter.write_line(f"saved as {path}; `make bench-tables` keeps it")
