"""How good what is heard is, beside how fast it comes: one table of every installed voice and translator.

    make bench-quality      all that is installed in build/engines
    PYTHONPATH=tests python benchmarks/quality.py --help

Rows are saved in quality.json as they come, and README.md's tables are written from it. What is not asked
keeps its row, with its date.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from quality_tables import tables, write

HERE = Path(__file__).parent
SAVED = HERE / "quality.json"

Row = dict[str, Any]


def ask_voices(only: str, threads: int) -> None:
    import quality_of_voices
    from engines.whisper_ear import Ear, reason_deaf

    if reason := reason_deaf():
        sys.exit(f"nobody listens: {reason}")
    subjects = [each for each in quality_of_voices.subjects() if only in ("", each[0].name)]
    with TemporaryDirectory() as folder:
        ear = Ear(Path(folder), threads=threads)
        quality_of_voices.check(ear)
        for engine, language in subjects:
            row = quality_of_voices.measured(engine, language, ear, threads)
            keep("voices", row, lambda old: (old["voice"], old["language"]))
            print(f"{engine.name} {language}: {row['error_rate']:.3f} misheard, {row['loudness_lufs']} LUFS")


def ask_translators(only: str, sentences: int, threads: int) -> None:
    import quality_of_translators

    for spec, target in quality_of_translators.SUBJECTS:
        if only not in ("", spec, spec.partition(":")[0]):
            continue
        if reason := quality_of_translators.why_not(spec, target, threads):
            print(f"not asked: {spec} {target}: {reason}")
            continue
        row = quality_of_translators.measured(spec, target, sentences, threads)
        keep("translators", row, lambda old: (old["translator"], old["target"]))
        print(f"{spec} {target}: chrF {row['chrf']:.1f}, {len(row['stumbles'])} stumbles")


def keep(kind: str, row: Row, name: Callable[[Row], tuple[str, str]]) -> None:
    """In place of what was known of the same."""
    saved: dict[str, list[Row]] = json.loads(SAVED.read_text(encoding="utf-8")) if SAVED.exists() else {}
    dated = {**row, "when": datetime.now(UTC).date().isoformat()}
    others = [old for old in saved.get(kind, []) if name(old) != name(row)]
    saved[kind] = sorted([*others, dated], key=name)
    SAVED.write_text(json.dumps(saved, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="How good what is heard is.")
    parser.add_argument("what", nargs="*", default=["voices", "translators"])
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--sentences", type=int, default=0, help="of a development set; 0 is all")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    if "voices" in asked.what:
        ask_voices(asked.only, asked.threads)
    if "translators" in asked.what:
        ask_translators(asked.only, asked.sentences, asked.threads)
    saved = json.loads(SAVED.read_text(encoding="utf-8"))
    write(saved)
    print(tables(saved))


if __name__ == "__main__":
    main()
