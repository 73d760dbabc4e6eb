"""A trace file as a Run; one that is none is refused with a sentence that says what it is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from streamtts.errors import StreamttsError, UsageError
from streamtts.reported import facts
from streamtts.reported.records import (
    NoTraceError,
    Patience,
    Record,
    count,
    language,
    name,
    number,
    records,
    time_ms,
    words,
)
from streamtts.reported.run import Run, Said, Standing, Told
from streamtts.reported.underway import UnderWay
from streamtts.shown.terminal import clip, printable

_NAME_COLUMNS = 80
_NOTICES_KEPT = 50
_OUTCOMES = ("heard", "cut", "skipped", "unheard")
_EVENTS = frozenset(
    (
        *("started", "session", "known", "asked", "translated_clause", "translated", "voiced", "spoken"),
        *("heard_start", "heard_end", "skipped", "turn_heard", "notice", "status", "sentence"),
        *("finished", "summary"),
    )
)


def read(path: Path, stdin_fd: int) -> Run:
    """The session in `path`; `-` is standard input."""
    label = "standard input" if str(path) == "-" else clip(printable(path.name), _NAME_COLUMNS)
    with _opened(path, stdin_fd) as file:
        patience = Patience()
        trace = _Trace(label, patience)
        try:
            for record in records(file, patience):
                trace.take(record)
        except NoTraceError as why:
            raise _no_trace(label, str(why)) from None
        except OSError as error:
            raise StreamttsError(f"cannot read {label}: {error.strerror}") from error
    return trace.finish()


@contextmanager
def _opened(path: Path, stdin_fd: int) -> Iterator[BinaryIO]:
    if str(path) == "-":
        if os.isatty(stdin_fd):
            raise UsageError("- is standard input, and nothing is piped in: name the file of --trace")
        with open(stdin_fd, "rb", closefd=False) as file:
            yield file
        return
    try:
        file = path.open("rb")
    except OSError as error:
        shown = printable(str(path))
        raise UsageError(f"cannot read {shown}: {error.strerror}; name the file of --trace") from error
    with file:
        yield file


class _Trace:
    """What has been read so far. A second session in the file takes the place of the first."""

    def __init__(self, label: str, patience: Patience) -> None:
        self._run = Run(label)
        self._patience = patience
        self._sessions = 0
        self._lines = self._unread = 0
        self._under_way = UnderWay()
        self._ended = self._last_is_broken = False

    def take(self, record: Record | None) -> None:
        self._lines += 1
        event = record.get("event") if record is not None else None
        if record is None or not isinstance(event, str) or event not in _EVENTS:
            self._unread += 1
            self._last_is_broken = True
            return
        self._last_is_broken = False
        self._patience.renew()
        if event == "started" or not self._sessions:
            self._begin(record)
        if (at_ms := time_ms(record, "at_ms")) is not None:
            self._run.end_ms = max(self._run.end_ms, at_ms)
        self._under_way.follow(event, record)
        if not self._understood(event, record):
            self._unread += 1

    def finish(self) -> Run:
        run = self._run
        if not self._lines:
            raise StreamttsError(f"{run.name} is empty: `streamtts --trace FILE` writes a trace")
        if not self._sessions:
            raise _no_trace(run.name, "none of its lines is of one")
        flaws = tuple(self._flaws())
        for left in self._under_way.sentences(run.end_ms):
            self._add_sentence(left)
        if not run.sentences:
            raise StreamttsError(f"{run.name} has no sentence that was heard or skipped: nothing to report")
        run.sentences.sort(key=lambda sentence: sentence.index)
        run.flaws = flaws
        return run

    def _begin(self, record: Record) -> None:
        self._sessions += 1
        self._run = Run(self._run.name, began_unix_ms=time_ms(record, "unix_ms"))
        self._under_way = UnderWay()
        self._ended = False

    def _understood(self, event: str, record: Record) -> bool:
        match event:
            case "sentence":
                return self._add_sentence(record)
            case "known":
                return count(record, "index") is not None
            case "status":
                return self._add_standing(record)
            case "notice":
                return self._add_notice(record)
            case "session":
                self._run.facts = facts.told(record)
            case "summary":
                self._ended = True
            case _:
                pass
        return True

    def _add_sentence(self, record: Record) -> bool:
        told = _told(record)
        if told is None:
            return False
        self._run.sentences.append(told)
        return True

    def _add_standing(self, record: Record) -> bool:
        at_ms, lag_ms = time_ms(record, "at_ms"), time_ms(record, "lag_ms")
        if at_ms is None or lag_ms is None:
            return False
        self._run.standings.append(Standing(at_ms, lag_ms, number(record, "speed") or 1.0))
        return True

    def _add_notice(self, record: Record) -> bool:
        at_ms, text = time_ms(record, "at_ms"), words(record, "text")
        if at_ms is None or text is None:
            return False
        if len(self._run.notices) < _NOTICES_KEPT:
            self._run.notices.append(Said(at_ms, text))
        else:
            self._run.notices_left_out += 1
        return True

    def _flaws(self) -> Iterator[str]:
        name = self._run.name
        if self._sessions > 1:
            yield f"{name} holds {self._sessions:,} sessions; this is the last of them."
        if not self._ended:
            left = len(self._under_way)
            many = "1 sentence was" if left == 1 else f"{left:,} sentences were"
            missing = f"; {many} still under way" if left else ""
            yield f"{name} has no end: its session still runs, or was killed{missing}."
        broken = self._unread - (self._last_is_broken and not self._ended)
        if broken:
            lines = "One line" if broken == 1 else f"{broken:,} lines"
            yield f"{lines} of {name} could not be understood and {'is' if broken == 1 else 'are'} left out."


def _no_trace(name: str, why: str) -> StreamttsError:
    return StreamttsError(f"{name} is no trace: {why}; `streamtts --trace FILE` writes one")


def _told(record: Record) -> Told | None:
    index, known_ms = count(record, "index"), time_ms(record, "known_ms")
    text, outcome = words(record, "text"), name(record, "outcome")
    if index is None or known_ms is None or text is None or outcome not in _OUTCOMES:
        return None
    return Told(
        index=index,
        turn=count(record, "turn") or 0,
        outcome=outcome,
        why=name(record, "why"),
        words=text,
        spoken=words(record, "spoken"),
        language=language(record),
        by=name(record, "by"),
        engine=name(record, "engine"),
        known_ms=known_ms,
        translating_ms=time_ms(record, "translating_ms"),
        translated_first_ms=time_ms(record, "translated_first_ms"),
        translated_ms=time_ms(record, "translated_ms"),
        voicing_ms=time_ms(record, "voicing_ms"),
        made_ms=time_ms(record, "made_ms"),
        voiced_ms=time_ms(record, "voiced_ms"),
        heard_start_ms=time_ms(record, "heard_start_ms"),
        heard_end_ms=time_ms(record, "heard_end_ms"),
        voice_free=record.get("voice_free") is True,
        gap_ms=time_ms(record, "gap_ms"),
    )
