"""Tables: the figures of the whole, the slowest sentences, what two runs differ in, and where it all ran."""

from collections.abc import Iterator, Sequence

from streamtts.reported.amounts import NONE, clock, duration
from streamtts.reported.facts import LABELS
from streamtts.reported.figures import summary
from streamtts.reported.markup import Html, Piece, bidi, element
from streamtts.reported.run import Run, Told
from streamtts.reported.stages import FIRST_CLAUSE, FIRST_SOUND

_SLOWEST = 20
_ENGINES = 20  # of each kind; nobody has more who has not written the trace by hand
_CHARACTERS = 240
_SAME_MS = 0.05  # less is shown as nothing
_NOTICED_MS = 100.0  # what is in the listener's language already takes less

Column = tuple[str, str]  # heading, class


def slowest(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """Those that a listener waited for, longest first."""
    translated = any(run.is_translated for run in runs)
    columns = [
        *([("Run", "")] if len(runs) > 1 else []),
        ("No.", "number"),
        ("Silence", "number"),
        *([("First clause", "number"), ("All translated", "number")] if translated else []),
        ("First sound", "number"),
        ("To the ear", "number"),
        ("Sentence", "wide"),
    ]
    found = [
        (told.delay_ms, name, told)
        for run, name in zip(runs, names, strict=True)
        for told in run.sentences
        if told.delay_ms is not None
    ]
    found.sort(key=lambda row: -row[0])
    rows = [_slow_row(name, told, translated=translated) for _, name, told in found[:_SLOWEST]]
    return _table("The slowest sentences", columns, rows, shows_caption=False)


def _slow_row(name: str, told: Told, *, translated: bool) -> Sequence[Piece]:
    return [
        *([name] if name else []),
        f"{told.index + 1:,}",
        element("b", duration(told.delay_ms)),
        *([duration(told.to_clause_ms), duration(told.to_translation_ms)] if translated else []),
        *(
            element("span", duration(value), class_=None if told.voice_free else "waited")
            for value in (told.to_sound_ms, told.to_ear_ms)
        ),
        sentence(told),
    ]


def sentence(told: Told) -> Html:
    """In both languages, and what became of it."""
    words: list[Piece] = [element("span", bidi(told.words, _CHARACTERS), class_="written", dir="auto")]
    if told.spoken and told.by:
        words.append(
            element(
                "span",
                bidi(told.spoken, _CHARACTERS, language=told.language),
                class_="spoken",
                dir="auto",
            )
        )
    told_of = [] if told.outcome == "heard" else [told.outcome + (f" ({told.why})" if told.why else "")]
    told_of += ["behind earlier speech"] if not told.voice_free else []
    if (given_up_ms := told.given_up_ms or 0.0) >= _NOTICED_MS:
        told_of.append(f"not translated in {duration(given_up_ms)}")
    words += [element("span", ", ".join(told_of), class_="note")] if told_of else []
    return element("div", *words)


def differences(first: Run, second: Run) -> Html | None:
    """The sentences that both runs have, those first that differ most; None if they have none in common."""
    pairs = list(_pairs(first, second))
    if not pairs:
        return None
    different = [pair for pair in pairs if _differ(*pair)]
    if not different:
        return element("p", f"All {len(pairs):,} sentences that both runs have are alike.", class_="empty")
    rows = sorted(different, key=lambda pair: -abs(_slower(*pair) or 0.0))[:_SLOWEST]
    columns = [
        ("A", "number"),
        ("B", "number"),
        ("B against A", "number"),
        ("Written", "wide"),
        ("Spoken in A", "wide"),
        ("Spoken in B", "wide"),
    ]
    shown = [
        (
            duration(one.delay_ms),
            duration(other.delay_ms),
            element("b", signed(_slower(one, other))),
            bidi(one.words, _CHARACTERS),
            _spoken(one),
            _spoken(other),
        )
        for one, other in rows
    ]
    caption = f"Of {len(pairs):,} sentences of both runs, those that differ most in the silence before them"
    return _table(caption, columns, shown)


def signed(value_ms: float | None) -> str:
    if value_ms is None:
        return NONE
    if abs(value_ms) < _SAME_MS:
        return "the same"
    return ("+" if value_ms > 0 else "−") + duration(abs(value_ms))


def _pairs(first: Run, second: Run) -> Iterator[tuple[Told, Told]]:
    """The same words, the first time, the second time, ..."""
    waiting: dict[str, list[Told]] = {}
    for told in reversed(second.sentences):
        waiting.setdefault(told.words.text, []).append(told)
    for told in first.sentences:
        if others := waiting.get(told.words.text):
            yield told, others.pop()


def _differ(one: Told, other: Told) -> bool:
    if abs(_slower(one, other) or 0.0) >= _SAME_MS:
        return True
    return (one.outcome, one.by and one.spoken) != (other.outcome, other.by and other.spoken)


def _slower(one: Told, other: Told) -> float | None:
    if one.delay_ms is None or other.delay_ms is None:
        return None
    return other.delay_ms - one.delay_ms


def _spoken(told: Told) -> Html:
    if told.outcome in ("skipped", "unheard"):
        return element("span", told.outcome, class_="note")
    if told.by and told.spoken:
        return bidi(told.spoken, _CHARACTERS, language=told.language)
    return element("span", "as it was written", class_="note")


def engines(runs: Sequence[Run], names: Sequence[str]) -> Html:
    columns = [
        *([("Run", "")] if len(runs) > 1 else []),
        ("Engine", "wide"),
        ("Sentences", "number"),
        ("Median", "number"),
        ("Median of", "wide"),
    ]
    rows = [row for run, name in zip(runs, names, strict=True) for row in _engine_rows(run, name)]
    return _table("Engines", columns, rows)


def _engine_rows(run: Run, name: str) -> Iterator[Sequence[Piece]]:
    lead: list[Piece] = [name] if name else []
    is_told = any(told.voicing_ms is not None for told in run.sentences)
    groups = (
        ("by", "first clause translated", FIRST_CLAUSE.of),
        ("engine", "first sound" if is_told else "first sound, where the voice was free", FIRST_SOUND.of),
    )
    for attribute, what, of in groups:
        of_each: dict[str, list[Told]] = {}
        for told in run.sentences:
            of_each.setdefault(getattr(told, attribute), []).append(told)
        of_each.pop("", None)
        busiest = sorted(of_each, key=lambda engine: -len(of_each[engine]))[:_ENGINES]
        for engine in busiest:
            values = sorted(value for told in of_each[engine] if (value := of(told)) is not None)
            yield [*lead, bidi(engine), f"{len(of_each[engine]):,}", duration(summary(values).median), what]


def machine(runs: Sequence[Run], names: Sequence[str]) -> Html:
    """What each trace tells of where and how it ran."""
    fields = [field for field in LABELS if any(field in run.facts for run in runs)]
    if not fields:
        return element("p", "The trace does not tell on which machine it was written.", class_="empty")
    columns = [("Machine and settings", ""), *((name or "This run", "wide") for name in names)]
    rows: list[Sequence[Piece]] = [
        [LABELS[field], *(bidi(run.facts.get(field, NONE)) for run in runs)] for field in fields
    ]
    return _table("Machine and settings", columns, rows, shows_caption=False, is_narrow=True)


def notices(runs: Sequence[Run], names: Sequence[str]) -> Html | None:
    columns = [*([("Run", "")] if len(runs) > 1 else []), ("At", "number"), ("Notice", "wide")]
    rows = [
        [*([name] if name else []), clock(said.at_ms), bidi(said.words, _CHARACTERS)]
        for run, name in zip(runs, names, strict=True)
        for said in run.notices
    ]
    left_out = sum(run.notices_left_out for run in runs)
    caption = "What was told" + (f"; {left_out:,} later notices are left out" if left_out else "")
    return _table(caption, columns, rows, is_narrow=True) if rows else None


def _table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Piece]],
    *,
    shows_caption: bool = True,
    is_narrow: bool = False,
) -> Html:
    """On a narrow screen each row is a card, and each cell names its column, unless the table fits there."""
    if not rows:
        return element("p", f"{caption}: none.", class_="empty")
    heads = [element("th", name, scope="col", class_=class_ or None) for name, class_ in columns]
    body = [
        element(
            "tr",
            *(
                element("td", cell, class_=class_ or None, data_label=name)
                for cell, (name, class_) in zip(row, columns, strict=True)
            ),
        )
        for row in rows
    ]
    return element(
        "div",
        element(
            "table",
            element("caption", caption, class_=None if shows_caption else "unseen"),
            element("thead", element("tr", *heads)),
            element("tbody", *body),
        ),
        class_="table narrow" if is_narrow else "table",
        role="region",
        aria_label=caption,
        tabindex="0",
    )
