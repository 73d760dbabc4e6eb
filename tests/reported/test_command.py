"""`streamtts report`: which files it takes, where the page goes, and what it says of a trace that is none."""

import os
from pathlib import Path

import pytest

from cli.support import LOG, run
from reported.sessions import sentence, trace, written
from session.running import Running


def test_the_page_goes_where_it_is_told(tmp_path: Path) -> None:
    path, page = trace(tmp_path / "a.jsonl"), tmp_path / "report.html"
    outcome = run("report", path, "-o", page)
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("report", path).out == page.read_text(encoding="utf-8")
    assert run("report", path, "--output", "-").out == page.read_text(encoding="utf-8")


def test_the_same_trace_makes_the_same_page(tmp_path: Path) -> None:
    path = trace(tmp_path / "a.jsonl")
    assert run("report", path).out == run("report", path).out


def test_a_trace_can_be_piped_in(tmp_path: Path) -> None:
    path = trace(tmp_path / "a.jsonl")
    piped = run("report", "-", stdin=path.read_bytes())
    assert piped.status == 0
    assert "standard input" in piped.out


@pytest.mark.parametrize("words", [["--compare", "A", "B"], ["A", "--compare", "B"], ["A", "B", "--compare"]])
def test_compare_stands_anywhere(tmp_path: Path, words: list[str]) -> None:
    paths = {name: trace(tmp_path / f"{name}.jsonl") for name in "AB"}
    outcome = run("report", *(paths.get(word, word) for word in words))
    assert outcome.status == 0
    assert "Two sessions, side by side" in outcome.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\x00\xff\xfe\x01" * 1000, "is no trace"),
        (b"hello\n", "is no trace"),
        (b"[1, 2]\n" * 3, "is no trace"),
        (b'{"type": "assistant"}\n', "is no trace"),
        (b'{"event": "click"}\n', "is no trace"),
        (b"[" * 200_000, "is no trace"),
        (b'{"event": ' + b"1" * 10_000 + b"}", "is no trace"),
        (LOG.read_bytes(), "is no trace"),
        (b'{"event": "started", "at_ms": 1}\n{"event": "summary", "at_ms": 2}\n', "no sentence"),
        (b'{"event": "sentence"}\n', "no sentence"),
    ],
)
def test_what_is_no_trace_is_told_in_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    path, page = tmp_path / "x.jsonl", tmp_path / "report.html"
    path.write_bytes(content)
    page.write_text("an older report", encoding="utf-8")
    outcome = run("report", path, "-o", page)
    assert outcome.status == 1
    assert outcome.err.startswith("streamtts: x.jsonl ")
    assert told in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert page.read_text(encoding="utf-8") == "an older report"


def test_a_trace_cut_in_the_middle_is_shown_and_said(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    whole = trace(tmp_path / "whole.jsonl").read_bytes()
    path.write_bytes(whole[: whole.index(b'"summary"')])
    outcome = run("report", path)
    told = "cut.jsonl has no end: its session still runs, or was killed."
    assert (outcome.status, outcome.err) == (0, f"streamtts: {told}\n")
    assert told in outcome.out


def test_sentences_under_way_are_counted(tmp_path: Path) -> None:
    whole = trace(tmp_path / "whole.jsonl").read_bytes()
    path = tmp_path / "cut.jsonl"
    path.write_bytes(whole[: whole.rindex(b'"event": "known"') + 200])
    assert "1 sentence was still under way" in run("report", path).err


def test_broken_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    path = trace(tmp_path / "a.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"}{\n", b'{"event": "sentence", "index": -4}\n', *lines[1:]]))
    outcome = run("report", path)
    assert outcome.status == 0
    assert outcome.err == "streamtts: 2 lines of a.jsonl could not be understood and are left out.\n"


def test_of_several_sessions_the_last_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    first = trace(tmp_path / "a.jsonl").read_bytes()
    path.write_bytes(first + first)
    outcome = run("report", path)
    assert outcome.err == "streamtts: two.jsonl holds 2 sessions; this is the last of them.\n"
    assert "of 4" in outcome.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "FILE is missing"),
        (["{trace}", "{trace}"], "takes one trace; --compare takes two: 2 are named"),
        (["--compare", "{trace}"], "takes two traces with --compare: 1 are named"),
        (["{missing}"], "No such file"),
        (["{folder}"], "Is a directory"),
        (["{trace}", "-o", "{trace}"], "is the trace that is read"),
        (["{trace}", "-o", "{folder}"], "Is a directory"),
        (["{trace}", "-o", "{missing}/report.html"], "No such file"),
        (["--compare", "-", "-"], "can be read once"),
        (["{trace}", "--colour"], "there is no --colour"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, words: list[str], told: str) -> None:
    places = {"trace": trace(tmp_path / "a.jsonl"), "missing": tmp_path / "missing", "folder": tmp_path}
    outcome = run("report", *(word.format(**places) for word in words))
    assert outcome.status == 2
    assert told in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert written(tmp_path / "b.jsonl", sentence(0)).exists()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    outcome = run("report", trace(tmp_path / "a.jsonl"), "-o", "/dev/full")
    assert outcome.status == 1
    assert "No space left" in outcome.err


def test_a_session_leaves_a_trace_that_can_be_shown(tmp_path: Path) -> None:
    """The command itself, with what it tells of the machine."""
    with Running(tmp_path, "--quiet", "--to", "ja", "--translator", "mark") as running:
        running.say("All tests pass. So I stop here.")
        assert running.finish() == 0
    (about,) = running.lines("session")
    assert about["cpus"] == os.cpu_count()
    assert (about["voice"], about["output"], about["to"]) == (["tone"], "null", "ja")
    outcome = run("report", running.trace)
    assert (outcome.status, outcome.err) == (0, "")
    for words in ("All tests pass.", "So I stop here.", "mark", "tone", about["system"]):
        assert words in outcome.out
