"""Claude Code's transcripts: the newest one, and what is appended to it from now on."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import BinaryIO

from streamtts.errors import StreamttsError, UsageError

_READ_BYTES = 64 * 1024
_HEAD_BYTES = 1024  # tells a file that was rewritten from one that only grew
_LONGEST_LINE_BYTES = 16 * 1024 * 1024
_FIRST_LINES_BYTES = 64 * 1024
_POLL_S = 0.1
_POLLS_BETWEEN_SEARCHES = 10
_SEARCHES_BETWEEN_THOROUGH_ONES = 10
_SILENT_NS = 60 * 10**9  # after this another session that grows is followed


def transcripts_root(variables: Mapping[str, str], home: Path) -> Path:
    """Where Claude Code keeps its transcripts."""
    folder = variables.get("CLAUDE_CONFIG_DIR")
    return (Path(folder) if folder else home / ".claude") / "projects"


def newest_transcript(root: Path) -> Path:
    """The session that was written to last; what sub-agents say among themselves is not one."""
    found = [item for project in _projects(root) for item in _sessions(project).items()]
    for path, _ in sorted(found, key=lambda item: item[1].changed_ns, reverse=True):
        if not _is_sidechain(path):
            return path
    raise UsageError(f"there is no Claude Code transcript under {root}: start a session, or name a file")


def growing(
    root_or_file: Path,
    stop: Event,
    *,
    from_start: bool = False,
    following: Callable[[Path], None] = lambda _: None,
    poll_s: float = _POLL_S,
) -> Iterator[bytes]:
    """Whole lines, as they are appended from now on, until `stop` is set.

    A file is followed for ever; below a folder, the newest transcript, and each newer one when it begins.
    `following` is told of every file that is followed, by the thread that reads.
    """
    pinned = root_or_file.is_file() or root_or_file.suffix == ".jsonl"
    search = None if pinned else _Search(root_or_file)
    path = root_or_file if pinned else newest_transcript(root_or_file)
    return _appended(_opened(path, at_end=not from_start), search, stop, following, poll_s)


def _appended(
    tail: "_Tail",
    search: "_Search | None",
    stop: Event,
    following: Callable[[Path], None],
    poll_s: float,
) -> Iterator[bytes]:
    following(tail.path)
    polls = 0
    while not stop.is_set():
        if lines := tail.read():
            yield lines
            continue
        polls += 1
        if search is not None and polls % _POLLS_BETWEEN_SEARCHES == 0:
            newer = search.newer_than(tail)
            if newer is not None:
                if rest := tail.rest():
                    yield rest
                tail = newer
                following(tail.path)
                continue
        stop.wait(poll_s)


@dataclass(frozen=True, slots=True)
class _State:
    changed_ns: int
    size: int
    inode: int


class _Search:
    """Notices a session that begins, and one that goes on while the one followed is silent.

    A file that begins changes its folder, so folders are looked at often and every single file rarely.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[Path, _Folder] = {}
        self._searches = 0
        self._said: dict[int, int] = {}  # by inode, how far a file was read: it may come back, or be renamed
        self._known = self._look()

    def newer_than(self, tail: "_Tail") -> "_Tail | None":
        """The transcript to follow from here on, at what is new in it."""
        current = tail.path
        self._said[tail.inode] = tail.offset
        before, self._known = self._known, self._look()
        since_ns = _changed_ns(current)
        grown = [
            (state.changed_ns, path)
            for path, state in self._known.items()
            if state is not before.get(path)
            and path != current
            and state.size > max(_size(before, path), self._said.get(state.inode, 0))
            and (not _size(before, path) or state.changed_ns > since_ns + _SILENT_NS)
            and not _is_sidechain(path)
        ]
        if not grown:
            return None
        _, path = max(grown)
        return _Tail(path, max(_size(before, path), self._said.get(self._known[path].inode, 0)))

    def _look(self) -> dict[Path, _State]:
        thorough = self._searches % _SEARCHES_BETWEEN_THOROUGH_ONES == 0
        self._searches += 1
        folders = {}
        for path in _projects(self._root):
            changed_ns, last = _changed_ns(path), self._folders.get(path)
            if thorough or last is None or last.changed_ns != changed_ns or last.has_empty:
                folders[path] = _Folder(changed_ns, _sessions(path))
            else:
                folders[path] = last
        self._folders = folders
        return {path: state for folder in folders.values() for path, state in folder.sessions.items()}


