"""Captions where no cursor can move."""

import io

from shown.stories import HOSTILE, Story, texts
from streamtts.events import SkipReason, Translated
from streamtts.shown.captions import NoticesOnly, PlainCaptions


def plain() -> tuple[io.StringIO, Story]:
    stream = io.StringIO()
    return stream, Story(PlainCaptions(stream))


def test_a_line_when_a_sentence_begins_to_be_heard() -> None:
    stream, story = plain()
    first, second = story.known("One."), story.known("Two.", "二。")
    story.status(lag_s=30)
    assert stream.getvalue() == ""
    story.begins(first)
    assert stream.getvalue() == "One.\n"
    story.ends(first)
    story.heard(second)
    assert stream.getvalue() == "One.\n二。 (Two.)\n"


def test_what_is_skipped_is_marked_and_what_was_begun_is_not() -> None:
    stream, story = plain()
    heard, cut, late, unheard = (story.known(text) for text in ("One.", "Two.", "Three.", "Four."))
    story.heard(heard)
    story.begins(cut)
    story.skipped(late, "lag")
    story.skipped(cut, "skipped")
    story.ends(cut, cut=True)
    story.skipped(cut, "skipped")
    story.skipped(unheard, "skipped")
    story.skipped(unheard, "stopped")
    assert stream.getvalue().splitlines() == ["One.", "Two.", "[skipped: lag] Three.", "[skipped] Four."]


def test_many_that_are_skipped_at_once_are_counted() -> None:
    stream, story = plain()
    heard = story.known("Heard.")
    many = [story.known(text) for text in texts(250)]
    story.begins(heard)
    for index in many:
        story.skipped(index, "stopped")
        story.known("read meanwhile")
    named = [f"[skipped: stopped] {text}" for text in texts(3)]
    assert stream.getvalue().splitlines() == ["Heard.", *named]
    story.passes(0.05)
    story.status("waiting")
    counted = ["Heard.", *named, "[skipped: stopped] and 247 more"]
    assert stream.getvalue().splitlines() == counted
    story.status()
    story.over()
    assert stream.getvalue().splitlines() == counted


def test_another_reason_and_another_moment_are_named_again() -> None:
    stream, story = plain()
    runs: tuple[tuple[SkipReason, int, float], ...] = (("lag", 5, 0), ("stopped", 4, 10), ("stopped", 2, 0))
    for reason, count, later_s in runs:
        for index in [story.known(text) for text in texts(count)]:
            story.skipped(index, reason)
        story.passes(later_s)
    story.over()
    lag = [f"[skipped: lag] {text}" for text in texts(3)]
    stopped = [f"[skipped: stopped] {text}" for text in texts(4)]  # one alone is no number
    again = stopped[:2]
    assert stream.getvalue().splitlines() == [*lag, "[skipped: lag] and 2 more", *stopped, *again]


def test_what_is_counted_stands_before_what_is_heard_next() -> None:
    stream, story = plain()
    for index in [story.known(text) for text in texts(5)]:
        story.skipped(index, "new turn")
    story.heard(story.known("Next."))
    assert stream.getvalue().splitlines()[3:] == ["[skipped: new turn] and 2 more", "Next."]


def test_a_translation_that_is_spoken_while_it_is_found_is_waited_for() -> None:
    stream, story = plain()
    found, lost, last = (story.read(text) for text in ("One.", "Two.", "Three."))
    story.begins(found)
    assert stream.getvalue() == ""
    story.tell(Translated(story.now_s, found, "一。", "ja", "nllb"))
    story.ends(found)
    story.heard(lost)
    story.begins(last)
    story.over()
    assert stream.getvalue().splitlines() == ["一。 (One.)", "Two.", "Three."]


def test_clauses_are_one_line() -> None:
    stream, story = plain()
    index = story.read("I fixed it, and it works.")
    story.clause(index, "修正し、")
    story.begins(index)
    story.clause(index, "修正し、動きます。")
    assert stream.getvalue() == ""
    story.tell(Translated(story.now_s, index, "修正し、動きます。", "ja", "llama"))
    assert stream.getvalue().splitlines() == ["修正し、動きます。 (I fixed it, and it works.)"]


def test_a_lexicon_is_not_a_translation() -> None:
    stream, story = plain()
    story.heard(story.known("The API.", "The A P I.", by=""))
    assert stream.getvalue() == "The API.\n"


def test_notices_with_and_without_the_rest() -> None:
    with_all, notices = io.StringIO(), io.StringIO()
    story = Story(PlainCaptions(with_all), NoticesOnly(notices))
    story.heard(story.known("One."))
    story.notice("a sentence was lost: the voice crashed")
    story.over()
    assert with_all.getvalue() == "One.\nstreamtts: a sentence was lost: the voice crashed\n"
    assert notices.getvalue() == "streamtts: a sentence was lost: the voice crashed\n"


def test_log_text_stays_on_its_line() -> None:
    stream, story = plain()
    story.heard(story.known(HOSTILE, HOSTILE + "!"))
    story.skipped(story.known(HOSTILE))
    story.notice(HOSTILE)
    lines = stream.getvalue().split("\n")
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)


def test_a_monster_is_cut_and_remembered_in_little() -> None:
    stream, story = plain()
    story.heard(story.known("w" * 1_000_000))
    assert len(stream.getvalue()) < 5000
    assert stream.getvalue().endswith("w...\n")
