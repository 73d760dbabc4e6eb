"""Captions on standard error, in step with the voice."""

from collections.abc import Callable, Mapping
from typing import TextIO

from streamtts.events import (
    Asked,
    Event,
    HeardEnd,
    HeardStart,
    Known,
    Notice,
    Observer,
    Skipped,
    Spoken,
    Status,
    Voiced,
)
from streamtts.shown.recall import Recall, Wording
from streamtts.shown.skips import Skips
from streamtts.shown.terminal import clip, printable, wrap

_BOLD, _DIM, _NORMAL = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_NEXT_LINE = "\r\n"  # also where somebody has switched off the terminal's own return
_CLEAR_BELOW = "\x1b[J"
_LAG_SHOWN_S = 3.0
_USUAL_SIZE = (80, 24)

Size = Callable[[], tuple[int, int]]  # columns, rows; as os.get_terminal_size gives them


def captions_for(
    stream: TextIO, size: Size, variables: Mapping[str, str], *, terminal: bool, hint: str = ""
) -> Observer:
    """The captions that suit where they go; whoever wants no colours gets no escape sequences at all."""
    if not terminal or variables.get("TERM", "dumb") in ("", "dumb") or variables.get("NO_COLOR"):
        return PlainCaptions(stream)
    return TerminalCaptions(stream, size, hint=hint)


class TerminalCaptions:
    """The sentence being heard, highlighted, above a status line; what is over scrolls up as plain lines.

    The cursor rests on an empty line above the two. So whatever another program writes meanwhile lands there
    and pushes on, a window that changes its width cannot move the block away from the cursor, and drawing
    anew is to clear everything below.
    """

    def __init__(self, stream: TextIO, size: Size, *, hint: str = "") -> None:
        self._stream = stream
        self._size = size
        self._hint = hint
        self._recall = Recall()
        self._skips = Skips()
        self._heard: int | None = None
        self._status: Status | None = None
        self._drawn: list[str] = []

    def on_event(self, event: Event) -> None:
        over = self._dimmed(self._skips.before(event)) + self._over(event)
        self._recall.on_event(event)
        match event:
            case HeardStart(index=index):
                self._heard = index
            case HeardEnd(index=index) if index == self._heard:
                self._heard = None
            case Status():
                self._status = event
            case (
                Known() | Asked() | Voiced() | Spoken()
            ):  # thousands at once, when a log is read, and nothing to see
                return
            case _:
                pass
        self._show(over, self._block())

    def close(self) -> None:
        """The status line goes, everything else stays, and the next prompt has a line of its own."""
        over = self._dimmed(self._skips.rest()) + self._current_lines()
        self._heard = self._status = None
        self._show(over, [])

    def _over(self, event: Event) -> list[str]:
        """The lines that scroll up."""
        match event:
            case Notice(text=text):
                return self._wrapped(f"streamtts: {printable(text)}")
            case HeardStart():
                return self._current_lines()
            case HeardEnd(index=index, cut=cut) if index == self._heard:
                return self._current_lines(" [cut]" if cut else "")
            case Skipped(index=index) if index != self._heard:
                wording = self._recall.wording(index)
                return (
                    [] if wording.settled else self._dimmed(self._skips.lines(event, _in_one_line(wording)))
                )
            case _:
                return []

    def _current_lines(self, mark: str = "") -> list[str]:
        if self._heard is None:
            return []
        wording = self._recall.wording(self._heard)
        lines = self._wrapped(wording.spoken + mark)
        return lines + self._original_lines(wording)

    def _dimmed(self, lines: list[str]) -> list[str]:
        return _styled(_DIM, [row for line in lines for row in self._wrapped(line)])

    def _original_lines(self, wording: Wording) -> list[str]:
        return self._dimmed([wording.original]) if wording.translation else []

    def _block(self) -> list[str]:
        """What is redrawn at every change: at most a screenful."""
        lines = []
        _, rows = self._screen()
        if self._heard is not None:
            wording = self._recall.wording(self._heard)
            lines = _styled(_BOLD, self._wrapped(wording.spoken)) + self._original_lines(wording)
            room = max(1, rows - 3)
            lines = lines if len(lines) <= room else [*lines[: max(0, room - 1)], "..."]
        if self._status is not None:
            lines.append(_styled(_DIM, [self._status_line(self._status)])[0])
        return ["", *lines][-rows:] if lines else []

    def _status_line(self, status: Status) -> str:
        parts = [
            status.state,
            "muted" if status.muted else "",
            _lag(status.lag_s),
            f"{status.speed:.2g}x" if f"{status.speed:.2g}" != "1" else "",
            printable(status.engine),
            self._hint,
        ]
        shown = [part for part in parts if part]
        while len(shown) > 1 and len(" | ".join(shown)) > self._text_columns():
            shown.pop()
        return clip(" | ".join(shown), self._text_columns())

    def _show(self, over: list[str], block: list[str]) -> None:
        """One write for each change, so that nobody's output comes in between."""
        if not over and block == self._drawn:
            return
        columns, _ = self._screen()
        # A row of spaces ends in the next line if somebody left the cursor in the middle of one.
        text = " " * columns + "\r" + _CLEAR_BELOW + "".join(f"{line}{_NEXT_LINE}" for line in over)
        if block:
            text += _NEXT_LINE.join(block) + "\r" + (f"\x1b[{len(block) - 1}A" if len(block) > 1 else "")
        self._drawn = block
        self._stream.write(text)
        self._stream.flush()

    def _wrapped(self, text: str) -> list[str]:
        return wrap(text, self._text_columns())

    def _text_columns(self) -> int:
        """The last column stays empty: terminals disagree about what follows a full line."""
        return max(1, self._screen()[0] - 1)

    def _screen(self) -> tuple[int, int]:
        columns, rows = self._size()
        return (columns, rows) if columns > 0 and rows > 0 else _USUAL_SIZE


