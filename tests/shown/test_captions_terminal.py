"""Captions on a terminal, looked at through an emulator."""

import pytest

from shown.screen import Terminal
from shown.stories import HOSTILE, Story, texts
from streamtts.events import Translated
from streamtts.shown.captions import PlainCaptions, TerminalCaptions, captions_for
from streamtts.shown.terminal import cells

LONG = (
    "The quick brown fox jumps over the lazy dog, again and again, until the line is far too long for a row."
)
EMOJI = "Done 🎉🎉 family 👨‍👩‍👧 and cafe\u0301 ❤️ ok."
JAPANESE = "テストがすべて通ったので、次の変更に進みます。まず設定ファイルを読み直します。"


def shown(columns: int = 60, rows: int = 12, hint: str = "") -> tuple[Terminal, Story]:
    terminal = Terminal(columns, rows)
    return terminal, Story(TerminalCaptions(terminal, terminal.size, hint=hint))


def test_the_sentence_being_heard_is_highlighted_above_the_status_line() -> None:
    terminal, story = shown()
    first, second = story.known("All tests pass."), story.known("Now the docs.")
    story.status()
    story.heard(first)
    story.begins(second)
    assert terminal.screen == ["All tests pass.", "", "Now the docs.", "speaking | tone"]
    assert terminal.bold_lines() == ["Now the docs."]


def test_a_translation_stands_above_its_original() -> None:
    terminal, story = shown()
    story.status()
    index = story.known("All tests pass.", "テストはすべて通りました。")
    story.begins(index)
    assert terminal.screen[1:] == ["テストはすべて通りました。", "All tests pass.", "speaking | tone"]
    assert terminal.bold_lines() == ["テストはすべて通りました。"]
    story.ends(index)
    assert terminal.screen == ["テストはすべて通りました。", "All tests pass.", "", "speaking | tone"]


def test_a_translation_that_is_late_or_the_same_as_the_original() -> None:
    terminal, story = shown()
    same = story.known("OK", "OK")
    story.begins(same)
    assert terminal.screen == ["", "OK"]
    story.ends(same)
    late = story.read("Yes.")
    story.begins(late)
    assert terminal.screen == ["OK", "", "Yes."]
    story.tell(Translated(story.now_s, late, "はい。", "ja", "nllb"))
    assert terminal.screen == ["OK", "", "はい。", "Yes."]


def test_a_translation_is_shown_clause_by_clause_as_it_is_heard() -> None:
    terminal, story = shown()
    index = story.read("I fixed it, and it works.")
    story.clause(index, "修正し、")
    story.begins(index)
    assert terminal.screen == ["", "修正し、", "I fixed it, and it works."]
    story.clause(index, "修正し、動きます。")
    assert terminal.screen == ["", "修正し、動きます。", "I fixed it, and it works."]
    story.tell(Translated(story.now_s, index, "I fixed it, and it works.", "en"))
    assert terminal.screen == ["", "I fixed it, and it works."]


def test_the_status_line_says_what_is_unusual() -> None:
    terminal, story = shown(columns=100, hint="space pause, q quit")
    story.status(lag_s=1.0)
    assert terminal.screen[-1] == "speaking | tone | space pause, q quit"
    story.status("paused", lag_s=12.4, speed=1.25, muted=True)
    assert terminal.screen[-1] == "paused | muted | 12 s behind | 1.2x | tone | space pause, q quit"
    story.status("waiting", lag_s=600)
    assert terminal.screen[-1] == "waiting | 10 min behind | tone | space pause, q quit"


def test_notices_and_skipped_sentences_stand_above_the_status_line() -> None:
    terminal, story = shown()
    index, passed = story.known("One."), story.known("Two.")
    story.status()
    story.begins(index)
    story.skipped(passed)
    story.notice("the voice was restarted")
    assert terminal.screen == [
        "[skipped: lag] Two.",
        "streamtts: the voice was restarted",
        "",
        "One.",
        "speaking | tone",
    ]


def test_a_cut_sentence_is_told_once() -> None:
    terminal, story = shown()
    index = story.known("One two three.")
    story.begins(index)
    story.ends(index, cut=True)
    story.skipped(index, "skipped")
    assert terminal.all == ["One two three. [cut]"]


def test_going_back_shows_the_words_again() -> None:
    terminal, story = shown()
    for index in [story.known(text) for text in texts(600)]:
        story.heard(index)
    story.heard(590)
    assert terminal.all[-1] == "Sentence number 591."
    story.heard(3)
    assert terminal.all[-1] == "(sentence 4)"


def test_closing_leaves_a_fresh_line_and_no_status() -> None:
    terminal, story = shown()
    story.status()
    heard, cut_off = story.known("Heard."), story.known("Heard in part.")
    story.heard(heard)
    story.begins(cut_off)
    story.over()
    assert terminal.screen == ["Heard.", "Heard in part."]
    assert terminal.cursor == (0, 2)
    story.over()
    assert terminal.screen == ["Heard.", "Heard in part."]


