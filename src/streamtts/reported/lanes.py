"""The whole session at a glance: a lane for each stage; what happens at once stands one above the other."""

from collections.abc import Iterator, Sequence

from streamtts.reported.amounts import duration, share
from streamtts.reported.drawing import Window, axis, bar, grid, svg
from streamtts.reported.figures import common, length, merged
from streamtts.reported.markup import Html, element, join
from streamtts.reported.run import Run, Span
from streamtts.reported.stages import HEARD, TRANSLATE, Stage

_LANE_HEIGHT = 22
_SHARED = (TRANSLATE, HEARD)  # those of which it means something how much of the session they took
_FINEST = 900  # spans nearer than this part of the session are drawn as one


def lanes(run: Run, stages: Sequence[Stage], window: Window) -> Html:
    nearer_ms = (window.end_ms - window.start_ms) / _FINEST
    places = [window.place(at) for at in window.ticks]
    rows = [_arrivals(run, window, nearer_ms, places)]
    for stage in stages:
        pale, full = spans_of(run, stage, pale=True), spans_of(run, stage, pale=False)
        told = share(length(full), run.span_ms) if stage in _SHARED else ""
        bars = [
            *(bar(window, span, f"{stage.key} pale", y=9, height=4) for span in merged(pale, nearer_ms)),
            *(bar(window, span, stage.key, y=4, height=14) for span in merged(full, nearer_ms)),
        ]
        label = f"{stage.label}: {stage.explained}" + (f"; {told} of the session" if told else "")
        rows.append(_lane(stage.key, stage.label, told, [grid(places, _LANE_HEIGHT), *bars], label))
    return element("div", *rows, element("div", axis(window), class_="lane-axis"), class_="lanes")


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
    if heard:
        first, last = heard[0][0], heard[-1][1]
        silent = max(0.0, (last - first) - length(heard))
        yield (
            f"Between the first sound and the last, it was silent for {duration(silent)} "
            f"of {duration(last - first)}."
        )


def spans_of(run: Run, stage: Stage, *, pale: bool) -> Sequence[Span]:
    found = (sentence for sentence in run.sentences if stage.is_pale(sentence) == pale)
    return merged(span for sentence in found if (span := stage.span(sentence)))


def _arrivals(run: Run, window: Window, nearer_ms: float, places: Sequence[float]) -> Html:
    known = merged(((sentence.known_ms, sentence.known_ms) for sentence in run.sentences), nearer_ms)
    marks = [bar(window, span, "text", y=7, height=8) for span in known]
    count = f"{len(run.sentences):,}"
    return _lane("text", "Text", count, [grid(places, _LANE_HEIGHT), *marks], f"Text: {count} sentences came")


def _lane(key: str, label: str, told: str, drawn: Sequence[Html], explained: str) -> Html:
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
