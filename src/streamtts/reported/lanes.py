"""The whole session at a glance: a lane for each stage; what happens at once stands one above the other."""

from collections.abc import Iterable, Iterator, Sequence

from streamtts.reported.amounts import duration, share
from streamtts.reported.drawing import Window, axis, bar, grid, svg
from streamtts.reported.figures import busy, common, length, merged
from streamtts.reported.markup import Html, element, join
from streamtts.reported.run import Run, Span
from streamtts.reported.stages import HEARD, TRANSLATE, Stage

_LANE_HEIGHT = 22
_SHARED = (TRANSLATE, HEARD)  # those of which it means something how much of the session they took
_DRAWN = 1_000  # sentences
PARTS = 240  # of a session with more
_FINEST = 900  # spans nearer than this part of the session are drawn as one


def lanes(run: Run, stages: Sequence[Stage], window: Window) -> Html:
    places = [window.place(at) for at in window.ticks]
    known = [(sentence.known_ms, sentence.known_ms) for sentence in run.sentences]
    count = f"{len(known):,}"
    rows = [_lane("text", "Text", count, _marks(run, known, window, places), f"Text: {count} sentences came")]
    for stage in stages:
        full = spans_of(run, stage, pale=False)
        told = share(length(full), run.span_ms) if stage in _SHARED else ""
        label = f"{stage.label}: {stage.explained}" + (f"; {told} of the session" if told else "")
        rows.append(_lane(stage.key, stage.label, told, _bars(run, stage, window, places), label))
    return element("div", *rows, element("div", axis(window), class_="lane-axis"), class_="lanes")


def is_long(run: Run) -> bool:
    """So many sentences that their spans would run into each other."""
    return len(run.sentences) > _DRAWN


def _bars(run: Run, stage: Stage, window: Window, places: Sequence[float]) -> Iterator[Html]:
    yield grid(places, _LANE_HEIGHT)
    for pale, height in ((True, 4), (False, 14)):
        spans = spans_of(run, stage, pale=pale)
        class_ = f"{stage.key} pale" if pale else stage.key
        if is_long(run):
            yield from _columns(busy(spans, run.span_ms, PARTS), run.span_ms, window, class_)
            continue
        for span in merged(spans, _finest_ms(window)):
            yield bar(window, span, class_, y=(_LANE_HEIGHT - height) / 2, height=height)


def _marks(run: Run, known: Sequence[Span], window: Window, places: Sequence[float]) -> Iterator[Html]:
    yield grid(places, _LANE_HEIGHT)
    if is_long(run):
        counts, span_ms = [0] * PARTS, run.span_ms
        for at, _ in known:
            counts[min(PARTS - 1, int(at / span_ms * PARTS))] += 1
        highest = max(counts)
        yield from _columns([count / highest for count in counts], span_ms, window, "text")
        return
    for span in merged(known, _finest_ms(window)):
        yield bar(window, span, "text", y=7, height=8)


def _columns(shares: Sequence[float], span_ms: float, window: Window, class_: str) -> Iterator[Html]:
    """The higher, the busier that part of a long session."""
    part_ms = span_ms / len(shares)
    for at, busy_share in enumerate(shares):
        if busy_share > 0:
            height = round(max(1.0, 18 * min(1.0, busy_share)), 1)
            span = at * part_ms, (at + 1) * part_ms
            yield bar(window, span, f"{class_} part", y=_LANE_HEIGHT - 2 - height, height=height)


def _finest_ms(window: Window) -> float:
    return (window.end_ms - window.start_ms) / _FINEST


def legend(stages: Sequence[Stage]) -> Html:
    items = (
        element(
            "li",
            swatch(stage.key),
            element("span", element("b", stage.label), f" {stage.explained}"),
        )
        for stage in stages
    )
    return element("ul", *items, class_="legend")


def swatch(key: str) -> Html:
    return element("span", class_=f"swatch {key}", aria_hidden="true")


def overlap(run: Run) -> Iterator[str]:
    """How much of the work nobody waited for."""
    heard, translating = spans_of(run, HEARD, pale=False), spans_of(run, TRANSLATE, pale=False)
    if translating and heard:
        hidden = common(translating, heard)
        yield (
            f"{duration(length(translating))} went into translating; {share(hidden, length(translating))} "
            "of that while something else was being heard."
        )
    if sum(sentence.heard_start_ms is not None for sentence in run.sentences) > 1:
        first, last = heard[0][0], heard[-1][1]
        silent = max(0.0, (last - first) - length(heard))
        yield (
            f"Between the first sound and the last, it was silent for {duration(silent)} "
            f"of {duration(last - first)}."
        )


def spans_of(run: Run, stage: Stage, *, pale: bool) -> Sequence[Span]:
    found = (sentence for sentence in run.sentences if stage.is_pale(sentence) == pale)
    return merged(span for sentence in found if (span := stage.span(sentence)))


def _lane(key: str, label: str, told: str, drawn: Iterable[Html], explained: str) -> Html:
    return element(
        "div",
        element("span", swatch(key), label, class_="lane-name"),
        svg(_LANE_HEIGHT, *drawn, role="img", aria_label=explained),
        element("span", told, class_="lane-share"),
        class_="lane",
    )


def overlap_text(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """A paragraph for each run."""
    return join(
        *(
            element("p", *([element("b", name), " "] if name else []), " ".join(overlap(run)))
            for run, name in zip(runs, names, strict=True)
        )
    )