@dataclass(frozen=True, slots=True)
class _Folder:
    changed_ns: int
    sessions: Mapping[Path, _State]

    @property
    def has_empty(self) -> bool:
        return any(not state.size for state in self.sessions.values())


class _Tail:
    """One file that grows; it may also shrink, be replaced, vanish and come back."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path = path
        self.inode = 0
        self.offset = offset
        self._head = b""
        self._seen: tuple[int, int, int] | None = None
        self._partial: list[bytes] = []
        self._partial_bytes = 0

    def skip_to_end(self) -> None:
        """What stands in the file now is history; a line that is just being written is not."""
        with self.path.open("rb") as file:
            self._head = file.read(_HEAD_BYTES)
            self.offset = _after_last_newline(file)

    def read(self) -> bytes:
        """The next lines that are complete now; nothing if there are none."""
        try:
            while chunk := self._chunk():
                if lines := self._complete(chunk):
                    return lines
            return b""
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StreamttsError(f"cannot read {self.path}: {error.strerror}") from error

    def rest(self) -> bytes:
        """A last line whose end never came, ended, so that nothing is glued to it."""
        return b"".join([*self._partial, b"\n"]) if self._partial else b""

    def _chunk(self) -> bytes:
        about = self.path.stat()
        self.inode = about.st_ino
        seen = (about.st_ino, about.st_size, about.st_mtime_ns)
        if seen == self._seen:
            return b""
        with self.path.open("rb", buffering=0) as file:
            self._find_place(file.read(_HEAD_BYTES), os.fstat(file.fileno()).st_size)
            file.seek(self.offset)
            chunk = file.read(_READ_BYTES)
        self.offset += len(chunk)
        self._seen = seen if not chunk else None
        return chunk

    def _find_place(self, head: bytes, size: int) -> None:
        """Another beginning is another file; the same one, only shorter, is history that was edited."""
        if not head:  # emptied: what comes next will show which of the two it is
            return
        if not head.startswith(self._head):
            self._go_to(0)
        elif size < self.offset:
            self._go_to(size)
        self._head = head

    def _go_to(self, offset: int) -> None:
        self.offset = offset
        self._partial, self._partial_bytes = [], 0

    def _complete(self, chunk: bytes) -> bytes:
        end = chunk.rfind(b"\n") + 1
        if self._partial_bytes + len(chunk) > _LONGEST_LINE_BYTES:
            end = len(chunk)
        lines = b""
        if end:
            lines = b"".join([*self._partial, chunk[:end]])
            self._partial, self._partial_bytes = [], 0
        if end < len(chunk):
            self._partial.append(chunk[end:])
            self._partial_bytes += len(chunk) - end
        return lines


def _opened(path: Path, *, at_end: bool) -> _Tail:
    tail = _Tail(path)
    try:
        path.open("rb").close()
        if at_end:
            tail.skip_to_end()
    except OSError as error:
        raise UsageError(f"cannot open {path}: {error.strerror}") from error
    return tail


def _after_last_newline(file: BinaryIO) -> int:
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _READ_BYTES)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _projects(root: Path) -> list[Path]:
    """The folders that may hold transcripts; a user may also name one project."""
    return [root, *(Path(entry.path) for entry in _entries(root))]


def _sessions(project: Path) -> dict[Path, _State]:
    """Every transcript of a project; files may come and go meanwhile."""
    found = {}
    for entry in _entries(project):
        if entry.name.endswith(".jsonl") and not entry.name.startswith("agent-"):
            with suppress(FileNotFoundError):
                about = entry.stat()
                found[Path(entry.path)] = _State(about.st_mtime_ns, about.st_size, entry.inode())
    return found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UsageError(f"cannot look into {folder}: {error.strerror}") from error


def _is_sidechain(path: Path) -> bool:
    """The first line that says whether a sub-agent speaks, decides."""
    try:
        with path.open("rb") as file:
            first_lines = file.read(_FIRST_LINES_BYTES).splitlines()
    except OSError:
        return False
    for line in first_lines:
        with suppress(ValueError, RecursionError):
            record = json.loads(line)
            if isinstance(record, dict) and "isSidechain" in record:
                return record["isSidechain"] is True
    return False


def _changed_ns(path: Path) -> int:
    """0 if there is nothing any more."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _size(states: Mapping[Path, _State], path: Path) -> int:
    return states[path].size if path in states else 0
