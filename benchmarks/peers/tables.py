"""README.md's tables, made of the saved run and of nothing else."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from peers.markdown_checks import CHECKS, EXCERPTS, excerpt
from peers.roster import CHANGE_THE_TEXT, OURS, SPEAK_MARKDOWN
from peers.running import SAVED

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- from run.json: `make bench-peers` writes this -->", "<!-- end -->"

Figures = Mapping[str, Any]


def write() -> None:
    saved = json.loads(SAVED.read_text(encoding="utf-8"))
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n\n{tables(saved)}\n{END}{after}", encoding="utf-8")


def tables(saved: Figures) -> str:
    parts = (about, splitting, where_peers_are_better, cost, markdown, what_is_said)
    return "\n\n".join(part(saved) for part in parts) + "\n"


def about(saved: Figures) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in saved["packages"].items())
    without = f" Not measured, because it could not be installed: {', '.join(saved['missing'])}."
    return (
        f"Run of {saved['when']}, streamtts at {saved['commit']}, {saved['machine']}, a load of"
        f" {saved['load']:.1f}, Python {saved['python']}; {packages}.{without if saved['missing'] else ''}"
    )


def splitting(saved: Figures) -> str:
    judged = [name for name in saved["splitters"] if name not in CHANGE_THE_TEXT]
    kinds = saved["splitters"][OURS]["cases"]
    head = [
        "",
        f"right of {kinds['fresh']['of']} new texts",
        f"right of {kinds['developed']['of']} that streamtts was developed on",
        "texts split otherwise if they arrive otherwise",
        "characters waited for beyond the end: median, worst",
        "deltas of 4: median, worst",
        "sentences held until the text ended",
    ]
    return table(head, [[name, *split_row(saved["splitters"][name])] for name in judged])


def split_row(figures: Figures) -> list[str]:
    cases, delay = figures["cases"], figures["delay"]
    return [
        f"{cases['fresh']['right']}",
        f"{cases['developed']['right']}",
        f"{cases['fresh']['by_arrival'] + cases['developed']['by_arrival']}",
        *(f"{delay[unit]['median']:.0f}, {delay[unit]['max']:.0f}" for unit in ("characters", "deltas")),
        f"{delay['held_to_the_end']}",
    ]


# What can be compared, by name: of a splitter's figures the one number, and whether less is better.
COMPARED: Mapping[str, tuple[Callable[[Figures], float], bool]] = {
    "new texts right": (lambda each: each["cases"]["fresh"]["right"], False),
    "known texts right": (lambda each: each["cases"]["developed"]["right"], False),
    "characters waited for, median": (lambda each: each["delay"]["characters"]["median"], True),
    "characters waited for, worst": (lambda each: each["delay"]["characters"]["max"], True),
    "deltas waited for, median": (lambda each: each["delay"]["deltas"]["median"], True),
    "processor time, prose": (lambda each: each["cost_us"]["prose"]["cpu"], True),
    "processor time, capture": (lambda each: each["cost_us"]["capture"]["cpu"], True),
}


def where_peers_are_better(saved: Figures) -> str:
    lines = []
    for what, (figure, less) in COMPARED.items():
        own = figure(saved["splitters"][OURS])
        for name, figures in saved["splitters"].items():
            if name in CHANGE_THE_TEXT:
                continue
            theirs = figure(figures)
            if theirs < own if less else theirs > own:
                lines.append(f"* {what}: {name} {theirs:.3g}, streamtts {own:.3g}")
    return "Where a peer is better:\n\n" + ("\n".join(lines) or "* nowhere in this run")


def cost(saved: Figures) -> str:
    own = saved["splitters"][OURS]["cost_us"]
    kinds = {"prose": "4 characters of prose", "capture": "a delta of a capture"}
    head = ["µs of processor time"]
    for words in kinds.values():
        head += [words, "to ours", "least, median, p99"]
    rows = []
    for name, figures in saved["splitters"].items():
        row = [name]
        for kind in kinds:
            spent = figures["cost_us"][kind]
            shape = ", ".join(number(spent[which]) for which in ("min", "median", "p99"))
            row += [number(spent["cpu"]), f"{spent['cpu'] / own[kind]['cpu']:.1f}x", shape]
        rows.append(row)
    counts = " and ".join(f"{saved['deltas'][kind]} deltas ({words})" for kind, words in kinds.items())
    return f"{table(head, rows)}\n\n{counts}."


def markdown(saved: Figures) -> str:
    spoken = {
        name: saved["splitters"][name]["spoken"] for name in SPEAK_MARKDOWN if name in saved["splitters"]
    }
    rows = [
        [f"{'heard' if check.heard else 'silent'}: {check.what}"]
        + ["yes" if check.holds(said) else "**no**" for said in spoken.values()]
        for check in CHECKS
    ]
    totals = [str(sum(check.holds(said) for check in CHECKS)) for said in spoken.values()]
    return table(["", *spoken], [[f"of {len(CHECKS)} as it should be", *totals], *rows])


def what_is_said(saved: Figures) -> str:
    rows = [
        [name, *(said_of(saved["splitters"][name]["spoken"], pattern) for pattern in EXCERPTS.values())]
        for name in SPEAK_MARKDOWN
        if name in saved["splitters"]
    ]
    return table(["said of", *EXCERPTS], rows)


def said_of(spoken: Sequence[str], pattern: str) -> str:
    found = " ".join(excerpt(spoken, pattern).split())
    for sign in ("\\", "|", "*", "_", "`", "<", "["):  # to be read as they are
        found = found.replace(sign, f"\\{sign}")
    return found or "(nothing)"


def number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
