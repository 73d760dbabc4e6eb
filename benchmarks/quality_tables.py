"""README.md's tables of quality, made of quality.json and of nothing else."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- from quality.json: `make bench-quality` writes this -->", "<!-- end of quality.json -->"
LONGEST_SILENCE_MS = 100.0
MOST_FROM_THE_OTHERS_LU = 6.0

Row = Mapping[str, Any]


def write(saved: Mapping[str, Sequence[Row]]) -> None:
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n\n{tables(saved)}\n{END}{after}", encoding="utf-8")


def tables(saved: Mapping[str, Sequence[Row]]) -> str:
    """One for voices and one for translators, as far as they were asked."""
    made = (voices(saved.get("voices", [])), translators(saved.get("translators", [])))
    return "\n\n".join(part for part in made if part) + "\n"


def voices(rows: Sequence[Row]) -> str:
    head = ("voice", "misheard", "loudness", "peak", "silence before, after", "CPU", "to see to", "when")
    return _table(head, [_voice(row, rows) for row in rows])


def _voice(row: Row, rows: Sequence[Row]) -> list[str]:
    return [
        f"{row['voice']} {row['language']}",
        misheard(row),
        f"{row['loudness_lufs']:.1f} LUFS",
        f"{row['peak_dbfs']:.1f} dBFS",
        f"{row['silence_before_ms']}, {row['silence_after_ms']} ms",
        f"{row['cpu_of_real_time']:.3f} of real time",
        to_see_to(row, rows),
        row["when"],
    ]


def misheard(row: Row) -> str:
    rate = f"{row['error_rate']:.1%}" if row["error_rate"] <= 1 else "over 100%"  # of what was added
    return f"{rate} of {row['units']} {'kana' if row['language'] == 'ja' else 'words'}"


def to_see_to(row: Row, rows: Sequence[Row]) -> str:
    """What a listener would notice beside the words."""
    usual = statistics.median(each["loudness_lufs"] for each in rows)
    found = []
    if row["cut_off"]:
        found.append(f"{row['cut_off']} samples cut off")
    if max(row["silence_before_ms"], row["silence_after_ms"]) > LONGEST_SILENCE_MS:
        found.append("silence at the ends")
    if abs(row["loudness_lufs"] - usual) > MOST_FROM_THE_OTHERS_LU:
        found.append(f"{row['loudness_lufs'] - usual:+.0f} LU from the others")
    return ", ".join(found)


def translators(rows: Sequence[Row]) -> str:
    head = ("translator", "chrF", "stumbles", "refusals", "CPU a sentence", "sentences", "when")
    return _table(
        head,
        [
            [
                f"{row['translator']} en-{row['target']}",
                f"{row['chrf']:.1f}",
                str(len(row["stumbles"])),
                str(len(row["refusals"])),
                f"{row['cpu_s_a_sentence']:.3f} s",
                f"{row['sentences']} of {row['of']}",
                row["when"],
            ]
            for row in rows
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""
