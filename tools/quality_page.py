"""Writes the tables of quality modes into docs/quality.md; --check tells whether those there are fresh."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from streamtts.quality.machine import HARDWARE, NAMES, Hardware
from streamtts.quality.policy import DEFAULT
from streamtts.quality.table import Row, table
from streamtts.types import Quality
from streamtts.voices import LAST_RESORTS

COMMITTED = Path(__file__).resolve().parent.parent / "docs/quality.md"
BEGIN, END = "<!-- quality: tools/quality_page.py -->\n", "<!-- /quality -->\n"

MODES: tuple[Quality, ...] = get_args(Quality)


def tables() -> str:
    parts = [
        *_rows("speaks", table().voices, "any other", LAST_RESORTS),
        *_rows("translates", table().translators, "any other, like en-ja", ()),
        *_figures(),
    ]
    return "\n".join(parts)


def _rows(verb: str, rows: Sequence[Row], others: str, at_last: Sequence[str]) -> Iterator[str]:
    """A line for all languages that do not differ, on all hardware that does not."""
    yield f"| {verb} | on | {' | '.join(MODES)} |\n|---|---|{'---|' * len(MODES)}"
    groups: dict[tuple[str, ...], list[str]] = {}
    for matter in [*sorted({matter for row in rows for matter in row.matters}), others]:
        groups.setdefault(tuple(_cells(rows, matter, at_last)), []).append(matter)
    for cells, group in groups.items():
        for cell in cells:
            yield f"| {' '.join(group)} | {cell} |"
    yield ""


def _cells(rows: Sequence[Row], matter: str, at_last: Sequence[str]) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for hardware in HARDWARE:
        preferred = (_preferred(rows, mode, matter, hardware, at_last) for mode in MODES)
        kinds.setdefault(" | ".join(preferred), []).append(NAMES[hardware])
    for cells, names in kinds.items():
        yield f"{'anything' if len(names) == len(HARDWARE) else ' or '.join(names)} | {cells}"


def _preferred(
    rows: Sequence[Row], mode: Quality, matter: str, hardware: Hardware, at_last: Sequence[str]
) -> str:
    """Where nobody is preferred, the modes go on with `balanced`, and that with what is left `at_last`."""
    labels = dict.fromkeys(label for row in rows if row.fits(mode, matter, hardware) for label in row.take)
    if not labels and mode != DEFAULT:
        return f"as {DEFAULT}"
    return ", ".join(f"`{label}`" for label in labels or at_last)


def _figures() -> Iterator[str]:
    yield f"| candidate | in | measured on {table().measured_on} |\n|---|---|---|"
    for figure in table().figures:
        yield f"| `{figure.of}` | {' '.join(sorted(figure.matters)) or 'any'} | {figure.says} |"
    yield "\n| candidate | `fast` and `best` prefer it from |\n|---|---|"
    for label, need in table().needs.items():
        cores = f"{need.cores} processor cores" if need.cores > 1 else ""
        memory = f"{need.memory_gb} GB of memory" if need.memory_gb else ""
        yield f"| `{label}` | {', '.join(filter(None, (cores, memory)))} |"
    yield ""


def page(text: str) -> str:
    """The text with the tables of today between the two marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{COMMITTED} has lost its marks: {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def main() -> int:
    text = COMMITTED.read_text(encoding="utf-8")
    if "--check" not in sys.argv[1:]:
        COMMITTED.write_text(page(text), encoding="utf-8")
        return 0
    if text == page(text):
        return 0
    sys.stderr.write("docs/quality.md is stale: run tools/quality_page.py and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
