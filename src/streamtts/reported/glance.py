"""The few figures that say how a session was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamtts.reported.amounts import NONE, duration, many, share
from streamtts.reported.facts import OUTPUT
from streamtts.reported.figures import Summary, summary
from streamtts.reported.markup import Html, element, join
from streamtts.reported.run import Run
from streamtts.reported.stages import ANSWER, FIRST_CLAUSE, GAP, Measure
from streamtts.reported.tables import signed

_NO_CLOCK = ("wav", "raw")
_SAME = 0.01  # a smaller share says nothing
_SEVERAL, _MANY, _COUNTED = 3, 10, 1000  # times as long


@dataclass(frozen=True, slots=True)
class Figure:
    """`value_ms` is what two runs are compared by."""

    label: str
    value: str
    beside: Sequence[str]
    value_ms: float | None = None
    key: str = "text"


def figures(run: Run, *, translated: bool) -> Sequence[Figure]:
    return [
        _latency("Last byte to the ear", ANSWER, run),
        _latency("Silence between sentences", GAP, run),
        *([_latency("First clause translated", FIRST_CLAUSE, run)] if translated else []),
        _lag(run),
        _heard(run),
        Figure("Length", duration(run.span_ms), [many(len(run.sentences))], run.span_ms),
    ]


def tiles(run: Run) -> Html:
    shown = (
        element(
            "div",
            element("dt", figure.label),
            element("dd", element("b", figure.value), _beside(figure)),
            class_=f"tile {figure.key}",
        )
        for figure in figures(run, translated=run.is_translated)
    )
    return element("dl", *shown, class_="tiles")


def compared(first: Run, second: Run) -> Html:
    """The figures of two runs in a row each."""
    translated = first.is_translated or second.is_translated
    pairs = zip(figures(first, translated=translated), figures(second, translated=translated), strict=True)
    rows = (
        element(
            "tr",
            element("th", one.label, scope="row"),
            *(
                element("td", element("b", each.value), _beside(each), data_label=name)
                for each, name in ((one, "A"), (other, "B"))
            ),
            element("td", *_against(one, other), data_label="B against A"),
        )
        for one, other in pairs
    )
    heads = (element("th", name, scope="col") for name in ("", "A", "B", "B against A"))
    return element(
        "div",
        element(
            "table",
            element("caption", "Both runs in figures", class_="unseen"),
            element("thead", element("tr", *heads)),
            element("tbody", *rows),
            class_="compared",
        ),
        class_="table",
        role="region",
        aria_label="Both runs in figures",
        tabindex="0",
    )


def _against(one: Figure, other: Figure) -> Iterator[Html | str]:
    if one.value_ms is None or other.value_ms is None:
        yield NONE
        return
    difference = other.value_ms - one.value_ms
    if abs(difference) < max(0.05, _SAME * one.value_ms):
        yield "the same" if round(difference, 1) == 0 else "about the same"
        return
    yield element("b", signed(difference))
    if one.value_ms >= 1:
        yield element("span", _in_words(other.value_ms / one.value_ms))


def _in_words(ratio: float) -> str:
    if ratio >= _SEVERAL:
        return f"{ratio:.{1 if ratio < _MANY else 0}f} times as long"
    if ratio <= 1 / _SEVERAL:
        return f"1/{1 / ratio:,.0f} of it" if ratio > 1 / _COUNTED else "next to nothing of it"
    return f"{share(abs(ratio - 1), 1)} {'shorter' if ratio < 1 else 'longer'}"


def _latency(label: str, measure: Measure, run: Run) -> Figure:
    found = summary(measure.values(run))
    return Figure(label, duration(found.median), _spread(found), found.median, measure.key)


def _spread(found: Summary) -> Sequence[str]:
    if not found.count:
        return ["no sentence"]
    name, value = ("p95", found.p95) if found.p95 is not None else ("at most", found.most)
    return [f"median of {found.count:,}", f"{name} {duration(value)}"]


def _beside(figure: Figure) -> Html:
    """A line is broken between its parts only."""
    return element("span", *((element("span", part), " ") for part in figure.beside), class_="beside")


def _lag(run: Run) -> Figure:
    most = max((standing.lag_ms for standing in run.standings), default=None)
    return Figure("Furthest behind", duration(most), ["speech still to come"], most)


def _heard(run: Run) -> Figure:
    others = [
        f"{count:,} {outcome}" for outcome in ("cut", "skipped", "unheard") if (count := run.count(outcome))
    ]
    return Figure("Heard to the end", f"{run.count('heard'):,}", [f"of {len(run.sentences):,}", *others])


def outputs(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """Where nobody was listening, the figures of the ear are not what they seem."""
    into_files = [name for run, name in zip(runs, names, strict=True) if run.facts.get(OUTPUT) in _NO_CLOCK]
    told = (
        "The sound went into a file, which takes it as fast as it is made: what is said of the ear, of "
        "silence and of being behind is not what a listener would have had."
    )
    shown = (element("p", *([element("b", name), " "] if name else []), told) for name in into_files)
    return join(*shown)


def flaws(runs: Sequence[Run]) -> Html:
    """What is missing of the traces, where a reader cannot miss it."""
    told = [element("p", flaw) for run in runs for flaw in run.flaws]
    return element("div", *told, class_="flaws", role="note") if told else join()
