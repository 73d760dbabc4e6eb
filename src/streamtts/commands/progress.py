"""How far a long work has come: a bar on a terminal, else a line now and then."""

from streamtts.environment import Environment
from streamtts.models.amounts import amount
from streamtts.models.report import Report
from streamtts.shown.terminal import clip, printable

_CLEAR = "\r\x1b[K"
_BAR_CELLS = 24
_REDRAW_S, _LINE_S = 0.1, 10.0
_COLUMNS = 80


def report_for(env: Environment) -> Report:
    dumb = env.environ.get("TERM", "dumb") in ("", "dumb")
    return Lines(env) if dumb or not env.stderr.isatty() else Bar(env)


class Lines:
    """Plain sentences, for files and for terminals that can do no more."""

    _every_s = _LINE_S

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._title = ""
        self._total = self._done = 0
        self._began_s = self._shown_s = 0.0

    def say(self, text: str) -> None:
        self._env.stderr.write(f"streamtts: {printable(text)}\n")
        self._env.stderr.flush()

    def begin(self, title: str, total_bytes: int) -> None:
        self._title, self._total, self._done = printable(title), total_bytes, 0
        self._began_s = self._shown_s = self._env.clock.now()

    def advance(self, size: int) -> None:
        self._done += size
        now_s = self._env.clock.now()
        if now_s - self._shown_s >= self._every_s:
            self._shown_s = now_s
            self._show()

    def end(self) -> None:
        self._total = 0

    @property
    def _share(self) -> float:
        return min(1.0, max(0.0, self._done / self._total)) if self._total else 1.0

    def _show(self) -> None:
        self.say(f"{self._title}: {self._share:.0%}")


class Bar(Lines):
    """One line that is drawn anew, and is gone in the end."""

    _every_s = _REDRAW_S

    def say(self, text: str) -> None:
        self._env.stderr.write(_CLEAR)
        super().say(text)

    def end(self) -> None:
        super().end()
        self._env.stderr.write(_CLEAR)
        self._env.stderr.flush()

    def _show(self) -> None:
        full = round(self._share * _BAR_CELLS)
        bar = "#" * full + "-" * (_BAR_CELLS - full)
        line = f"{self._share:4.0%} [{bar}] {self._title}{self._pace()}"
        self._env.stderr.write(_CLEAR + clip(line, _COLUMNS - 1))
        self._env.stderr.flush()

    def _pace(self) -> str:
        elapsed_s = self._env.clock.now() - self._began_s
        if elapsed_s < 1 or self._done <= 0:
            return ""
        rate = self._done / elapsed_s
        left_s = round((self._total - self._done) / rate)
        return f", {amount(int(rate))}/s, {left_s // 60}:{left_s % 60:02} left"
