"""The session sentence by sentence: a row for each, on the time axis of its part of the session."""

from collections import Counter
from collections.abc import Iterator, Sequence

from streamtts.reported.amounts import clock, duration
from streamtts.reported.drawing import Window, axis, bar, grid, svg
from streamtts.reported.markup import Html, Piece, bidi, element
from streamtts.reported.run import Run, Span, Told
from streamtts.reported.stages import HEARD, QUEUE, TRANSLATE, VOICE

_ROWS = 12
_MOST = 16
_LABEL_CHARACTERS = 90
_TEXT_CHARACTERS = 600
_HEIGHT = 24
_MARGIN = 0.01
_WIDE = 3.0  # percent; a narrower bar has no room for a mark


def scenes(run: Run) -> Html:
    """All parts of a session of this many rows; of a longer one those that matter."""
    parts = [run.sentences[at : at + _ROWS] for at in range(0, len(run.sentences), _ROWS)]
    chosen = _chosen(parts)
    drawn = [_scene(parts[at], is_open=place == 0) for place, at in enumerate(chosen)]
    left_out = len(parts) - len(chosen)
    told: list[Piece] = []
    if left_out:
        told.append(
            element(
                "p",
                f"{len(chosen)} of {len(parts):,} parts are shown: the first, the last, and those with the "
                "slowest sentences. All other figures and drawings are of the whole session.",
                class_="left-out",
            )
        )
    return element("div", *told, *drawn, class_="scenes")


def _chosen(parts: Sequence[Sequence[Told]]) -> Sequence[int]:
    if len(parts) <= _MOST:
        return range(len(parts))
    slowest = sorted(range(len(parts)), key=lambda at: -_worst(parts[at]))
    return sorted(list(dict.fromkeys([0, len(parts) - 1, *slowest]))[:_MOST])


def _worst(part: Sequence[Told]) -> float:
    return max((sentence.delay_ms or 0.0 for sentence in part), default=0.0)


def _scene(part: Sequence[Told], *, is_open: bool) -> Html:
    start = min(sentence.known_ms for sentence in part)
    end = max(sentence.end_ms for sentence in part)
    margin = max(end - start, 1.0) * _MARGIN
    window = Window(max(0.0, start - margin), end + margin)
    places = [window.place(at) for at in window.ticks]
    first, last = part[0].index + 1, part[-1].index + 1
    numbers = f"Sentence {first:,}" if first == last else f"Sentences {first:,}–{last:,}"
    head = element(
        "summary",
        element("b", numbers),
        element("span", f"{clock(start)} – {clock(end)}"),
        *(element("span", told) for told in _outcome(part)),
    )
    rows = [_row(sentence, window, places) for sentence in part]
    body = element("div", *rows, element("div", axis(window), class_="row-axis"), class_="rows")
    return element("details", head, body, class_="scene", open=is_open)


def _outcome(part: Sequence[Told]) -> Iterator[str]:
    if worst := _worst(part):
        yield f"longest silence {duration(worst)}"
    for outcome, count in Counter(told.outcome for told in part).items():
        if outcome != "heard":
            yield f"{count} {outcome}"


def _row(told: Told, window: Window, places: Sequence[float]) -> Html:
    head = element(
        "summary",
        element("span", f"{told.index + 1}", class_="no"),
        element("span", bidi(told.words, _LABEL_CHARACTERS), class_="label"),
        svg(_HEIGHT, grid(places, _HEIGHT), *_bars(told, window), role="img", aria_label=_in_words(told)),
    )
    return element(
        "details", head, element("div", *_facts(told), class_="more"), class_=f"row {told.outcome}"
    )


def _bars(told: Told, window: Window) -> Iterator[Html]:
    """Translating above, what the voice and the listener had of it below: both may happen at once."""
    for stage, y, height in ((TRANSLATE, 3, 6), (QUEUE, 14.5, 1), (VOICE, 11, 8), (HEARD, 11, 8)):
        if not (span := stage.span(told)):
            continue
        if stage.is_pale(told):
            yield bar(window, span, f"{stage.key} pale", y=y + height / 2 - 2, height=4)
        else:
            yield bar(window, span, stage.key, y=y, height=height)
    whole = TRANSLATE.span(told)
    if whole and told.by and told.translated_first_ms is not None and _is_wide(window, whole):
        at = f"{window.place(told.translated_first_ms):g}%"
        yield element("line", x1=at, x2=at, y1=2, y2=10, class_="clause")
    yield element("circle", cx=f"{window.place(told.known_ms):g}%", cy=12, r=2.5, class_="text")


def _is_wide(window: Window, span: Span) -> bool:
    return window.place(span[1]) - window.place(span[0]) > _WIDE


def _in_words(told: Told) -> str:
    return "; ".join(f"{label} {value}" for label, value in _times(told))


def _times(told: Told) -> Iterator[tuple[str, str]]:
    yield "read at", clock(told.known_ms)
    if told.to_translator_ms is not None:
        yield "taken by the translator after", duration(told.to_translator_ms)
    if told.given_up_ms is not None:
        yield "not translated after another", duration(told.given_up_ms)
    if told.by:
        another = "" if told.to_translator_ms is None else " another"
        yield f"first clause translated after{another}", duration(told.to_clause_ms)
        yield f"all of it after{another}", duration(told.to_translation_ms)
    yield "first sound after another", duration(told.to_sound_ms)
    yield "heard after another", duration(told.to_ear_ms)
    if told.gap_ms is not None and not told.voice_free:
        yield "silence before it", duration(told.gap_ms)
    yield "in the end", told.outcome + (f" ({told.why})" if told.why else "")


def _facts(told: Told) -> Iterator[Html]:
    yield element("p", bidi(told.words, _TEXT_CHARACTERS), dir="auto")
    if told.spoken and told.by:
        yield element(
            "p", bidi(told.spoken, _TEXT_CHARACTERS, language=told.language), dir="auto", class_="spoken"
        )
    engines = [("translated by", told.by), ("spoken by", told.engine)]
    pairs = [*_times(told), *((label, name) for label, name in engines if name)]
    yield element(
        "dl",
        *(element("div", element("dt", label), element("dd", bidi(value))) for label, value in pairs),
    )
