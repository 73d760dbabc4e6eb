"""A terminal of the given size, as its user sees it."""

import io

import pyte


class Terminal(io.StringIO):
    """A stream whose writes appear on a screen, with everything that scrolled off it."""

    def __init__(self, columns: int = 60, rows: int = 12) -> None:
        super().__init__()
        self._screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._screen.set_mode(pyte.modes.LNM)  # the line discipline of a real terminal: \n is \r\n
        self._stream = pyte.Stream(self._screen)
        self.writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        self._stream.feed(text)
        return len(text)

    def size(self) -> tuple[int, int]:
        return self._screen.columns, self._screen.lines

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)

    @property
    def title(self) -> str:
        return str(self._screen.title)

    @property
    def cursor(self) -> tuple[int, int]:
        return self._screen.cursor.x, self._screen.cursor.y

    @property
    def screen(self) -> list[str]:
        """The lines on the screen, without the empty ones below."""
        return _without_tail([line.rstrip() for line in self._screen.display])

    @property
    def all(self) -> list[str]:
        """What scrolled off, too."""
        gone = [
            "".join(line[column].data for column in range(self._screen.columns)).rstrip()
            for line in self._screen.history.top
        ]
        return _without_tail([*gone, *(line.rstrip() for line in self._screen.display)])

    def bold_lines(self) -> list[str]:
        return [line for row, line in enumerate(self.screen) if line and self._screen.buffer[row][0].bold]


def _without_tail(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines
