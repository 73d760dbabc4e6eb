"""How far the ear was behind the text, over the whole session."""

import re
from collections.abc import Sequence

from streamtts.reported.amounts import LONG_S, clock, duration, round_up
from streamtts.reported.drawing import Window, axis, grid, svg
from streamtts.reported.facts import LAG
from streamtts.reported.figures import steps
from streamtts.reported.markup import Html, Piece, element
from streamtts.reported.run import Run

_HEIGHT = 170
_MOST_STEPS = 500
_UNITS = 1000  # of the drawing inside, which is stretched to the page
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)s?(?::\w+)?")


def top_of(runs: Sequence[Run]) -> float:
    """The end of the axis that these runs share."""
    return round_up(max((standing.lag_ms for run in runs for standing in run.standings), default=0.0))


def lag_curve(run: Run, window: Window, top_ms: float) -> Html:
    if not run.standings:
        return element("p", "The trace does not tell how far speech was behind.", class_="empty")
    found = steps(run.standings, run.span_ms, _MOST_STEPS)
    places = [window.place(at) for at in window.ticks]
    levels = [(share, top_ms * share) for share in (0.0, 0.5, 1.0)]
    drawn: list[Piece] = [
        grid(places, _HEIGHT),
        *(
            element("line", x1="0", x2="100%", y1=_y(share), y2=_y(share), class_="level")
            for share, _ in levels
        ),
        _area(found, run.span_ms, window, top_ms),
        *_limit(run, top_ms),
        *(
            element("text", duration_s(level), x="0", y=_y(share) - 4, class_="tick")
            for share, level in levels[1:]
        ),
    ]
    return element(
        "div", svg(_HEIGHT, *drawn, role="img", aria_label=told(run)), axis(window), class_="curve"
    )


def told(run: Run) -> str:
    """The curve in words."""
    most = max(run.standings, key=lambda standing: standing.lag_ms)
    text = f"At most {duration(most.lag_ms)} of speech were still to come, at {clock(most.at_ms)}."
    fastest = max(standing.speed for standing in run.standings)
    usual = run.standings[0].speed
    if fastest > usual * 1.005:
        text += f" To catch up, it was spoken up to {fastest / usual:.2f} times as fast."
    skipped = sum(sentence.why == "lag" for sentence in run.sentences)
    if skipped:
        text += f" {'One sentence was' if skipped == 1 else f'{skipped:,} sentences were'} skipped for it."
    return text


def is_thinned(run: Run) -> bool:
    return len(run.standings) > _MOST_STEPS


def duration_s(value_ms: float) -> str:
    seconds = value_ms / 1000
    return f"{seconds:g} s" if seconds < LONG_S else f"{seconds / 60:g} min"


def _area(found: Sequence[tuple[float, float]], end_ms: float, window: Window, top_ms: float) -> Html:
    """Stretched along both axes; lines keep their width."""
    corners: list[str] = []
    for (at, lag), (until, _) in zip(found, [*found[1:], (end_ms, 0.0)], strict=True):
        y = round(_UNITS - _UNITS * min(1.0, lag / top_ms))
        start, end = (round(window.place(place) * _UNITS / 100, 1) for place in (at, until))
        corners.append(f"{start:g},{y} {end:g},{y}")
    line = " ".join(corners)
    first, last = line.split(",", 1)[0], line.rsplit(" ", 1)[-1].split(",", 1)[0]
    return element(
        "svg",
        element("polygon", points=f"{first},{_UNITS} {line} {last},{_UNITS}", class_="lag-area"),
        element("polyline", points=line, class_="lag-line"),
        viewBox=f"0 0 {_UNITS} {_UNITS}",
        preserveAspectRatio="none",
        x="0",
        y=_y(1.0),
        width="100%",
        height=_y(0.0) - _y(1.0),
    )


def _limit(run: Run, top_ms: float) -> Sequence[Html]:
    """Where it begins to hurry, if the settings say so and the curve came near."""
    set_to = _LIMIT.fullmatch(run.facts.get(LAG, ""))
    limit_ms = 1000 * float(set_to[1]) if set_to else 0.0
    if not 0 < limit_ms < top_ms or run.facts[LAG].endswith("off"):
        return []
    y = _y(limit_ms / top_ms)
    return [
        element("line", x1="0", x2="100%", y1=y, y2=y, class_="limit"),
        element("text", f"hurries above {duration_s(limit_ms)}", x="100%", y=y - 4, class_="tick end"),
    ]


def _y(share: float) -> float:
    return round(_HEIGHT - 1 - share * (_HEIGHT - 20), 1)
