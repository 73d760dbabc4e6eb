"""What was heard as subtitles, for a recording of the same session."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from streamtts.errors import UsageError
from streamtts.events import Event, HeardEnd, HeardStart, Skipped
from streamtts.shown.line_breaks import even_lines
from streamtts.shown.outfile import OutFile
from streamtts.shown.recall import Recall, Wording
from streamtts.shown.terminal import cells, wrap

_LATIN_CELLS, _WIDE_CELLS = 42, 40  # twenty Japanese characters
_LINES_OF_A_LANGUAGE = 2
_READABLE_MS = 1000  # a long sentence is shown in parts, but none shorter than this

_Note = tuple[str, str]  # why, text


@dataclass(frozen=True, slots=True)
class _Cue:
    start_ms: int
    end_ms: int
    lines: Sequence[str]


class SubtitleFile:
    """Bilingual cues in the time of the sound, each written when it ends, so the file is always whole.

    A sentence that was skipped stands at its place, between its neighbours, where a player shows nothing
    of it: as a comment, or in SRT, which has none, as a cue of a millisecond.
    """

    def __init__(self, path: Path) -> None:
        self._format = _format_of(path)
        self._file = OutFile(path)
        self._header = self._format.header
        if self._file.is_empty:
            self._write("")
        self._recall = Recall()
        self._heard: HeardStart | None = None
        self._skipped: list[_Note] = []
        self._end_ms = 0
        self._now_s = 0.0

    def on_event(self, event: Event) -> None:
        self._now_s = event.at_s
        match event:
            case HeardStart():
                self._end_heard(event.media_s)
                self._heard = event
            case HeardEnd() if self._heard is not None and event.index == self._heard.index:
                self._end_heard(event.media_s)
            case Skipped(index=index, why=why):
                self._note(index, why)
            case _:
                pass
        self._recall.on_event(event)

    def close(self) -> None:
        if self._heard is not None:
            self._end_heard(self._heard.media_s + self._now_s - self._heard.at_s)
        self._file.close()

    def _note(self, index: int, why: str) -> None:
        heard_now = self._heard is not None and self._heard.index == index
        wording = self._recall.wording(index)
        if heard_now or wording.settled:
            return
        self._skipped.append((why, wording.spoken))
        if self._heard is None:
            self._write_notes()

    def _end_heard(self, media_s: float) -> None:
        if self._heard is None:
            return
        start_ms = max(self._end_ms, _ms(self._heard.media_s))
        end_ms = max(start_ms + 1, _ms(media_s))
        cues = _cues(self._recall.wording(self._heard.index), start_ms, end_ms)
        self._write("".join(map(self._format.cue, cues)))
        self._heard, self._end_ms = None, end_ms
        self._write_notes()

    def _write_notes(self) -> None:
        """All that were skipped at one place together: each for itself would push back what follows."""
        if self._skipped:
            text, self._end_ms = self._format.notes(self._skipped, self._end_ms)
            self._skipped.clear()
            self._write(text)

    def _write(self, text: str) -> None:
        self._file.write(self._header + text)
        self._header = ""


def _cues(wording: Wording, start_ms: int, end_ms: int) -> list[_Cue]:
    """One cue, or several for a long sentence: the time is shared by the length of what is spoken."""
    spoken, original = _wrapped(wording.spoken), _wrapped(wording.original if wording.translation else "")
    longest = max(len(spoken), len(original))
    if not longest:
        return []
    wanted = -(-longest // _LINES_OF_A_LANGUAGE)
    parts = max(1, min(wanted, (end_ms - start_ms) // _READABLE_MS))
    total, said, begin_ms = max(1, sum(map(cells, spoken))), 0, start_ms
    cues = []
    for part in range(parts):
        piece = _share(spoken, part, parts)
        said += sum(map(cells, piece))
        until_ms = end_ms if part == parts - 1 else start_ms + (end_ms - start_ms) * said // total
        until_ms = max(until_ms, begin_ms + 1)
        cues.append(_Cue(begin_ms, until_ms, [*piece, *_share(original, part, parts)]))
        begin_ms = until_ms
    return cues


def _share(lines: list[str], part: int, parts: int) -> list[str]:
    return lines[part * len(lines) // parts : (part + 1) * len(lines) // parts]


def _wrapped(text: str) -> list[str]:
    wide = cells(text) > len(text)
    return even_lines(text, _WIDE_CELLS) if wide else wrap(text, _LATIN_CELLS)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


class _Srt:
    """SubRip: numbered cues, no comments, no escapes."""

    header = ""

    def __init__(self) -> None:
        self._count = 0

    def cue(self, cue: _Cue) -> str:
        self._count += 1
        lines = "".join(f"{_srt_text(line)}\n" for line in cue.lines)
        return f"{self._count}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{lines}\n"

    def notes(self, notes: Sequence[_Note], at_ms: int) -> tuple[str, int]:
        """The text, and when it ends."""
        lines = [line for why, text in notes for line in wrap(f"[skipped: {why}] {text}", _LATIN_CELLS)]
        return self.cue(_Cue(at_ms, at_ms + 1, lines)), at_ms + 1


class _Vtt:
    """WebVTT, which has comments."""

    header = "WEBVTT\n\n"

    def cue(self, cue: _Cue) -> str:
        lines = "".join(f"{_vtt_text(line)}\n" for line in cue.lines)
        return f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{lines}\n"

    def notes(self, notes: Sequence[_Note], at_ms: int) -> tuple[str, int]:
        return "".join(f"NOTE skipped: {why}: {_vtt_text(text)}\n\n" for why, text in notes), at_ms


def _format_of(path: Path) -> _Srt | _Vtt:
    match path.suffix.lower():
        case ".srt":
            return _Srt()
        case ".vtt":
            return _Vtt()
        case suffix:
            found = f"not {suffix}" if suffix else "and its name needs one of the two endings"
            raise UsageError(f"captions are saved as .srt or .vtt, {found}: rename {path}")


def _clock(ms: int, mark: str) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{mark}{ms:03d}"


def _srt_text(line: str) -> str:
    """Not to be taken for a time, nor for the styling commands that some players obey."""
    return line.replace("-->", "-- >").replace("{\\", "{ \\")


def _vtt_text(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
