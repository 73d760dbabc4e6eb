"""Rows of words as columns for the eye."""

from collections.abc import Iterable, Iterator, Sequence

from streamtts.shown.terminal import cells, printable

_GAP = "  "


def table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line for each row; every column but the last is as wide as its widest word."""
    shown = [[printable(word) for word in row] for row in rows]
    columns = max((len(row) for row in shown), default=0)
    widths = [max(cells(row[at]) for row in shown if at < len(row)) for at in range(columns)]
    for row in shown:
        padded = (word + " " * (width - cells(word)) for word, width in zip(row, widths, strict=False))
        yield _GAP.join(padded).rstrip() + "\n"