class PlainCaptions:
    """One line for each sentence, when it begins to be heard.

    A translation that is spoken while it is still being found is waited for.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._recall = Recall()
        self._skips = Skips()
        self._heard: int | None = None
        self._waiting = False

    def on_event(self, event: Event) -> None:
        self._write(self._skips.before(event))
        match event:
            case HeardStart(index=index):
                self._write_waiting()
                self._heard, self._waiting = index, True
            case Skipped(index=index) if index != self._heard:
                wording = self._recall.wording(index)
                if not wording.settled:
                    self._write(self._skips.lines(event, _in_one_line(wording)))
            case Notice():
                _write_notice(self._stream, event)
            case _:
                pass
        self._recall.on_event(event)
        if self._heard is not None and self._recall.wording(self._heard).complete:
            self._write_waiting()

    def close(self) -> None:
        self._write(self._skips.rest())
        self._write_waiting()

    def _write(self, lines: list[str]) -> None:
        for line in lines:
            _write_line(self._stream, line)

    def _write_waiting(self) -> None:
        if self._waiting and self._heard is not None:
            _write_line(self._stream, _in_one_line(self._recall.wording(self._heard)))
        self._waiting = False


class NoticesOnly:
    """For who wants to hear and not to read."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            _write_notice(self._stream, event)

    def close(self) -> None: ...


def _in_one_line(wording: Wording) -> str:
    return f"{wording.translation} ({wording.original})" if wording.translation else wording.original


def _lag(lag_s: float) -> str:
    if lag_s < _LAG_SHOWN_S:
        return ""
    return f"{lag_s:.0f} s behind" if lag_s < 120 else f"{lag_s / 60:.0f} min behind"


def _styled(style: str, lines: list[str]) -> list[str]:
    return [f"{style}{line}{_NORMAL}" for line in lines]


def _write_notice(stream: TextIO, notice: Notice) -> None:
    _write_line(stream, f"streamtts: {printable(notice.text)}")


def _write_line(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    stream.flush()
