"""`streamtts engines`: what can speak here, and what is missing for the rest."""

from collections.abc import Iterator

from streamtts.commands.roster import Member, members
from streamtts.commands.table import table
from streamtts.engine import ANY_LANGUAGE
from streamtts.shown.terminal import json_text, printable

_HEADINGS = ("ENGINE", "STATE", "LANGUAGES", "RUNS", "LICENCE")


def listing() -> Iterator[str]:
    """A table, and below each engine what it is; or what to do to have it."""
    found = members()
    head, *rows = table([_HEADINGS, *(_row(member) for member in found)])
    yield head
    for row, member in zip(rows, found, strict=True):
        yield row
        yield f"    {printable(member.missing or _about(member))}\n"


def as_json() -> str:
    return json_text([_object(member) for member in members()]) + "\n"


def _row(member: Member) -> tuple[str, ...]:
    state = "ready" if member.missing is None else "missing"
    if member.engine is None:
        return member.name, "broken"
    languages = " ".join("any" if code == ANY_LANGUAGE else code for code in member.engine.languages)
    return member.name, state, languages, member.runs, member.engine.licence


def _about(member: Member) -> str:
    if member.engine is None:
        return ""
    return "; ".join(filter(None, (member.engine.summary, member.engine.attribution)))


def _object(member: Member) -> dict[str, object]:
    engine = member.engine
    return {
        "name": member.name,
        "available": member.missing is None,
        "missing": member.missing,
        "runs": member.runs,
        "languages": list(engine.languages) if engine else [],
        "licence": engine.licence if engine else "",
        "summary": engine.summary if engine else "",
        "attribution": engine.attribution if engine else "",
    }
