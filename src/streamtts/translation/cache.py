"""Translations that were made before: in memory, and in a file when the user wants them kept."""

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

MOST_IN_MEMORY = 2000
MOST_ON_DISK = 50_000
_PRUNED_EVERY = 500  # writes
_LONGEST_KEPT = 4000  # characters, of either side
_MAGIC = b"SQLite format 3\0"
_BUSY_S = 1.0  # for another session that writes to the same file

_SCHEMA = """
CREATE TABLE IF NOT EXISTS translations (
    engine TEXT, model TEXT, source TEXT, target TEXT, text TEXT,
    translation TEXT NOT NULL, used REAL NOT NULL,
    PRIMARY KEY (engine, model, source, target, text)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON translations (used);
"""
_WHERE = "engine = ? AND model = ? AND source = ? AND target = ? AND text = ?"

Key = tuple[str, str, str, str, str]  # engine, model, source, target, text


class Cache:
    """Thread-safe. A file that cannot be used is told once, and then there is only memory."""

    def __init__(
        self,
        file: Path | None,
        notice: Callable[[str], None],
        *,
        most_in_memory: int = MOST_IN_MEMORY,
        most_on_disk: int = MOST_ON_DISK,
    ) -> None:
        self._notice = notice
        self._most_in_memory = most_in_memory
        self._most_on_disk = most_on_disk
        self._lock = Lock()
        self._memory: OrderedDict[Key, str] = OrderedDict()
        self._writes = 0
        self._database = None if file is None else self._opened(file)

    def get(self, key: Key) -> str | None:
        with self._lock:
            if (known := self._memory.get(key)) is not None:
                self._memory.move_to_end(key)
                return known
            known = self._read(key) if _storable(*key) else None
            if known is not None:
                self._remember(key, known)
                self._write(key, known)  # what is used stays longest
            return known

    def put(self, key: Key, translation: str) -> None:
        if max(len(key[-1]), len(translation)) > _LONGEST_KEPT or not _storable(*key, translation):
            return
        with self._lock:
            self._remember(key, translation)
            self._write(key, translation)

    def close(self) -> None:
        with self._lock:
            database, self._database = self._database, None
            if database is not None:
                database.close()

    def _remember(self, key: Key, translation: str) -> None:
        self._memory[key] = translation
        self._memory.move_to_end(key)
        if len(self._memory) > self._most_in_memory:
            self._memory.popitem(last=False)

    # The file.

    def _opened(self, file: Path) -> sqlite3.Connection | None:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(mode=0o600)
            if not _may_be_ours(file):
                self._notice(
                    f"{file} is something else, so translations are kept in memory alone: name another file"
                )
                return None
            file.chmod(0o600)
            try:
                return _connected(file)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._notice(f"the translations kept in {file} were damaged and are forgotten ({error})")
                file.write_bytes(b"")
                return _connected(file)
        except (OSError, sqlite3.Error) as error:
            self._notice(f"translations cannot be kept in {file} ({error}): they are kept in memory alone")
            return None

    def _read(self, key: Key) -> str | None:
        known: str | None = None
        with self._asking() as database:
            if database is not None:
                row = database.execute(f"SELECT translation FROM translations WHERE {_WHERE}", key).fetchone()  # noqa: S608
                known = row[0] if row and isinstance(row[0], str) else None
        return known

    def _write(self, key: Key, translation: str) -> None:
        with self._asking() as database:
            if database is None:
                return
            row = (*key, translation, time.time())
            database.execute("INSERT OR REPLACE INTO translations VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if self._writes % _PRUNED_EVERY == 0:
                database.execute(
                    "DELETE FROM translations WHERE used <= "
                    "(SELECT used FROM translations ORDER BY used DESC LIMIT 1 OFFSET ?)",
                    (self._most_on_disk,),
                )
            self._writes += 1

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection | None]:
        """What goes wrong with the file in mid-session costs the file, not the sentence."""
        try:
            yield self._database
        except sqlite3.Error as error:
            self._notice(f"translations are not kept on disk any more: {error}")
            if self._database is not None:
                self._database.close()
            self._database = None


def _may_be_ours(file: Path) -> bool:
    """Nobody's notes are to be written over because of a slip in a name."""
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return content.read(len(_MAGIC)) in (b"", _MAGIC)


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        with closing(database.execute("PRAGMA quick_check(1)")) as checked:
            if checked.fetchone() != ("ok",):
                raise sqlite3.DatabaseError("its pages do not fit together")
        database.executescript("PRAGMA synchronous=OFF;" + _SCHEMA)
        database.execute(
            "SELECT engine, model, source, target, text, translation, used FROM translations LIMIT 1"
        )
    except sqlite3.Error:
        database.close()
        raise
    return database


def _storable(*texts: str) -> bool:
    """Lone surrogates cannot be written to a file."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Shelf:
    """The part of a cache that one translator fills: another model may say it better."""

    cache: Cache
    engine: str
    model: str
    source: str
    target: str

    def get(self, text: str) -> str | None:
        return self.cache.get(self._key(text))

    def put(self, text: str, translation: str) -> None:
        self.cache.put(self._key(text), translation)

    def _key(self, text: str) -> Key:
        return self.engine, self.model, self.source, self.target, text
