"""Who speaks and who translates in each quality mode, as the engines command and the doctor tell it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from streamtts.commands.choices import MODES, Chosen
from streamtts.commands.findings import Finding
from streamtts.commands.table import table
from streamtts.quality.machine import Machine
from streamtts.quality.table import table as quality_table
from streamtts.shown.terminal import printable
from streamtts.types import Quality

_HEADINGS = ("QUALITY", "LANGUAGE", "TAKES")
_NOBODY = "nothing"
_IN_FORCE = "in force"


def listing(found: Iterable[Chosen], in_force: Quality, machine: Machine) -> Iterator[str]:
    """A line for each mode and what it has to do; below those that agree why, and what would come before."""
    chosen = list(found)
    head, *lines = table([_HEADINGS, *(_row(each, in_force) for each in chosen)])
    yield head
    for _, agreeing in groupby(zip(lines, chosen, strict=True), lambda each: _outcome(each[1])):
        *_, (_, last) = rows = list(agreeing)
        yield from (line for line, _ in rows)
        if last.taken is not None:
            yield f"    {printable(last.taken.why)}\n"
        elif len(last.better) > 1:
            yield "    any one of these would do:\n"
        for label, missing in last.better:
            yield f"    {'better' if last.taken else 'missing'}: {printable(_told(label, missing))}\n"
    yield (
        f"This machine: {machine}. Figures are of {quality_table().measured_on}. "
        f"--quality {', '.join(MODES[:-1])} or {MODES[-1]} chooses.\n"
    )


def objects(
    found: Iterable[Chosen],
    in_force: Quality,
    machine: Machine,
    engines: Sequence[Mapping[str, object]],
) -> Iterator[dict[str, object]]:
    """The same; what it says of an engine is what stands in its own object."""
    known = {(each["kind"], each["name"]): each for each in engines}
    for each in found:
        candidate = each.taken or next(iter(each.candidates), None)
        label = candidate.label if candidate else ""
        kind = "translator" if each.source else "voice"
        engine = known.get((kind, label.partition(":")[0]), {})
        yield {
            "kind": "quality",
            "name": label if each.taken else "",
            "mode": each.mode,
            "in_force": each.mode == in_force,
            "hardware": machine.hardware,
            "does": kind,
            "language": each.language,
            "source": each.source,
            "available": each.taken is not None,
            "missing": candidate.missing if candidate else f"nothing is known that does {each.what}",
            "why": each.taken.why if each.taken else "",
            "better": [{"name": name, "missing": missing} for name, missing in each.better],
            "runs": engine.get("runs", "unknown"),
            "licence": engine.get("licence", ""),
        }


def finding(found: Iterable[Chosen], in_force: Quality) -> Finding:
    """The mode in force and whom it takes, in a line."""
    told = [f"{each.what} by {each.taken.label}" for each in found if each.taken is not None]
    choice = "; ".join(told) or "nothing here speaks these languages"
    return Finding("settings", "quality", "ok", f"{in_force}: {choice}; `streamtts engines` says why")


def _outcome(each: Chosen) -> tuple[object, ...]:
    return each.what, each.taken, tuple(each.better)


def _row(each: Chosen, in_force: Quality) -> tuple[str, ...]:
    label = each.taken.label if each.taken else _NOBODY
    row = (each.mode, each.what, label)
    return (*row, _IN_FORCE) if each.mode == in_force else row


def _told(label: str, missing: str) -> str:
    """Most reasons begin with the name of who gives them."""
    return missing if missing.startswith(label.partition(":")[0]) else f"{label}: {missing}"
