"""A histogram for each measure, all on one logarithmic axis, so that they can be compared by eye."""

from collections.abc import Sequence

from streamtts.reported.amounts import duration, many
from streamtts.reported.drawing import grid, labelled_axis, svg
from streamtts.reported.figures import Scale, Summary, summary
from streamtts.reported.markup import Html, element
from streamtts.reported.run import Run
from streamtts.reported.stages import MEASURES, Measure

_HEIGHT = 84
_LABELLED = 5  # decades: of more, every second one has room for its name
_DECADES = ("1 ms", "10 ms", "0.1 s", "1 s", "10 s", "100 s", "1000 s")


def histograms(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """Measures of which no run has a value are left out."""
    found = {measure: [measure.values(run) for run in runs] for measure in MEASURES}
    scale = Scale.over(value for lists in found.values() for values in lists for value in values)
    panels = [_panel(measure, lists, names, scale) for measure, lists in found.items() if any(lists)]
    return element("div", *panels, class_="panels")


def _panel(measure: Measure, lists: Sequence[Sequence[float]], names: Sequence[str], scale: Scale) -> Html:
    decades = scale.high - scale.low
    labels = [
        (100 * at / decades, _decade(scale.low + at))
        for at in range(0, decades + 1, 1 if decades <= _LABELLED else 2)
    ]
    figures = [
        piece
        for name, values in zip(names, lists, strict=True)
        for piece in (
            _drawing(measure, values, name, scale),
            labelled_axis(labels),
            _told(summary(values), name),
        )
    ]
    return element(
        "figure",
        element("figcaption", element("b", measure.label), element("span", measure.explained)),
        *figures,
        class_="panel",
    )


def _drawing(measure: Measure, values: Sequence[float], name: str, scale: Scale) -> Html:
    """Bars are as high as the share of the sentences, the highest as the panel."""
    counts = scale.counts(values)
    highest = max([1, *counts])
    width = 100 / len(counts)
    places = [100 * at / (scale.high - scale.low) for at in range(1, scale.high - scale.low)]
    bars = [
        element(
            "rect",
            x=f"{at * width:.2f}%",
            width=f"{width:.2f}%",
            y=round(_HEIGHT - height, 1),
            height=round(height, 1),
            class_=f"bin {measure.key}",
        )
        for at, count in enumerate(counts)
        if (height := max(2.0, (_HEIGHT - 6) * count / highest) if count else 0.0)
    ]
    middle = summary(values).median
    marks = []
    if middle is not None:
        at = f"{100 * scale.place(middle):.2f}%"
        marks.append(element("line", x1=at, x2=at, y1=0, y2=_HEIGHT, class_="median"))
    label = ", ".join(filter(None, [name, measure.label, _in_words(summary(values))]))
    return svg(_HEIGHT, grid(places, _HEIGHT), *bars, *marks, role="img", aria_label=label)


def _told(found: Summary, name: str) -> Html:
    pairs = [("median", found.median), ("p95", found.p95), ("p99", found.p99), ("most", found.most)]
    shown = [
        element("span", label, " ", element("b", duration(value)))
        for label, value in pairs
        if value is not None
    ]
    count = element("span", many(found.count))
    return element(
        "p", *([element("b", name, class_="run")] if name else []), *shown, count, class_="summary"
    )


def _in_words(found: Summary) -> str:
    return f"{many(found.count)}, median {duration(found.median)}, at most {duration(found.most)}"


def _decade(power: int) -> str:
    return _DECADES[power] if 0 <= power < len(_DECADES) else f"1e{power - 3} s"
