"""`streamtts bench` as a user runs it."""

import json
import re
from pathlib import Path

import pytest

from cli.support import LOG, run, run_process

FAST = ("--voice", "tone", "--output", "null:20", "--no-keys", "--quiet")
STAGES = ["arrive", "scan", "clean", "split", "wait for the voice", "first audio", "ring", "device"]


def test_it_prints_where_the_milliseconds_go() -> None:
    outcome = run_process("bench", *FAST)
    assert (outcome.status, outcome.err) == (0, "")
    where, blank, heading, *rows = outcome.lines
    assert where.endswith("; quality balanced; output null")
    assert blank == ""
    assert heading.split() == ["milliseconds", "p50", "p95", "p99", "most", "of"]
    named = [re.split(r"\s{2,}", row)[0] for row in rows[: rows.index("")]]
    assert named == [*STAGES, "last byte to the ear", "gap between sentences"]
    assert max(map(len, outcome.lines)) <= 80
    assert re.search(
        r"^\d+\.\d s of sound in \d+\.\d s; 11 heard; underruns: \d+\.$", outcome.out, re.MULTILINE
    )
    assert re.search(r"^Spoken by tone, in \d\.\d{3} of the time that it lasts\.$", outcome.out, re.MULTILINE)
    assert re.search(r"^Memory, at most: \d+ MB here", outcome.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("output", "told", "counts"),
    [
        ("null:20", "Nobody hears this: the ear is a clock that counts as a device would.", True),
        (
            "wav:FOLDER/out.wav",
            "The ear is a file, which takes sound as soon as it is made: it has no gaps.",
            False,
        ),
    ],
)
def test_it_says_whether_anybody_hears_it(output: str, told: str, counts: bool, tmp_path: Path) -> None:
    outcome = run_process("bench", LOG, *FAST, "--output", output.replace("FOLDER", str(tmp_path)))
    assert (outcome.status, outcome.err) == (0, "")
    assert told in outcome.lines
    assert ("underruns: " in outcome.out) == counts
    assert "gap between sentences" in outcome.out or not counts
    assert max(map(len, outcome.lines)) <= 80


def test_a_translated_log_of_ones_own_as_json() -> None:
    outcome = run_process("bench", LOG, *FAST, "--to", "ja", "--translator", "mark", "--json")
    assert outcome.status == 0, outcome.err
    told = json.loads(outcome.out)
    stages = told["milliseconds"]
    count = told["outcomes"]["heard"]
    assert set(told["outcomes"]) == {"heard"}
    for name in ("wait to be translated", "translate: first clause", "translate: all of it", "first audio"):
        assert stages[name]["count"] == count > 1
        assert 0 <= stages[name]["median"] <= stages[name]["most"]
    assert (told["translators"], told["voices"]) == ({"mark": count}, {"tone": count})
    assert told["surroundings"]["to"] == "ja"
    assert told["audio_s"] > 1
    assert told["memory_mb"]["program"] > 10


def test_a_trace_of_it_can_be_looked_at(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    assert run_process("bench", LOG, *FAST, "--trace", trace).status == 0
    page = run("report", trace)
    assert (page.status, page.err) == (0, "")
    assert "Where the milliseconds go" in page.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no-such.jsonl"], "cannot open no-such.jsonl"),
        (["--replay", "2"], "--replay"),
        (["--text"], "--text"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(words: list[str], told: str) -> None:
    outcome = run("bench", *FAST, *words)
    assert outcome.status == 2
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_log_without_words_is_no_fault(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    outcome = run_process("bench", empty, *FAST)
    assert outcome.status == 0
    assert "no sentences" in outcome.out
