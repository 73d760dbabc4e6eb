"""The trace: what a `jq` user reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from shown.stories import HOSTILE, Story
from streamtts.errors import StreamttsError, UsageError
from streamtts.events import Asked, HeardStart, Spoken, Started, Translated, TurnHeard, Voiced
from streamtts.shown.trace import TraceFile

Record = dict[str, Any]


def records(path: Path) -> list[Record]:
    text = path.read_text(encoding="utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def of(path: Path, event: str) -> list[Record]:
    return [record for record in records(path) if record["event"] == event]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trace.jsonl"


def test_each_event_is_a_line_the_moment_it_happens(path: Path) -> None:
    story = Story(TraceFile(path))
    assert records(path) == []
    index = story.known("All tests pass.", "通りました。")
    assert [record["event"] for record in records(path)] == ["known", "translated"]
    story.passes(0.05)
    story.heard(index, 2)
    story.tell(TurnHeard(story.now_s, 1))
    story.notice("something")
    story.status("waiting", lag_s=1.5)
    lines = records(path)
    assert lines[:2] == [
        {
            "event": "known",
            "at_ms": 0.0,
            "index": 0,
            "turn": 1,
            "seq": 0,
            "text": "All tests pass.",
            "end": "stop",
            "protected": [],
            "t_ms": 0.0,
        },
        {
            "event": "translated",
            "at_ms": 0.0,
            "index": 0,
            "text": "通りました。",
            "language": "ja",
            "by": "nllb",
        },
    ]
    assert lines[2:5] == [
        {"event": "voiced", "at_ms": 50.0, "index": 0, "engine": "tone", "made_ms": None},
        {"event": "heard_start", "at_ms": 50.0, "media_ms": 50.0, "index": 0, "device_ms": 0.0},
        {"event": "heard_end", "at_ms": 2050.0, "media_ms": 2050.0, "index": 0, "cut": False},
    ]
    assert lines[6:] == [
        {"event": "turn_heard", "at_ms": 2050.0, "turn": 1},
        {"event": "notice", "at_ms": 2050.0, "text": "something"},
        {
            "event": "status",
            "at_ms": 2050.0,
            "state": "waiting",
            "lag_ms": 1500.0,
            "speed": 1.0,
            "muted": False,
            "engine": "tone",
        },
    ]


def test_the_first_line_tells_the_clocks_of_the_machine(path: Path) -> None:
    path.write_text("an older trace\n", encoding="utf-8")
    story = Story(TraceFile(path))
    story.tell(Started(0.25, 1_795_163_696.5, 4242.125))
    story.over()
    assert path.read_text(encoding="utf-8") == "an older trace\n"
    story = Story(TraceFile(path))
    story.tell(Started(0.25, 1_795_163_696.5, 4242.125))
    story.known("All tests pass.")
    story.known("So I stop.")
    lines = records(path)
    assert lines[0] == {
        "event": "started",
        "at_ms": 250.0,
        "unix_ms": 1_795_163_696_500.0,
        "monotonic_ms": 4_242_125.0,
    }
    assert [line["event"] for line in lines[1:]] == ["known", "translated"] * 2


def test_the_first_clause_of_a_translation_has_a_time(path: Path) -> None:
    story = Story(TraceFile(path))
    index = story.read("I fixed it, and it works.")
    for seconds, so_far in ((0.1, "修正し、"), (0.2, "修正し、動きます。")):
        story.passes(seconds)
        story.clause(index, so_far)
    story.tell(Translated(story.now_s, index, "修正し、動きます。", "ja", "llama"))
    story.heard(index)
    story.over()
    first, second = of(path, "translated_clause")
    assert (first["text"], first["by"], second["at_ms"]) == ("修正し、", "llama", 300.0)
    (line,) = of(path, "sentence")
    assert (line["translated_first_ms"], line["translated_ms"]) == (100.0, 300.0)
    (summary,) = of(path, "summary")
    assert summary["voice_free"]["median_ms"]["translated_first"] == 100.0


def test_a_line_for_each_sentence_with_the_times_of_its_stages(path: Path) -> None:
    story = Story(TraceFile(path))
    index = story.read("All tests pass.")
    story.passes(0.03)
    story.tell(Asked(story.now_s, index, "translator"))
    story.passes(0.07)
    story.tell(Translated(story.now_s, index, "通りました。", "ja", "nllb"))
    story.passes(0.01)
    story.tell(Asked(story.now_s, index, "voice"))
    story.passes(0.03)
    story.tell(Voiced(story.now_s, index, "openjtalk", made_s=story.now_s - 0.01))
    story.passes(0.01)
    story.tell(HeardStart(story.now_s, story.media_s, index, device_s=0.005))
    story.tell(Spoken(story.now_s, index, audio_s=2.0, computing_s=0.08))
    story.passes(2)
    story.ends(index)
    assert of(path, "sentence") == [
        {
            "event": "sentence",
            "at_ms": 2150.0,
            "index": 0,
            "turn": 1,
            "seq": 0,
            "outcome": "heard",
            "why": None,
            "text": "All tests pass.",
            "spoken": "通りました。",
            "language": "ja",
            "by": "nllb",
            "engine": "openjtalk",
            "known_ms": 0.0,
            "translating_ms": 30.0,
            "translated_first_ms": 100.0,
            "translated_ms": 100.0,
            "voicing_ms": 110.0,
            "made_ms": 130.0,
            "voiced_ms": 140.0,
            "heard_start_ms": 150.0,
            "heard_end_ms": 2150.0,
            "device_ms": 5.0,
            "audio_ms": 2000.0,
            "computing_ms": 80.0,
            "voice_free": True,
            "gap_ms": None,
        }
    ]


def test_nothing_is_lost_silently(path: Path) -> None:
    story = Story(TraceFile(path))
    heard, cut, skipped, failed, _ = [story.known(f"Sentence {number}.") for number in range(5)]
    story.heard(heard)
    story.begins(cut)
    story.ends(cut, cut=True)
    story.skipped(cut, "skipped")
    story.skipped(skipped, "lag")
    story.skipped(failed, "failed")
    story.heard(skipped)  # the listener went back
    story.over()
    outcomes = [(record["index"], record["outcome"], record["why"]) for record in of(path, "sentence")]
    assert outcomes == [
        (0, "heard", None),
        (1, "cut", None),
        (2, "skipped", "lag"),
        (3, "skipped", "failed"),
        (4, "unheard", None),
    ]
    summary = records(path)[-1]
    assert {name: summary[name] for name in ("event", "sentences", "heard", "cut", "skipped", "unheard")} == {
        "event": "summary",
        "sentences": 5,
        "heard": 1,
        "cut": 1,
        "skipped": 2,
        "unheard": 1,
    }


def test_a_sentence_in_whose_middle_the_session_ends_is_cut(path: Path) -> None:
    story = Story(TraceFile(path))
    heard, unheard = story.known("Heard in part."), story.known("Never heard.")
    story.begins(heard)
    story.over()
    outcomes = [(record["index"], record["outcome"]) for record in of(path, "sentence")]
    assert outcomes == [(heard, "cut"), (unheard, "unheard")]


def test_the_summary_keeps_those_that_waited_apart(path: Path) -> None:
    story = Story(TraceFile(path))
    for cost_s in (0.05, 0.07, 0.06):
        index = story.known("Free.")
        story.passes(cost_s)
        story.heard(index)
        story.passes(3)
    first, second = story.known("Free."), story.known("Waits.")
    story.passes(0.08)
    story.heard(first, 2)
    story.passes(0.002)
    story.heard(second)
    story.over()
    summary = records(path)[-1]
    assert summary["voice_free"]["count"] == 4
    assert summary["voice_free"]["median_ms"]["heard"] == pytest.approx(65)
    assert summary["voice_free"]["p99_ms"] is None
    assert summary["waited"]["count"] == 1
    assert summary["waited"]["median_ms"]["heard"] == pytest.approx(2082)
    assert summary["waited"]["median_ms"]["gap"] == pytest.approx(2)


def test_a_session_without_a_sentence_has_a_summary(path: Path) -> None:
    story = Story(TraceFile(path))
    story.status("waiting")
    story.over()
    story.over()
    assert [record["event"] for record in records(path)] == ["status", "summary"]


def test_hostile_text_reads_back_unchanged_and_steers_nothing(path: Path) -> None:
    story = Story(TraceFile(path))
    story.heard(story.known(HOSTILE, HOSTILE + "!"))
    story.notice(HOSTILE)
    story.over()
    assert of(path, "known")[0]["text"] == HOSTILE
    assert of(path, "sentence")[0]["spoken"] == HOSTILE + "!"
    assert path.read_text(encoding="utf-8").replace("\n", "").isprintable()


def test_an_older_trace_is_replaced_when_a_session_begins(path: Path) -> None:
    path.write_text("x" * 10_000, encoding="utf-8")
    story = Story(TraceFile(path))
    story.over()
    assert path.stat().st_size == 10_000
    story = Story(TraceFile(path))
    story.notice("hello")
    story.over()
    assert len(records(path)) == 2


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder"):
        TraceFile(tmp_path / "missing" / "trace.jsonl")
    with pytest.raises(UsageError, match="Is a directory"):
        TraceFile(tmp_path)


def test_a_full_disk_is_told_at_the_end() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    story = Story(TraceFile(Path("/dev/full")))
    story.heard(story.known("One."))
    with pytest.raises(StreamttsError, match="No space left"):
        story.over()
