"""The table at the end: what it says, and that it stays honest and narrow."""

from shown.stories import HOSTILE, Story
from streamtts.events import Translated
from streamtts.shown.latency import LatencyTable
from streamtts.shown.terminal import cells


def told() -> tuple[LatencyTable, Story]:
    table = LatencyTable()
    return table, Story(table)


def test_the_whole_table() -> None:
    table, story = told()
    index = story.read("The first is translated.")
    story.passes(0.012)
    story.tell(Translated(story.now_s, index, "一番。", "ja", "nllb"))
    waiting = story.known("The second waits behind it.")
    story.passes(0.031)
    story.heard(index, 2)
    story.passes(0.0042)
    story.heard(waiting)
    passed = story.known("The third.")
    story.skipped(passed)
    story.passes(5)
    free = story.known("The fourth finds the voice free.")
    story.passes(0.02)
    story.heard(free)
    story.over()
    assert table.lines() == [
        "Milliseconds from a sentence's last byte. One that had to wait for earlier",
        "speech shows that wait too; gap is the silence that was heard before it.",
        "",
        "    #  translated  first audio     heard     gap  sentence",
        "    1          12           43        43       -  The first is translated.",
        "    2           -         2035      2035     4.2  The second waits behind it.",
        "    3           -            -         -       -  [skipped] The third.",
        "    4           -           20        20       -  The fourth finds the voice...",
        "",
        "               12           43        43     4.2  median, all (3)",
        "               12           32        32       -  median, voice was free (2)",
        "                -         2035      2035     4.2  median, had to wait (1)",
    ]


def test_the_time_between_sentences_in_a_file_is_no_silence() -> None:
    """It takes what is ready: whoever plays it hears one sentence right after the other."""
    table = LatencyTable(keeps_time=False)
    story = Story(table)
    first, second = story.known("The first."), story.known("The second, after a while.")
    story.heard(first, 0.01)
    story.passes(3)
    story.heard(second)
    story.over()
    legend, more, _, header, _, row, *_ = lines = table.lines()
    assert legend == "Milliseconds from a sentence's last byte until it is in the file. One that had"
    assert more.endswith("The file itself has no gaps.")
    assert header.split() == ["#", "translated", "first", "audio", "heard", "sentence"]
    assert row == "    2           -         3010      3010  The second, after a while."
    assert all(cells(line) <= 80 for line in lines)


def test_a_first_clause_stands_before_the_whole() -> None:
    table, story = told()
    index = story.read("I fixed it, and it works.")
    story.passes(0.0934)
    story.clause(index, "修正し、")
    story.passes(0.317)
    story.clause(index, "修正し、動きます。")
    story.tell(Translated(story.now_s, index, "修正し、動きます。", "ja", "llama"))
    story.heard(index)
    story.over()
    lines = table.lines()
    assert lines[2] == "93/410: a first clause was translated after 93, the whole after 410."
    assert lines[5].split()[:4] == ["1", "93/410", "410", "410"]
    assert lines[-1].split()[0] == "93/410"
    assert all(cells(line) <= 80 for line in lines)


def test_nothing_heard_is_no_table() -> None:
    table, story = told()
    story.known("Never heard.")
    story.over()
    assert table.lines() == []


def test_only_the_last_rows_of_a_long_session_and_the_slow_ones_in_p99() -> None:
    table, story = told()
    for number in range(200):
        index = story.known(f"Sentence {number}.")
        story.passes(0.9 if number == 7 else 0.05)
        story.heard(index)
        story.passes(1)
    story.over()
    lines = table.lines()
    assert "  ...  and 180 before these" in lines
    assert len(lines) < 30
    assert lines[-2:] == [
        "                -           50        50       -  median, all (200)",
        "                -           50        50       -  p99, all (200)",
    ]


def test_first_times_count_when_the_listener_goes_back() -> None:
    table, story = told()
    index = story.known("Again and again.")
    story.passes(0.04)
    story.heard(index)
    before = table.lines()
    for _ in range(3):
        story.passes(60)
        story.heard(index)
    assert table.lines() == before


def test_a_pause_is_the_listeners_wish() -> None:
    table, story = told()
    waiting = story.known("Paused before it was heard.")
    story.status("paused")
    story.passes(600)
    later = story.known("Read while paused.")
    story.status("speaking")
    story.heard(waiting)
    story.heard(later)
    free = story.known("Finds the voice free.")
    story.passes(0.05)
    story.heard(free)
    story.over()
    assert table.lines()[-2:] == [
        "                -           50        50       -  median, voice was free (1)",
        "                -       300500    300500     0.0  median, had to wait (2)",
    ]


def test_hostile_text_and_wide_characters_keep_to_eighty_columns() -> None:
    table, story = told()
    for text in (HOSTILE, "日本語の長い文がここに入ります" * 9, "w" * 100_000, "👍" * 100):
        story.heard(story.known(text))
    story.over()
    for line in table.lines():
        assert cells(line) <= 80
        assert line.isprintable()
