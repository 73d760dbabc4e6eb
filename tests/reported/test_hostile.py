"""What stands in a trace may have been written by anybody."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.support import run
from reported.markup import Page
from reported.sessions import ABOUT, page_of, sentence, text_of, trace, written

TEXTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg></details><h1>owned</h1>",
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; <!-- ",
    "]]> javascript:alert(1)",
)
STEERING = "a\u202eb\u2066c\u200fd\x00e\x1b[2Jf\u2028g\ud800h"


@pytest.mark.parametrize("field", ["text", "spoken", "why", "language", "by", "engine", "outcome"])
@pytest.mark.parametrize("text", TEXTS)
def test_markup_is_shown_as_it_was_written(tmp_path: Path, field: str, text: str) -> None:
    """Every tag of the page is one of ours, wherever the text stands."""
    lines = [sentence(0), sentence(1, **({"by": "llama"} | {field: text}))]
    page = page_of(written(tmp_path / "a.jsonl", *lines))
    plain = page_of(written(tmp_path / "b.jsonl", sentence(0), sentence(1)))
    assert {each.tag for each in page.below()} <= {each.tag for each in plain.below()}
    assert len(page.all("h1")) == 1
    names = {name for each in page.below() for name in each.attributes}
    assert not [name for name in names if name.startswith("on")]
    if field in ("text", "spoken"):
        assert text in page.text


def test_notices_and_facts_are_no_markup_either(tmp_path: Path) -> None:
    about = {"event": "session", **ABOUT, "processor": TEXTS[0], "translator": [TEXTS[1]]}
    notice = {"event": "notice", "at_ms": 1.0, "text": TEXTS[2]}
    page = page_of(written(tmp_path / "a.jsonl", about, notice, sentence(0)))
    assert not page.all("script")
    assert not page.all("img")
    for text in TEXTS[:3]:
        assert text in page.text


def test_the_name_of_the_file_is_no_markup(tmp_path: Path) -> None:
    page = page_of(written(tmp_path / "<script>alert(1)<.jsonl", sentence(0)))
    assert not page.all("script")
    assert "<script>alert(1)<.jsonl" in page.text


def test_nothing_steers_the_direction_of_the_page(tmp_path: Path) -> None:
    text = text_of(written(tmp_path / "a.jsonl", sentence(0, text=STEERING, engine=STEERING)))
    assert not set("\u202e\u2066\u200f\x00\x1b\u2028\ud800") & set(text)
    text.encode("utf-8")
    for row in Page.of(text).all("details", class_="row"):
        assert row.one("summary").all("bdi")


def test_a_word_of_a_megabyte_is_cut_and_counted(tmp_path: Path) -> None:
    text = text_of(written(tmp_path / "a.jsonl", sentence(0, text="x" * 1_000_000)))
    assert len(text) < 60_000
    assert "… (1,000,000 characters)" in Page.of(text).text


def test_times_beyond_sense_are_none(tmp_path: Path) -> None:
    odd: tuple[object, ...] = (
        1e308,
        -1e308,
        -1e13,
        9e12,
        10**400,
        True,
        "5",
        None,
        [],
        {},
        float("nan"),
        float("inf"),
    )
    lines = [
        sentence(index, heard_start_ms=value, gap_ms=value, voiced_ms=value, at_ms=value, heard_end_ms=value)
        for index, value in enumerate(odd)
    ]
    many = [sentence(index) for index in range(len(odd), 1200)]  # a long session is drawn otherwise
    page = page_of(written(tmp_path / "a.jsonl", *lines, *many))
    assert page.one(id="glance").text.startswith("At a glance Last byte to the ear 50 ms")


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.sampled_from(TEXTS), st.just(STEERING))
STAGES = ("known", "asked", "translated_clause", "translated", "voiced", "spoken", "heard_start", "heard_end")
EVENTS = st.sampled_from([*STAGES, "started", "session", "status", "notice", "sentence", "summary", "other"])
FIELDS = st.sampled_from(
    [*sentence(0), *ABOUT, "lag_ms", "unix_ms", "t_ms", "worker", "translating_ms", "voicing_ms", "made_ms"]
)
LINES = st.builds(
    lambda event, fields: sentence(3) | {"t_ms": 5.0, "worker": "voice"} | fields | {"event": event},
    EVENTS,
    st.dictionaries(FIELDS.filter(lambda field: field != "event"), VALUES, max_size=6),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=6))
def test_any_lines_are_a_page_or_one_sentence(tmp_path: Path, lines: list[dict[str, object]]) -> None:
    path = tmp_path / "any.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    outcome = run("report", path)
    if outcome.status == 0:
        page = Page.of(outcome.out)
        assert not page.all("script")
        assert page.all("details", class_="row")
    else:
        assert outcome.out == ""
        assert len(outcome.err.splitlines()) == 1


def test_an_engine_for_each_sentence_is_no_endless_table(tmp_path: Path) -> None:
    lines = (sentence(index, engine=f"voice {index}", by=f"translator {index}") for index in range(20_000))
    page = page_of(written(tmp_path / "a.jsonl", *lines))
    assert len(page.one(id="facts").all("table")[0].rows()) == 41


def endless(fifo: Path, written: bytes, again: bytes) -> Callable[[], None]:
    """Writes `written`, then `again` for as long as somebody reads."""

    def write() -> None:
        try:
            with fifo.open("wb", buffering=0) as file:
                file.write(written)
                while True:
                    file.write(again)
        except BrokenPipeError:
            pass

    return write


@pytest.mark.parametrize(
    ("again", "told"),
    [
        (b"\n" * 4096, "10,001 of its lines, in a row, are of none"),
        (b"y\n" * 4096, "10,001 of its lines, in a row, are of none"),
        (b'{"type": "assistant"}\n\n' * 100, "10,001 of its lines, in a row, are of none"),
        (b"x" * 1_000_000 + b"\n", "68 of its lines, in a row, are of none"),
        (b"x" * 65536, "it has a line of more than 16 MB"),
        (b"\0" * 65536, "it has a line of more than 16 MB"),
    ],
)
@pytest.mark.parametrize("begun", [False, True])
def test_what_never_ends_is_given_up(tmp_path: Path, again: bytes, told: str, begun: bool) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    first = trace(tmp_path / "a.jsonl").read_bytes() if begun else b""
    writer = threading.Thread(target=endless(fifo, first, again))
    writer.start()
    outcome = run("report", fifo)
    writer.join()
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == f"streamtts: fifo is no trace: {told}; `streamtts --trace FILE` writes one\n"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/urandom"])
def test_a_device_without_end_is_given_up(tmp_path: Path, device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"this system has no {device}")
    whole = trace(tmp_path / "a.jsonl")
    for words in ([device], ["--compare", whole, device], ["--compare", device, whole]):
        outcome = run("report", *words)
        assert (outcome.status, outcome.out) == (1, "")
        assert f"{Path(device).name} is no trace" in outcome.err


def test_some_lines_of_others_between_those_of_a_trace_are_left_out(tmp_path: Path) -> None:
    lines = trace(tmp_path / "a.jsonl").read_bytes().splitlines(keepends=True)
    foreign = b"y\n" * 9_000
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(foreign + lines[0] + foreign + b"".join(lines[1:]))
    outcome = run("report", path)
    assert outcome.status == 0
    assert "18,000 lines of mixed.jsonl could not be understood" in outcome.err
