"""Subtitle files: read back by readers of their own, after every event."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shown.stories import HOSTILE, Story
from streamtts.errors import StreamttsError, UsageError
from streamtts.shown.subtitles import SubtitleFile

TIME = r"(\d{2,}):([0-5]\d):([0-5]\d)[.,](\d{3})"


@dataclass(frozen=True)
class Cue:
    start_ms: int
    end_ms: int
    lines: list[str]


def milliseconds(parts: tuple[str, ...]) -> int:
    hours, minutes, seconds, ms = map(int, parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def cues_of(block: list[str]) -> Cue:
    match = re.fullmatch(f"{TIME} --> {TIME}", block[0])
    assert match, block
    times = match.groups()
    assert block[1:], block
    assert not any("-->" in line for line in block[1:])
    return Cue(milliseconds(times[:4]), milliseconds(times[4:]), block[1:])


def blocks_of(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8")
    assert text == "" or text.endswith("\n\n")
    assert "\r" not in text
    assert "\n\n\n" not in text
    return [block.split("\n") for block in text.split("\n\n")[:-1]]


def read_srt(path: Path) -> list[Cue]:
    blocks = blocks_of(path)
    assert [block[0] for block in blocks] == [str(number) for number in range(1, len(blocks) + 1)]
    return in_order([cues_of(block[1:]) for block in blocks])


def read_vtt(path: Path) -> tuple[list[Cue], list[str]]:
    header, *blocks = blocks_of(path)
    assert header == ["WEBVTT"]
    notes = [block[0] for block in blocks if block[0].startswith("NOTE ")]
    cues = [cues_of(block) for block in blocks if not block[0].startswith("NOTE ")]
    for line in [line for cue in cues for line in cue.lines]:
        assert not re.search("[<>]|&(?!amp;|lt;|gt;)", line)
    return in_order(cues), notes


def in_order(cues: list[Cue]) -> list[Cue]:
    ends = [0, *(cue.end_ms for cue in cues)]
    for end_ms, cue in zip(ends, cues, strict=False):
        assert end_ms <= cue.start_ms < cue.end_ms
    return cues


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    return tmp_path / "session.srt"


@pytest.fixture
def vtt(tmp_path: Path) -> Path:
    return tmp_path / "session.VTT"


def test_both_languages_in_the_time_of_the_sound(srt: Path) -> None:
    story = Story(SubtitleFile(srt))
    first, second = story.known("All tests pass.", "テストはすべて通りました。"), story.known("OK", "OK")
    story.passes(5, silently=True)
    story.heard(first, 2.5)
    story.passes(60, silently=True)
    story.heard(second, 0.75)
    story.over()
    assert srt.read_text(encoding="utf-8") == (
        "1\n00:00:00,000 --> 00:00:02,500\nテストはすべて通りました。\nAll tests pass.\n\n"
        "2\n00:00:02,500 --> 00:00:03,250\nOK\n\n"
    )


def test_the_file_is_whole_at_every_moment(vtt: Path) -> None:
    story = Story(SubtitleFile(vtt))
    assert vtt.read_text(encoding="utf-8") == "WEBVTT\n\n"
    for number in range(3):
        index = story.known(f"Sentence {number}.")
        story.begins(index)
        assert len(read_vtt(vtt)[0]) == number
        story.passes(1)
        story.ends(index)
        assert len(read_vtt(vtt)[0]) == number + 1
    story.over()


def test_a_cut_sentence_ends_where_it_was_cut_and_one_left_open_where_time_was(srt: Path) -> None:
    story = Story(SubtitleFile(srt))
    cut, repeated, left = (story.known(text) for text in ("One.", "Two.", "Three."))
    story.begins(cut)
    story.passes(0.4)
    story.ends(cut, cut=True)
    story.skipped(cut, "skipped")
    story.begins(repeated)
    story.passes(1)
    story.begins(repeated)  # its end was never told
    story.passes(1)
    story.ends(repeated)
    story.begins(left)
    story.passes(0.3)
    story.notice("it is over")
    story.over()
    cues = [(cue.start_ms, cue.end_ms, *cue.lines) for cue in read_srt(srt)]
    assert cues == [(0, 400, "One."), (400, 1400, "Two."), (1400, 2400, "Two."), (2400, 2700, "Three.")]


def test_skipped_sentences_stand_between_their_neighbours(tmp_path: Path) -> None:
    srt, vtt = tmp_path / "a.srt", tmp_path / "a.vtt"
    story = Story(SubtitleFile(srt), SubtitleFile(vtt))
    before, *passed, after = [story.known(text) for text in ("One.", "Two --> x.", "Three & more.", "Four.")]
    story.begins(before)
    for index in passed:
        story.skipped(index)
    story.passes(1)
    story.ends(before)
    story.heard(after)
    story.skipped(story.known("Five."), "stopped")
    story.over()
    assert [cue.lines for cue in read_srt(srt)] == [
        ["One."],
        ["[skipped: lag] Two -- > x.", "[skipped: lag] Three & more."],
        ["Four."],
        ["[skipped: stopped] Five."],
    ]
    assert [cue.start_ms for cue in read_srt(srt)] == [0, 1000, 1001, 2000]
    assert blocks_of(vtt)[2:4] == [
        ["NOTE skipped: lag: Two --&gt; x."],
        ["NOTE skipped: lag: Three &amp; more."],
    ]
    assert [cue.lines for cue in read_vtt(vtt)[0]] == [["One."], ["Four."]]


def test_a_long_sentence_is_shown_in_parts_with_its_share_of_the_time(srt: Path) -> None:
    words = [f"word{number}" for number in range(60)]
    story = Story(SubtitleFile(srt))
    story.heard(story.known(" ".join(words), "言葉が" * 40), 20)
    cues = read_srt(srt)
    assert len(cues) > 2
    assert (cues[0].start_ms, cues[-1].end_ms) == (0, 20_000)
    assert all(len(cue.lines) <= 4 and cue.end_ms - cue.start_ms > 1000 for cue in cues)
    lines = [line for cue in cues for line in cue.lines]
    assert " ".join(line for line in lines if "word" in line).split() == words
    assert "".join(line for line in lines if "word" not in line) == "言葉が" * 40
    assert all(len(line) <= (42 if "word" in line else 20) for line in lines)


def test_a_long_sentence_that_was_cut_at_once_stays_in_one_piece(srt: Path) -> None:
    story = Story(SubtitleFile(srt))
    story.heard(story.known("word " * 100), 0.2)
    assert len(read_srt(srt)) == 1


def test_more_than_a_hundred_hours(srt: Path) -> None:
    story = Story(SubtitleFile(srt))
    story.passes(360_000 + 61.5)
    story.heard(story.known("Still here."))
    assert "100:01:01,500 --> 100:01:02,500" in srt.read_text(encoding="utf-8")


def test_styling_commands_are_text(srt: Path) -> None:
    story = Story(SubtitleFile(srt))
    story.heard(story.known(r"{\an8}{\fs99}top {braces} stay"))
    assert [cue.lines for cue in read_srt(srt)] == [[r"{ \an8}{ \fs99}top {braces} stay"]]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["heard", "cut", "skipped", "begins", "passes", "back"]),
        st.text(st.characters(codec=None), max_size=30)
        | st.sampled_from([HOSTILE, "-->", "NOTE", "1\n2", "w" * 200]),
        st.floats(0, 4000),
    ),
    max_size=12,
)


@given(steps=STEPS)
def test_no_session_makes_a_file_that_cannot_be_read(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, float]]
) -> None:
    folder = tmp_path_factory.mktemp("subtitles")
    srt, vtt = folder / "a.srt", folder / "a.vtt"
    story = Story(SubtitleFile(srt), SubtitleFile(vtt))
    for action, text, seconds in steps:
        index = story.known(text, text[::-1])
        match action:
            case "heard":
                story.heard(index, seconds)
            case "cut":
                story.begins(index)
                story.skipped(index)
                story.passes(seconds)
                story.ends(index, cut=True)
            case "skipped":
                story.skipped(index)
            case "begins":
                story.begins(index)
            case "back":
                story.heard(index // 2, seconds)
            case _:
                story.passes(seconds)
        read_srt(srt)
        read_vtt(vtt)
    story.over()
    read_srt(srt)
    read_vtt(vtt)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("a.txt", "not .txt"), ("a", "endings"), ("missing/a.srt", "No such file"), (".", "endings")],
)
def test_a_path_that_cannot_work_is_refused_before_the_session(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        SubtitleFile(tmp_path / name)


def test_an_older_file_is_replaced_by_the_first_cue_and_not_before(srt: Path) -> None:
    srt.write_text("an older session, longer than what comes now\n" * 10, encoding="utf-8")
    Story(SubtitleFile(srt)).over()
    assert srt.read_text(encoding="utf-8").startswith("an older session")
    story = Story(SubtitleFile(srt))
    story.heard(story.known("New."))
    story.over()
    assert [cue.lines for cue in read_srt(srt)] == [["New."]]


def test_a_full_disk_ends_the_file_and_not_the_session(tmp_path: Path) -> None:
    full = tmp_path / "full.srt"
    full.symlink_to("/dev/full")
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    story = Story(SubtitleFile(full))
    story.heard(story.known("One."))
    story.heard(story.known("Two."))
    with pytest.raises(StreamttsError, match=r"full\.srt is not complete: No space left"):
        story.over()
    story.over()
