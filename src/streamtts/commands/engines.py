"""`streamtts engines`: what can speak and translate here, what is missing for the rest, who is chosen."""

from collections.abc import Iterator, Sequence

from streamtts.commands import preferred
from streamtts.commands.choices import choices
from streamtts.commands.interpreters import Interpreter, interpreters
from streamtts.commands.roster import Member, members
from streamtts.commands.table import table
from streamtts.configuration.config import Config
from streamtts.engine import ANY_LANGUAGE
from streamtts.quality.machine import this_machine
from streamtts.shown.terminal import json_text, printable

_HEADINGS = ("ENGINE", "STATE", "LANGUAGES", "RUNS", "LICENCE")
_EXAMPLE = "ja"
_TRANSLATOR_HEADINGS = ("TRANSLATOR", "STATE", "RUNS", "LICENCE")


def listing(config: Config) -> Iterator[str]:
    """A table of voice engines, one of translators, and one of who speaks and translates in each mode."""
    found = members(config)
    yield from _table([_HEADINGS, *map(_row, found)], [member.missing or _about(member) for member in found])
    translators = interpreters(config)
    yield "\n"
    yield from _table(
        [_TRANSLATOR_HEADINGS, *map(_translator_row, translators)],
        [each.missing or (each.engine.summary if each.engine else "") for each in translators],
    )
    yield "\n"
    machine = this_machine()
    chosen = choices(config, found, translators, machine=machine, example=_EXAMPLE)
    yield from preferred.listing(chosen, config.quality, machine)


def _table(rows: Sequence[Sequence[str]], notes: Sequence[str]) -> Iterator[str]:
    head, *lines = table(rows)
    yield head
    for line, note in zip(lines, notes, strict=True):
        yield line
        yield f"    {printable(note)}\n"


def as_json(config: Config) -> str:
    voices, translators = members(config), interpreters(config)
    engines = [*map(_object, voices), *map(_translator_object, translators)]
    machine = this_machine()
    chosen = choices(config, voices, translators, machine=machine, example=_EXAMPLE)
    rows = preferred.objects(chosen, config.quality, machine, engines)
    return json_text([*engines, *rows]) + "\n"


def _row(member: Member) -> tuple[str, ...]:
    state = "ready" if member.missing is None else "missing"
    if member.engine is None:
        return member.name, "broken"
    languages = " ".join("any" if code == ANY_LANGUAGE else code for code in sorted(member.engine.languages))
    return member.name, state, languages, member.runs, member.engine.licence


def _translator_row(each: Interpreter) -> tuple[str, ...]:
    if each.engine is None:
        return each.name, "broken"
    return each.name, "ready" if each.missing is None else "missing", each.runs, each.engine.licence


def _about(member: Member) -> str:
    if member.engine is None:
        return ""
    return "; ".join(filter(None, (member.engine.summary, member.engine.attribution)))


def _object(member: Member) -> dict[str, object]:
    engine = member.engine
    return {
        "kind": "voice",
        "name": member.name,
        "available": member.missing is None,
        "missing": member.missing,
        "runs": member.runs,
        "languages": list(engine.languages) if engine else [],
        "licence": engine.licence if engine else "",
        "summary": engine.summary if engine else "",
        "attribution": engine.attribution if engine else "",
    }


def _translator_object(each: Interpreter) -> dict[str, object]:
    return {
        "kind": "translator",
        "name": each.name,
        "available": each.missing is None,
        "missing": each.missing,
        "runs": each.runs,
        "licence": each.engine.licence if each.engine else "",
        "summary": each.engine.summary if each.engine else "",
    }
