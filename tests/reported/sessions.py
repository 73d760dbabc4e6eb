"""Traces of sessions that a test can foretell, and their pages."""

import json
from pathlib import Path
from typing import Any

from cli.support import run
from reported.markup import Element, Page
from shown.stories import Story
from streamtts.events import Started, Translated, Voiced
from streamtts.shown.trace import TraceFile

ABOUT = {
    "version": "9.8.7",
    "python": "3.11.7",
    "system": "Linux 6.1 x86_64",
    "processor": "A Processor of 16 Cores",
    "cpus": 16,
    "memory_mib": 24_576,
    "source": "en",
    "to": "ja",
    "translator": ["llama", "nllb"],
    "voice": [],
    "output": "default",
    "speed": 1.0,
    "lag": "20s:speed",
    "threads": 2,
}
WRITTEN = ("I looked at the failing test first.", "What I changed.", "All tests pass.")
SPOKEN = ("最初に失敗したテストを確認しました。", "変更した点。", "すべてのテストが通りました。")


def trace(path: Path, *, slower_s: float = 0.0, by: str = "llama") -> Path:
    """Three sentences: the second is translated while the first is heard, the third finds the voice free."""
    story = Story(TraceFile(path, ABOUT))
    story.tell(Started(0.0, 1_795_195_681.0, 4242.0))
    story.notice("what translates is being loaded")
    _translated(story, 0, 0.2 + slower_s, by)
    story.passes(0.05)
    story.begins(0)
    story.status(lag_s=31.5)
    story.passes(1.0)
    _translated(story, 1, 0.5, by)
    story.passes(1.5)
    story.ends(0)
    story.passes(0.4)
    story.heard(1, 2.0)
    story.status("waiting", lag_s=0.0)
    story.passes(5.0)
    _translated(story, 2, 1.0, by)
    story.tell(Voiced(story.now_s, 2, "tone"))
    story.heard(2, 2.0)
    story.skipped(story.known("Nobody hears this."), "lag")
    story.over()
    return path


def _translated(story: Story, index: int, cost_s: float, by: str) -> None:
    assert story.read(WRITTEN[index]) == index
    story.passes(cost_s / 2)
    story.clause(index, SPOKEN[index][:4])
    story.passes(cost_s / 2)
    story.tell(Translated(story.now_s, index, SPOKEN[index], "ja", by))


def sentence(index: int, **fields: Any) -> dict[str, Any]:
    """A line of a trace, of a sentence a second."""
    at = index * 1000.0
    usual = {
        "event": "sentence",
        "at_ms": at + 900,
        "index": index,
        "turn": 1,
        "seq": index,
        "outcome": "heard",
        "why": None,
        "text": f"Sentence number {index + 1}.",
        "spoken": f"Sentence number {index + 1}.",
        "language": "en",
        "by": "",
        "engine": "tone",
        "known_ms": at,
        "translated_first_ms": at,
        "translated_ms": at,
        "voiced_ms": at + 40,
        "heard_start_ms": at + 50,
        "heard_end_ms": at + 900,
        "voice_free": True,
        "gap_ms": None,
    }
    return usual | fields


def written(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def page_of(*traces: Path) -> Element:
    return Page.of(text_of(*traces))


def text_of(*traces: Path) -> str:
    """What the command writes."""
    outcome = run("report", *(["--compare"] if len(traces) > 1 else []), *traces)
    assert outcome.status == 0, outcome.err
    return outcome.out