def test_nothing_is_written_when_nothing_changes() -> None:
    terminal, story = shown()
    index = story.known("One.")
    story.status(lag_s=1)
    story.begins(index)
    writes = terminal.writes
    for lag_s in (1.1, 1.9, 2.4):
        story.status(lag_s=lag_s)
        story.known("More to come.")
    assert terminal.writes == writes


def test_a_session_scrolls_without_a_trace_of_the_block() -> None:
    terminal, story = shown(columns=40, rows=6)
    said = texts(50)
    story.status()
    for text in said:
        story.heard(story.known(text))
    story.over()
    assert terminal.all == list(said)


@pytest.mark.parametrize("foreign", ["warning: disk\n", "a\nb\nc\n", "progress 50%", "x\n" * 30])
def test_what_another_program_writes_stays(foreign: str) -> None:
    """The agent's own stderr goes to the same terminal."""
    terminal, story = shown()
    story.status()
    before, during, after = (story.known(text) for text in texts(3))
    story.heard(before)
    story.begins(during)
    terminal.write(foreign)
    story.ends(during)
    story.heard(after)
    story.over()
    lines = terminal.all
    assert [line for line in lines if line in texts(3)] == list(texts(3))
    written = foreign.splitlines()
    for line in set(written):
        # What stood to the right of it in the block may still be there.
        assert sum(seen.startswith(line) for seen in lines) >= written.count(line), lines
    assert terminal.cursor[0] == 0


@pytest.mark.parametrize("columns", [1, 2, 7, 19, 41, 200])
@pytest.mark.parametrize("rows", [1, 2, 3, 24])
@pytest.mark.parametrize("text", [LONG, JAPANESE, EMOJI, HOSTILE, "w" * 300, "", "e" + "\u0301" * 300])
def test_no_size_and_no_text_breaks_the_block(columns: int, rows: int, text: str) -> None:
    terminal, story = shown(columns, rows, hint="space pause")
    story.status(lag_s=30)
    for _ in range(3):
        index = story.known(text, JAPANESE)
        story.begins(index)
        story.passes(1)
        story.notice(text)
        story.ends(index)
    story.over()
    assert terminal.title == ""
    assert terminal.cursor[0] == 0
    assert not any("behind" in line or "speaking" in line for line in terminal.all)


def test_every_word_of_a_long_sentence_is_on_the_screen() -> None:
    terminal, story = shown(columns=24, rows=20)
    index = story.known(LONG)
    story.begins(index)
    assert " ".join(terminal.screen).split() == LONG.split()
    assert all(cells(line) < 24 for line in terminal.screen)


def test_a_sentence_taller_than_the_screen_is_whole_once_it_scrolls_up() -> None:
    terminal, story = shown(columns=12, rows=6)
    story.status()
    index = story.known(LONG)
    story.begins(index)
    assert len(terminal.screen) <= 6
    assert terminal.screen[-1] == "speaking"
    story.ends(index)
    story.over()
    assert " ".join(terminal.all).split() == LONG.split()


@pytest.mark.parametrize("new_size", [(30, 12), (100, 12), (60, 5), (10, 4)])
def test_the_block_survives_a_change_of_size(new_size: tuple[int, int]) -> None:
    terminal, story = shown()
    story.status()
    index, following = story.known("A sentence of some length, to be heard."), story.known("Next.")
    story.begins(index)
    terminal.resize(*new_size)
    story.ends(index)
    story.begins(following)
    status = [line for line in terminal.screen if "speaking" in line]
    assert len(status) == 1
    assert [line for line in terminal.screen if line == "Next."]


def test_a_size_that_the_system_does_not_know_is_the_usual_one() -> None:
    terminal = Terminal(80, 24)
    story = Story(TerminalCaptions(terminal, lambda: (0, 0)))
    story.heard(story.known("Words."))
    assert terminal.screen == ["Words."]


def test_log_text_cannot_steer_the_terminal() -> None:
    terminal, story = shown()
    story.status()
    story.notice("first line")
    index = story.known(HOSTILE, HOSTILE + "!")
    story.heard(index)
    story.skipped(story.known(HOSTILE))
    story.notice(HOSTILE)
    assert terminal.screen[0] == "streamtts: first line"
    assert terminal.title == ""


@pytest.mark.parametrize(
    ("variables", "terminal", "escapes"),
    [
        ({"TERM": "xterm-256color"}, True, True),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, True, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({}, True, False),
        ({"TERM": "xterm-256color"}, False, False),
    ],
)
def test_who_gets_escape_sequences(variables: dict[str, str], terminal: bool, escapes: bool) -> None:
    screen = Terminal()
    captions = captions_for(screen, screen.size, variables, terminal=terminal)
    assert isinstance(captions, TerminalCaptions if escapes else PlainCaptions)


def test_many_that_are_skipped_at_once_are_counted_above_the_block() -> None:
    terminal, story = shown()
    story.status()
    for index in [story.known(text) for text in texts(250)]:
        story.skipped(index, "stopped")
    story.begins(story.known("Next."))
    named = [f"[skipped: stopped] {text}" for text in texts(3)]
    counted = "[skipped: stopped] and 247 more"
    assert terminal.screen == [*named, counted, "", "Next.", "speaking | tone"]
