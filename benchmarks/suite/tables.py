"""Tables of a run: for the terminal, and for the READMEs, which show nothing that was typed."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from suite.figures import Against, Figure
from suite.highlights import highlights
from suite.run import Run

GROUPS = ("text", "sound", "session", "voices", "translators")
_HIGHLIGHTS_HEAD = ("what", "median", "p99", "times the time of", "bar")
_HEAD = ("", "least, median, p99", "CPU time", "times the time of", "bar", "what was checked")


def begin(group: str) -> str:
    return f"<!-- run.json, {group}: `make bench-tables` writes this -->\n"


END = "<!-- end of run.json -->\n"


def page(run: Run, readme: str) -> str:
    """A README with what it wants of the run between its marks."""
    made: dict[str, Callable[[], str]] = {
        "highlights": lambda: markdown(_HIGHLIGHTS_HEAD, _shown(run)) + f"\n{where(run)}\n",
        "surroundings": lambda: surroundings(run),
        **{group: partial(_of_group, run, group) for group in GROUPS},
    }
    for name, make in made.items():
        if begin(name) in readme:
            head, rest = readme.split(begin(name))
            readme = f"{head}{begin(name)}\n{make()}\n{END}{rest.split(END, 1)[1]}"
    return readme


def where(run: Run) -> str:
    machine = run.machine
    commit = run.commit.replace("+", " and what was changed since")
    return (
        f"On {machine['processor']}, {machine['cpus']} cores, {_day(run)}, at a load of {run.load_before:.1f}"
        f" before and {run.load_after:.1f} after; commit {commit}."
    )


def surroundings(run: Run) -> str:
    """Where and when, and what is not in the tables and why."""
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    machine = f"{run.machine['system']}, {run.machine['memory_mib']} MiB"
    lines = [where(run), f"{machine}; {versions}; {run.seconds / 60:.0f} minutes."]
    if run.skipped:
        lines += ["", "Not run there:", ""]
        lines += [f"* {', '.join(names)}: {reason}" for reason, names in _by_reason(run.skipped.items())]
    return "\n".join(lines) + "\n"


def said(figure: Figure) -> str:
    """A figure on a line."""
    _, times, cpu, against, bar, right = _row(figure)
    spent = f", CPU {cpu}" if cpu else ""
    limit = f"; bar {bar.replace('*', '')}" if bar else ""
    return f"{figure.stage}: {times}{spent}; {against}{limit} ({right})"


def plain(run: Run) -> str:
    """All of it, in columns."""
    rows = [_HEAD[:-1], *(_row(figure)[:-1] for figure in run.figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD) - 1)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines += [f"not run: {', '.join(names)}: {reason}" for reason, names in _by_reason(run.skipped.items())]
    lines += [f"FAILED: {name}: {reason}" for name, reason in run.failed.items()]
    return "\n".join(line.rstrip().replace("**", "") for line in lines)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def number(value: float) -> str:
    """Three digits that count, and no exponent."""
    return f"{value:.{_decimals(value)}f}"


def _of_group(run: Run, group: str) -> str:
    return markdown(_HEAD, (_row(figure) for figure in run.figures if figure.group == group))


def _shown(run: Run) -> Iterator[Sequence[str]]:
    for said, figure in highlights(run.figures):
        median = f"{number(figure.median)} {figure.unit}"
        yield said, median, number(figure.p99), _against(figure.against[0]), _bar(figure)


def _row(figure: Figure) -> list[str]:
    times = ", ".join(number(value) for value in (figure.least, figure.median, figure.p99))
    return [
        figure.stage,
        f"{times} {figure.unit}",
        "" if figure.cpu is None else f"{number(figure.cpu)}",
        "; ".join(map(_against, figure.against)),
        _bar(figure),
        figure.right,
    ]


def _against(other: Against) -> str:
    spread = f" ± {other.spread:.{_decimals(other.ratio)}f}" if other.spread else ""
    return f"{number(other.ratio)}{spread} {other.name}"


def _decimals(value: float) -> int:
    return min(max(2 - math.floor(math.log10(abs(value))), 0), 5) if value else 0


def _bar(figure: Figure) -> str:
    if figure.bar is None:
        return ""
    unit = "" if figure.bar.of == "ratio" else f" {figure.unit}"
    missed = "" if figure.met else " **missed**"
    return f"{figure.bar.of} {number(figure.bar.most)}{unit}{missed}"


def _by_reason(skipped: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    ordered = sorted(skipped, key=lambda each: each[1])
    for reason, found in groupby(ordered, key=lambda each: each[1]):
        yield reason, [name for name, _ in found]


def _day(run: Run) -> str:
    return datetime.fromisoformat(run.when).date().isoformat()
