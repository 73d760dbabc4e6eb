"""Following Claude Code's transcripts while somebody else writes them."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from streamtts.errors import StreamttsError, UsageError
from streamtts.input.transcript import growing, newest_transcript, transcripts_root

HANG_S = 20.0


class Watching:
    """What a thread that follows has been given so far."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.pieces: list[bytes] = []
        self.followed: list[Path] = []
        self.error: StreamttsError | None = None

    def run(self) -> None:
        try:
            for piece in self._lines:
                self.pieces.append(piece)
        except StreamttsError as error:
            self.error = error

    @property
    def said(self) -> bytes:
        return b"".join(self.pieces)

    def wait_for(self, said: bytes) -> None:
        eventually(lambda: self.said == said, lambda: self.said)
        assert all(piece.endswith(b"\n") for piece in self.pieces)


def eventually(holds: Callable[[], bool], describe: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + HANG_S
    while not holds():
        assert time.monotonic() < deadline_s, describe()
        time.sleep(0.01)


@contextmanager
def watching(path: Path, *, from_start: bool = False) -> Iterator[Watching]:
    stop = Event()
    followed: list[Path] = []
    lines = growing(path, stop, from_start=from_start, following=followed.append, poll_s=0.01)
    watch = Watching(lines)
    watch.followed = followed
    thread = Thread(target=watch.run)
    thread.start()
    try:
        eventually(lambda: bool(followed), lambda: "it never began")
        yield watch
    finally:
        stop.set()
        thread.join(HANG_S)
    assert not thread.is_alive()


def session(root: Path, name: str, *lines: bytes, age_s: float = 0.0) -> Path:
    path = root / "project" / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(lines))
    aged_s = time.time() - age_s
    os.utime(path, (aged_s, aged_s))
    return path


def append(path: Path, piece: bytes) -> None:
    with path.open("ab") as file:
        file.write(piece)


def line(text: str, **more: object) -> bytes:
    return json.dumps({"type": "assistant", "text": text, **more}).encode() + b"\n"


def test_where_transcripts_are(tmp_path: Path) -> None:
    assert transcripts_root({}, tmp_path) == tmp_path / ".claude/projects"
    assert transcripts_root({"CLAUDE_CONFIG_DIR": ""}, tmp_path) == tmp_path / ".claude/projects"
    assert transcripts_root({"CLAUDE_CONFIG_DIR": "/etc/claude"}, tmp_path) == Path("/etc/claude/projects")


def test_the_newest_session_is_no_sub_agent(tmp_path: Path) -> None:
    session(tmp_path, "old", line("a"), age_s=90)
    newest = session(tmp_path, "new", line("a", isSidechain=False), age_s=60)
    session(tmp_path, "agent-1", line("a"), age_s=0)
    session(tmp_path, "sidechain", b"no json\n", b"[1]\n", line("a", isSidechain=True), age_s=0)
    (tmp_path / "project/notes.txt").touch()
    assert newest_transcript(tmp_path) == newest
    assert newest_transcript(tmp_path / "project") == newest


@pytest.mark.parametrize("folder", [".", "missing"])
def test_no_transcript_is_one_clear_sentence(tmp_path: Path, folder: str) -> None:
    with pytest.raises(UsageError, match=r"no Claude Code transcript under .*: start a session"):
        growing(tmp_path / folder, Event())


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot open .*missing\.jsonl: No such file"):
        growing(tmp_path / "missing.jsonl", Event())


def test_only_what_is_appended_from_now_on_in_whole_lines(tmp_path: Path) -> None:
    path = session(tmp_path, "a", line("history"), b'{"half": ')
    with watching(tmp_path) as watch:
        append(path, b'"done"}\n{"next')
        watch.wait_for(b'{"half": "done"}\n')
        append(path, b'": 1}\n')
        watch.wait_for(b'{"half": "done"}\n{"next": 1}\n')
    assert watch.followed == [path]


def test_from_the_start_when_asked(tmp_path: Path) -> None:
    path = session(tmp_path, "a", line("history"))
    with watching(path, from_start=True) as watch:
        watch.wait_for(line("history"))


def test_much_at_once(tmp_path: Path) -> None:
    path = session(tmp_path, "a", b"x" * 200_000 + b"\n" + b"y" * 150_000)
    much = b"".join(line(f"line {number} " + "z" * 5000) for number in range(100))
    with watching(path) as watch:
        append(path, b"\n" + much)
        watch.wait_for(b"y" * 150_000 + b"\n" + much)


