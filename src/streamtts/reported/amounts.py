"""Times as a person reads them, and round places for an axis."""

from collections.abc import Sequence

_SECOND_MS = 1_000.0
_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
NONE = "–"
LONG_S = 120  # from here on an axis counts in minutes


def duration(value_ms: float | None) -> str:
    if value_ms is None:
        return NONE
    if value_ms < 9.95:
        return f"{value_ms:.1f} ms"
    if value_ms < 999.5:
        return f"{value_ms:.0f} ms"
    if value_ms < 99.5 * _SECOND_MS:
        return f"{value_ms / _SECOND_MS:.{2 if value_ms < 9_995 else 1}f} s"
    told = clock(value_ms)
    return f"{told} h" if told.count(":") > 1 else f"{told} min"


def clock(at_ms: float) -> str:
    """A place in the session, like 1:04 or 2:00:09."""
    seconds = max(0, round(at_ms / _SECOND_MS))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def ticks(start_ms: float, end_ms: float, most: int = 6) -> Sequence[float]:
    """Round places within a span, at most so many."""
    span_s = max(end_ms - start_ms, 1.0) / _SECOND_MS
    step_s = next((step for step in _STEPS_S if span_s / step <= most), None)
    if step_s is None:
        step_s = _STEPS_S[-1]
        while span_s / step_s > most:
            step_s *= 2
    step_ms = step_s * _SECOND_MS
    first = -(-start_ms // step_ms)
    last = end_ms // step_ms
    return [place * step_ms for place in range(int(first), int(last) + 1)]


def tick_label(at_ms: float, step_ms: float) -> str:
    """On an axis of a few seconds their parts count."""
    if step_ms < _SECOND_MS:
        return f"{at_ms / _SECOND_MS:.{1 if step_ms >= 100 else 2}f} s"
    return clock(at_ms)


def round_up(value_ms: float) -> float:
    """To whole seconds, or minutes, that are easily halved."""
    found = _rounded_up(value_ms, _SECOND_MS)
    return found if found < LONG_S * _SECOND_MS else _rounded_up(value_ms, 60 * _SECOND_MS)


def _rounded_up(value: float, unit: float) -> float:
    while True:
        for leading in (1, 2, 3, 4, 6, 8):
            if leading * unit >= value:
                return leading * unit
        unit *= 10


def many(count: int) -> str:
    return f"{count:,} sentence{'' if count == 1 else 's'}"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole > 0 else NONE
