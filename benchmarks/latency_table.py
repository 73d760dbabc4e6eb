"""The README's latency table: what `streamtts bench` tells of sentences that find the voice free.

make bench-latency                                                # four minutes, on a quiet machine
.venv/bin/python benchmarks/latency_table.py measure --only NAME  # one row of it
.venv/bin/python benchmarks/latency_table.py write                # the table, from latency.json
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SAVED, README = HERE / "latency.json", HERE.parent / "README.md"
BEGIN, END = "<!-- latency: benchmarks/latency_table.py -->\n", "<!-- /latency -->\n"

ENGLISH = (
    "All eight tests of the parser pass now.",
    "I renamed the function and updated every caller.",
    "The index was off by one for empty lists.",
    "Nothing else in the project depends on it.",
    "The build takes three minutes without a cache.",
    "Two of the files have no tests at all.",
    "I will look at the failing case next.",
    "The new release is smaller than the old one.",
    "Shall I also update the changelog for you?",
    "That warning comes from an older compiler version.",
    "The server answers again after the last change.",
    "Everything is committed, and the branch is clean.",
)
JAPANESE = (
    "テストはすべて通りました。",
    "関数の名前を変えて、呼び出し元も直しました。",
    "空のリストのときに添字が一つずれていました。",
    "ほかに依存しているものはありません。",
    "キャッシュがないとビルドに三分かかります。",
    "二つのファイルにはテストがありません。",
    "次に失敗する場合を調べます。",
    "新しい版は前の版より小さくなりました。",
    "変更履歴も更新しましょうか。",
    "その警告は古いコンパイラのものです。",
    "サーバーは再び応答しています。",
    "すべて記録し、ブランチは整理されています。",
)


class UnmeasuredError(Exception):
    """Why there is no figure, in a sentence."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is said, how, and how far apart, so that each sentence finds the voice free."""

    title: str
    texts: tuple[str, ...]
    apart_s: int
    flags: tuple[str, ...]


WAYS: Mapping[str, Way] = {
    "en": Way("English", ENGLISH, 5, ("--voice", "en=hibari")),
    "ja": Way("Japanese", JAPANESE, 6, ("--from", "ja", "--voice", "ja=openjtalk")),
    "en-ja": Way(
        "English into Japanese", ENGLISH, 9, ("--to", "ja", "--voice", "ja=openjtalk", "--threads", "2")
    ),
}


def measured(way: Way, folder: Path) -> dict[str, Any]:
    """The values of `streamtts bench --json`; refused unless all was heard, and found the voice free."""
    log = folder / "log.jsonl"
    with log.open("w", encoding="utf-8") as file:
        for number, text in enumerate(way.texts):
            message = {"id": f"m{number}", "role": "assistant", "content": [{"type": "text", "text": text}]}
            at = f"2026-01-01T00:{number * way.apart_s // 60:02}:{number * way.apart_s % 60:02}Z"
            file.write(json.dumps({"type": "assistant", "message": message, "timestamp": at}) + "\n")
    command = [sys.executable, "-m", "streamtts", "bench", str(log), "--json", "--quiet", "--output", "null"]
    done = subprocess.run([*command, *way.flags], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise UnmeasuredError(done.stderr.strip() or f"streamtts bench ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    if found["outcomes"] != {"heard": len(way.texts)}:
        raise UnmeasuredError(f"not all was heard as it should be: {found['outcomes']}")
    if found["milliseconds"]["last byte to the ear"]["count"] != len(way.texts):
        raise UnmeasuredError("a sentence had to wait for another: this machine is too slow, or too busy")
    return found


_HEADINGS = ("", "voice, translator", "first clause", "its first sound", "at the ear", "slowest", "breaks")


def table(saved: Mapping[str, Any]) -> str:
    rows = [_row(name, found) for name, found in saved["ways"].items()]
    lines = [f"| {' | '.join(row)} |" for row in (_HEADINGS, ["---"] * len(_HEADINGS), *rows)]
    about = saved["ways"]["en"]["surroundings"]
    where = f"{about['processor']}, {about['cpus']} cores, no GPU, {saved['when']}"
    lines += [
        "",
        "Milliseconds from a sentence's last byte: until its first clause is translated, then until there is",
        "sound of it; and all the way to the ear, but for what the device adds. A break is a silence within",
        "a sentence whose translation was not ready in time. Medians of twelve sentences",
        f"each, on {where}: `make bench-latency`, which writes this table anew.",
        "**Nothing was measured on a Mac**: nobody who builds streamtts has one.",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, found: Mapping[str, Any]) -> list[str]:
    stages = found["milliseconds"]
    ear = stages["last byte to the ear"]
    medians = (stages["translate: first clause"], stages["first audio"], ear)
    engines = ", ".join([*found["voices"], *found["translators"]])
    return [
        WAYS[name].title,
        engines,
        *(_ms(each["median"]) for each in medians),
        _ms(ear["most"]),
        str(found["underruns"]),
    ]


def page(saved: Mapping[str, Any], readme: str) -> str:
    """The README with the table in its place."""
    head, rest = readme.split(BEGIN)
    return head + BEGIN + table(saved) + END + rest.split(END)[1]


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _measure(only: str) -> None:
    saved = json.loads(SAVED.read_text(encoding="utf-8")) if SAVED.exists() else {"ways": {}}
    for name, way in WAYS.items():
        if only in ("", name):
            print(f"{way.title}: {len(way.texts)} sentences, {len(way.texts) * way.apart_s} s", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                saved["ways"][name] = measured(way, Path(folder))
            saved["when"] = datetime.now(UTC).date().isoformat()
            _write(SAVED, json.dumps(saved, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    print(f"written: {path}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The README's latency table.")
    parser.add_argument("action", choices=("measure", "write"))
    parser.add_argument("--only", choices=list(WAYS), default="")
    asked = parser.parse_args()
    if asked.action == "measure":
        if find_spec("streamtts") is None:
            parser.exit(
                1, f"{sys.executable} has no streamtts: `make bench-latency` takes the one of .venv\n"
            )
        try:
            _measure(asked.only)
        except UnmeasuredError as reason:
            parser.exit(1, f"not measured: {reason}\n")
    saved = json.loads(SAVED.read_text(encoding="utf-8"))
    _write(README, page(saved, README.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
