"""The page: one file that asks for nothing, runs nothing and sends nothing."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files

from streamtts.reported import glance, tables
from streamtts.reported.drawing import Window
from streamtts.reported.histograms import histograms
from streamtts.reported.lag_curve import is_thinned, lag_curve, told, top_of
from streamtts.reported.lanes import PARTS, is_long, lanes, legend, overlap_text
from streamtts.reported.markup import Html, Piece, bidi, element, join, raw
from streamtts.reported.run import Run
from streamtts.reported.scenes import scenes
from streamtts.reported.stages import stages_of

_LETTERS = ("A", "B")


def page(runs: Sequence[Run]) -> str:
    """One run, or two side by side."""
    names = _LETTERS if len(runs) > 1 else ("",)
    title = " and ".join(run.name for run in runs)
    body = element(
        "body",
        element("a", "To the slowest sentences", href="#sentences", class_="skip"),
        _header(runs, names),
        element("main", *_sections(runs, names)),
        element("footer", "Made by streamtts report. Everything on this page is in this file."),
    )
    return f"<!doctype html>\n{element('html', _head(title), body, lang='en')}\n"


def _head(title: str) -> Html:
    """No script runs here, nothing is loaded, and only our own style sheet is obeyed."""
    style = files("streamtts.reported").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{title} – streamtts report"),
        element("style", raw(style)),
    )


def _header(runs: Sequence[Run], names: Sequence[str]) -> Html:
    lines = (
        element(
            "p",
            *([element("b", name, class_="run"), " "] if name else []),
            bidi(run.name),
            *(element("span", part) for part in _about(run)),
            class_="about",
        )
        for run, name in zip(runs, names, strict=True)
    )
    heading = "Two sessions, side by side" if len(runs) > 1 else "How a session was spoken"
    return element("header", element("h1", heading), *lines, glance.flaws(runs))


def _about(run: Run) -> Iterator[Html | str]:
    if run.began_unix_ms is not None:
        yield (
            datetime.fromtimestamp(run.began_unix_ms / 1000, UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
        )
    engines = dict.fromkeys(
        name for sentence in run.sentences for name in (sentence.by, sentence.engine) if name
    )
    if engines:
        yield bidi(", ".join(list(engines)[:6]))


def _sections(runs: Sequence[Run], names: Sequence[str]) -> Iterator[Html]:
    alone = len(runs) == 1
    figures = glance.tiles(runs[0]) if alone else glance.compared(*runs)
    yield _section("glance", "At a glance", glance.outputs(runs, names), figures)
    yield _timeline(runs, names)
    if alone:
        yield _section(
            "steps",
            "Sentence by sentence",
            element("p", "Each row is a sentence; open one for its words and times.", class_="lead"),
            scenes(runs[0]),
        )
    yield _lag(runs, names)
    yield _section(
        "latency",
        "Where the milliseconds go",
        element(
            "p",
            "All on one logarithmic axis; the thin line is the median. A sentence found the voice free if "
            "nothing else was being heard or waiting for it.",
            class_="lead",
        ),
        histograms(runs, names),
    )
    yield _slowest(runs, names)
    yield _section(
        "facts",
        "Engines and machine",
        tables.engines(runs, names),
        tables.machine(runs, names),
        tables.notices(runs, names) or join(),
    )


def _timeline(runs: Sequence[Run], names: Sequence[str]) -> Html:
    stages = stages_of(runs)
    window = Window(0.0, max(run.span_ms for run in runs))
    drawn = [
        piece
        for run, name in zip(runs, names, strict=True)
        for piece in (*([_run_heading(name, run)] if name else []), lanes(run, stages, window))
    ]
    return _section(
        "timeline", "Timeline", overlap_text(runs, names), *drawn, legend(stages), _lanes_note(runs)
    )


def _lanes_note(runs: Sequence[Run]) -> Html:
    count = sum(len(run.sentences) for run in runs)
    told = ["Its one sentence is drawn." if count == 1 else f"All {count:,} sentences are drawn."]
    if any(is_long(run) for run in runs):
        told.append(
            f"A long session is drawn in {PARTS} parts: the higher a bar, the more of that time the stage "
            "was at work, and the more sentences came."
        )
    else:
        told.append("What is nearer than a pixel is drawn as one.")
    told.append("The share is how much of the session a stage was at work.")
    return element("p", " ".join(told), class_="note")


def _lag(runs: Sequence[Run], names: Sequence[str]) -> Html:
    window = Window(0.0, max(run.span_ms for run in runs))
    top_ms = top_of(runs)
    drawn: list[Piece] = []
    for run, name in zip(runs, names, strict=True):
        drawn += [_run_heading(name, run)] if name else []
        drawn += [element("p", told(run), class_="lead")] if run.standings else []
        drawn.append(lag_curve(run, window, top_ms))
    if any(is_thinned(run) for run in runs):
        drawn.append(
            element("p", "Of each five hundredth of the session the highest lag is drawn.", class_="note")
        )
    return _section("lag", "How far speech was behind the text", *drawn)


def _slowest(runs: Sequence[Run], names: Sequence[str]) -> Html:
    explained = element(
        "p",
        "Silence is what a listener heard before a sentence because of it: since its last byte if the voice "
        "was free, else since the end of the speech before it.",
        class_="lead",
    )
    different = tables.differences(*runs) if len(runs) > 1 else None
    if len(runs) > 1 and different is None:
        explained = join(explained, element("p", "The two runs have no sentence in common.", class_="lead"))
    heading = "The slowest sentences" if different is None else "Where the runs differ"
    return _section("sentences", heading, explained, different or tables.slowest(runs, names))


def _run_heading(name: str, run: Run) -> Html:
    return element("h3", element("b", name, class_="run"), " ", bidi(run.name))


def _section(key: str, heading: str, *pieces: Piece) -> Html:
    return element(
        "section",
        element("h2", heading, id=f"{key}-heading"),
        *pieces,
        id=key,
        aria_labelledby=f"{key}-heading",
    )
