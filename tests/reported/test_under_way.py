"""A session that was killed, or still runs, is told as far as it came."""

from pathlib import Path

import pytest

from reported.sessions import SPOKEN, WRITTEN, page_of, sentence, trace, written
from shown.stories import Story
from streamtts.events import Asked, HeardStart, Started, Translated, Voiced
from streamtts.shown.trace import TraceFile


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """One sentence is being heard, one is translated, one was only read."""
    path = tmp_path / "killed.jsonl"
    story = Story(TraceFile(path))
    story.tell(Started(0.0, 1_795_195_681.0, 4242.0))
    for text in WRITTEN:
        story.read(text)
    story.tell(Asked(story.now_s, 0, "translator"))
    story.passes(0.2)
    story.clause(0, "最初に")
    story.tell(Asked(story.now_s, 0, "voice"))
    story.passes(0.1)
    story.tell(Voiced(story.now_s, 0, "tone", story.now_s))
    story.tell(Translated(story.now_s, 0, SPOKEN[0], "ja", "llama"))
    story.tell(HeardStart(story.now_s, 0.0, 0))
    story.passes(1.0)
    story.tell(Translated(story.now_s, 1, SPOKEN[1], "ja", "llama"))
    return path


def test_what_was_under_way_has_its_row(killed: Path) -> None:
    page = page_of(killed)
    assert "3 sentences were still under way" in page.one("header").text
    assert "0 of 3 1 cut 2 unheard" in page.one(id="glance").text
    first, second, third = page.all("details", class_="row")
    told = {each.one("dt").text: each.one("dd").text for each in first.one("dl").all("div")}
    assert told["first clause translated after another"] == "200 ms"
    assert told["first sound after another"] == "100 ms"
    assert told["in the end"] == "cut (under way)"
    assert (told["translated by"], told["spoken by"]) == ("llama", "tone")
    assert first.one("bdi", lang="ja").text == SPOKEN[0]
    assert second.one("bdi", lang="ja").text == SPOKEN[1]
    assert WRITTEN[2] in third.text
    assert third.one("dl").text.endswith("unheard (under way)")


def test_what_is_being_heard_was_heard_until_the_trace_ends(killed: Path) -> None:
    page = page_of(killed)
    (heard,) = page.where(
        lambda each: (
            each.attributes.get("class") == "lane" and each.all(class_="lane-name")[0].text == "Heard"
        )
    ).all("rect")
    assert heard.span() == pytest.approx((100 * 0.3 / 1.3, 100), abs=1)


def test_a_session_that_ended_well_has_nothing_under_way(tmp_path: Path) -> None:
    page = page_of(trace(tmp_path / "a.jsonl"))
    assert "under way" not in page.text
    assert len(page.all("details", class_="row")) == 4


def test_a_second_session_in_the_file_begins_anew(tmp_path: Path) -> None:
    lines = (
        {"event": "started", "at_ms": 0.0},
        {"event": "known", "at_ms": 1.0, "index": 7, "t_ms": 1.0, "turn": 1, "text": "Of the first."},
        {"event": "started", "at_ms": 0.0},
        sentence(0),
    )
    assert "Of the first." not in page_of(written(tmp_path / "a.jsonl", *lines)).text


@pytest.mark.parametrize(
    "known",
    [
        {"index": -1, "text": "Odd."},
        {"index": 5, "text": 7, "t_ms": 1.0},
        {"index": 5, "text": "Odd.", "t_ms": "late"},
        {"index": [5], "text": "Odd.", "t_ms": 1.0},
    ],
)
def test_what_makes_no_sense_has_no_row(tmp_path: Path, known: dict[str, object]) -> None:
    lines = (
        sentence(0),
        {"event": "known", "at_ms": 1.0, **known},
        {"event": "voiced", "at_ms": [], "index": 5, "engine": {}},
        {"event": "asked", "at_ms": 1.0, "index": 5, "worker": ["voice"]},
    )
    assert len(page_of(written(tmp_path / "a.jsonl", *lines)).all("details", class_="row")) == 1