def test_a_session_that_begins_is_followed_from_its_first_line(tmp_path: Path) -> None:
    first = session(tmp_path, "first", line("history"))
    with watching(tmp_path) as watch:
        append(first, line("one") + b"never ended")
        watch.wait_for(line("one"))
        session(tmp_path, "agent-x", line("sub-agent"))
        session(tmp_path, "side", line("sub-agent", isSidechain=True))
        other = tmp_path / "another/second.jsonl"
        other.parent.mkdir()
        other.write_bytes(line("two"))
        watch.wait_for(line("one") + b"never ended\n" + line("two"))
        append(first, line("not heard any more"))
        append(other, line("three"))
        watch.wait_for(line("one") + b"never ended\n" + line("two") + line("three"))
    assert watch.followed == [first, other]


def test_an_old_session_that_goes_on_while_ours_is_silent(tmp_path: Path) -> None:
    resumed = session(tmp_path, "resumed", line("history"), age_s=4000)
    ours = session(tmp_path, "ours", line("history"), age_s=3000)
    with watching(tmp_path) as watch:
        assert watch.followed == [ours]
        append(resumed, line("welcome back"))
        watch.wait_for(line("welcome back"))
    assert watch.followed == [ours, resumed]


def test_a_busy_neighbour_does_not_take_over(tmp_path: Path) -> None:
    neighbour = session(tmp_path, "neighbour", line("history"), age_s=10)
    ours = session(tmp_path, "ours", line("history"))
    with watching(tmp_path) as watch:
        append(neighbour, line("elsewhere"))
        time.sleep(1.5)  # longer than between two thorough searches
        append(ours, line("here"))
        watch.wait_for(line("here"))
    assert watch.followed == [ours]


def test_a_file_that_begins_anew_is_read_from_its_start(tmp_path: Path) -> None:
    path = session(tmp_path, "a", line("history" * 100))
    with watching(path) as watch:
        append(path, b"half a li")
        path.write_bytes(line("after truncation"))
        watch.wait_for(line("after truncation"))
        path.rename(path.with_suffix(".old"))
        path.write_bytes(line("after rotation"))
        watch.wait_for(line("after truncation") + line("after rotation"))


def test_history_that_was_edited_is_not_said_again(tmp_path: Path) -> None:
    history = [line(f"history {number} " + "x" * 500) for number in range(5)]
    path = session(tmp_path, "a", *history)
    with watching(path) as watch:
        path.write_bytes(b"".join(history[:3]))
        time.sleep(0.2)  # several looks
        append(path, line("new"))
        watch.wait_for(line("new"))
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(path.read_bytes() + line("newer"))
        temporary.rename(path)
        watch.wait_for(line("new") + line("newer"))


def test_a_file_that_vanishes_may_come_back(tmp_path: Path) -> None:
    path = session(tmp_path, "a", line("history"))
    with watching(tmp_path) as watch:
        path.unlink()
        time.sleep(0.1)
        path.write_bytes(line("again"))
        watch.wait_for(line("again"))
        (tmp_path / "project").rename(tmp_path / "moved")
        time.sleep(0.1)


def test_a_line_without_end_is_held_in_bounds(tmp_path: Path) -> None:
    path = session(tmp_path, "a")
    with watching(path) as watch:
        with path.open("ab") as file:
            for _ in range(18):
                file.write(b"w" * 1024 * 1024)
        eventually(lambda: len(watch.said) >= 16 * 1024 * 1024, lambda: len(watch.said))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_one_clear_sentence(tmp_path: Path) -> None:
    path = session(tmp_path, "a", line("x"))
    path.chmod(0)
    with pytest.raises(UsageError, match="Permission denied"):
        growing(path, Event())


def test_what_was_said_is_not_said_again_when_a_session_is_renamed(tmp_path: Path) -> None:
    session(tmp_path, "other", line("x"), age_s=300)
    first = session(tmp_path, "first", line("history"), age_s=200)
    with watching(tmp_path) as watch:
        append(first, line("one"))
        watch.wait_for(line("one"))
        second = session(tmp_path, "second", line("two"))
        watch.wait_for(line("one") + line("two"))
        second.rename(second.with_name("third.jsonl"))
        first.rename(first.with_name("fourth.jsonl"))
        append(second.with_name("third.jsonl"), line("three"))
        watch.wait_for(line("one") + line("two") + line("three"))
