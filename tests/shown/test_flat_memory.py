"""A session of days: what the observers hold does not grow with it."""

import gc
import io
import tracemalloc
from pathlib import Path

from shown.stories import Story
from streamtts.shown.captions import PlainCaptions, TerminalCaptions
from streamtts.shown.journeys import Figures, Tally
from streamtts.shown.latency import LatencyTable
from streamtts.shown.subtitles import SubtitleFile
from streamtts.shown.trace import TraceFile


class Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


def speak(story: Story, count: int) -> None:
    for number in range(count):
        index = story.known(f"A sentence of the agent, number {number}, with some words.", "翻訳された文。")
        story.status(lag_s=number % 7)
        if number % 5 == 0:
            story.skipped(index)
        else:
            story.heard(index)


def held_after(story: Story, count: int) -> int:
    speak(story, count)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    return held


def test_captions_subtitles_and_trace_hold_the_recent_past(tmp_path: Path) -> None:
    stream = Nowhere()
    story = Story(
        TerminalCaptions(stream, lambda: (80, 24)),
        PlainCaptions(stream),
        SubtitleFile(tmp_path / "a.srt"),
        SubtitleFile(tmp_path / "a.vtt"),
    )
    tracemalloc.start()
    try:
        full = held_after(story, 700)
        assert held_after(story, 1000) - full < 20_000
    finally:
        tracemalloc.stop()
        story.over()


def test_a_table_and_a_trace_hold_a_few_figures_of_each_sentence(tmp_path: Path) -> None:
    story = Story(LatencyTable(), TraceFile(tmp_path / "a.jsonl"))
    tracemalloc.start()
    try:
        before = held_after(story, 100)
        assert held_after(story, 1000) - before < 1000 * 600
    finally:
        tracemalloc.stop()
        story.over()


def test_figures_are_kept_of_thousands_of_sentences_and_no_more() -> None:
    tally = Tally()

    def held_after(count: int) -> int:
        for number in range(count):
            tally.add(Figures(number + 0.1, number + 0.2, number + 0.3, number + 0.4))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        full = held_after(11_000)
        assert held_after(5000) - full < 1000
    finally:
        tracemalloc.stop()
    assert tally.count == 16_000
    assert tally.medians().heard is not None
