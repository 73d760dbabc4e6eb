"""python -m suite keep|tables, from benchmarks/: see suite/__init__.py."""

import argparse
import sys
from pathlib import Path

from suite.run import KEPT, LATEST, ROOT, Run
from suite.tables import page

READMES = (ROOT / "README.md", ROOT / "benchmarks/README.md")


def main() -> int:
    parser = argparse.ArgumentParser(prog="suite", description="The tables of a run of `make bench`.")
    parser.add_argument("actions", nargs="+", choices=("keep", "tables"))
    actions = parser.parse_args().actions
    if "keep" in actions and (reason := keep(LATEST, KEPT)):
        print(reason, file=sys.stderr)
        return 1
    if "tables" in actions:
        run = Run.load(KEPT)
        for readme in READMES:
            readme.write_text(page(run, readme.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def keep(latest: Path, kept: Path) -> str:
    """Why the latest run is not kept; empty if it is."""
    if not latest.exists():
        return "there is no run to keep: make bench"
    run = Run.load(latest)
    if run.short:
        return "the last run was a short one, which is a look and no measurement: make bench"
    if run.failed:
        return f"what failed has no figures: mend {', '.join(run.failed)}, then make bench"
    run.save(kept)
    return ""


if __name__ == "__main__":
    sys.exit(main())
