"""What a listener waited for, as a table of eighty columns."""

from collections import deque
from dataclasses import dataclass

from streamtts.events import Event
from streamtts.shown.journeys import Figures, Journey, Journeys, Tally
from streamtts.shown.terminal import clip, printable

_ROWS = 20
_TEXT_COLUMNS = 30
_NAMES = "    #  translated  first audio     heard"
_GAP, _SENTENCE = "     gap", "  sentence"
_LEGEND = (
    "Milliseconds from a sentence's last byte. One that had to wait for earlier",
    "speech shows that wait too; gap is the silence that was heard before it.",
)
_FILE_LEGEND = (
    "Milliseconds from a sentence's last byte until it is in the file. One that had",
    "to wait for earlier speech shows that wait too. The file itself has no gaps.",
)
_CLAUSE_LEGEND = "93/410: a first clause was translated after 93, the whole after 410."


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    figures: Figures
    text: str


class LatencyTable:
    """The last sentences, and the medians of all; those that waited behind speech are kept apart.

    Where sound goes to a file at no pace of its own, the time between sentences is no silence, and not shown.
    """

    def __init__(self, *, keeps_time: bool = True) -> None:
        self._keeps_time = keeps_time
        self._journeys = Journeys()
        self._rows: deque[_Row] = deque(maxlen=_ROWS)
        self._count = 0
        self._all, self._free, self._waited = Tally(), Tally(), Tally()

    def on_event(self, event: Event) -> None:
        if journey := self._journeys.on_event(event):
            self._add(journey)

    def close(self) -> None:
        for journey in self._journeys.take_rest():
            self._add(journey)

    def lines(self) -> list[str]:
        """Nothing if nothing was heard."""
        if not self._all.count:
            return []
        more = self._count - len(self._rows)
        hidden = [f"{'...':>5}  and {more} before these"] if more else []
        rows = [self._line(str(row.number), row.figures, row.text) for row in self._rows]
        legend = [*(_LEGEND if self._keeps_time else _FILE_LEGEND)]
        if any("/" in _translated(row.figures) for row in self._rows):
            legend.append(_CLAUSE_LEGEND)
        header = _NAMES + (_GAP if self._keeps_time else "") + _SENTENCE
        return [*legend, "", header, *hidden, *rows, "", *self._footer()]

    def _add(self, journey: Journey) -> None:
        figures = journey.figures()
        self._count += 1
        self._rows.append(_Row(journey.index + 1, figures, _label(journey)))
        if journey.heard_start_ms is not None:
            self._all.add(figures)
            (self._free if journey.voice_free else self._waited).add(figures)

    def _footer(self) -> list[str]:
        groups = [("all", self._all)]
        if self._free.count and self._waited.count:
            groups += [("voice was free", self._free), ("had to wait", self._waited)]
        lines = [self._line("", tally.medians(), f"median, {name} ({tally.count})") for name, tally in groups]
        p99s = [(name, tally.count, tally.p99()) for name, tally in groups]
        return lines + [self._line("", p99, f"p99, {name} ({count})") for name, count, p99 in p99s if p99]

    def _line(self, number: str, figures: Figures, text: str) -> str:
        columns = [
            f"{number:>5}",
            f"{_translated(figures):>10}",
            f"{_ms(figures.voiced):>11}",
            f"{_ms(figures.heard):>8}",
        ]
        if self._keeps_time:
            columns.append(f"{_ms(figures.gap):>6}")
        return "  ".join([*columns, text]).rstrip()


def _label(journey: Journey) -> str:
    mark = f"[{journey.outcome}] " if journey.outcome != "heard" else ""
    return clip(mark + printable(journey.sentence.text[:200]), _TEXT_COLUMNS)


def _translated(figures: Figures) -> str:
    first, whole = _ms(figures.translated_first), _ms(figures.translated)
    return whole if first == whole else f"{first}/{whole}"


def _ms(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
