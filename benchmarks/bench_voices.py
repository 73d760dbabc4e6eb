"""The voices: time to load, time to the first sound, speed and memory, each in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from streamtts.registry import synthesizer

WORKER = Path(__file__).parent / "voice_worker.py"
ENGLISH = (
    "All eight tests of the parser pass now.",
    "I renamed the function, updated every place where it is called, and the whole suite passes again.",
)
JAPANESE = (
    "パーサのテストはすべて通りました。",
    "関数の名前を変更して、呼び出している箇所もすべて直したので、テストはまた全部通るようになりました。",
)
GERMAN = (
    "Alle acht Tests des Parsers sind jetzt bestanden.",
    "Ich habe die Funktion umbenannt, jeden Aufruf angepasst, und alle Tests sind wieder bestanden.",
)
FIRST_MS = {"hibari": 35, "openjtalk": 65}  # to the first piece of the short sentence
RSS_MB = {"hibari": 260}


@dataclass(frozen=True)
class Said:
    first_s: float
    all_s: float
    cpu_s: float
    audio_s: float


@dataclass(frozen=True)
class Cost:
    load_s: float
    load_cpu_s: float
    rss_mb: float
    short: Said
    long: Said


@cache
def cost(name: str, language: str, threads: int) -> Cost:
    texts = {"ja": JAPANESE, "de": GERMAN}.get(language, ENGLISH)
    asked = {"name": name, "language": language, "threads": threads, "rounds": 4, "texts": texts}
    done = subprocess.run([sys.executable, WORKER, json.dumps(asked)], check=True, stdout=subprocess.PIPE)
    found = json.loads(done.stdout)
    short, long = (Said(*times) for times in found.pop("sentences"))
    return Cost(**found, short=short, long=long)


@pytest.mark.parametrize(
    ("name", "language", "threads"),
    [
        ("hibari", "en", 1),
        ("espeak", "en", 1),
        ("nanotts", "en", 1),
        ("nanotts", "de", 1),
        ("piper", "en", 1),
        ("openjtalk", "ja", 1),
        ("kokoro-ja", "ja", 1),
        ("kokoro-ja", "ja", 2),
        ("tone", "en", 1),
    ],
)
def bench_voice(name: str, language: str, threads: int) -> None:
    if reason := synthesizer(name).missing():
        pytest.skip(reason)
    found = cost(name, language, threads)
    assert 1 < found.short.audio_s < found.long.audio_s < 12
    print(
        f"\n{name} {language}, {threads} thread{'s' if threads > 1 else ''}: load {found.load_s:.2f} s"
        f" (CPU {found.load_cpu_s:.2f}), {found.rss_mb:.0f} MB;"
    )
    for length, said in (("short", found.short), ("long", found.long)):
        print(
            f"  {length} ({said.audio_s:.1f} s): first sound {said.first_s * 1e3:.0f} ms,"
            f" all {said.all_s * 1e3:.0f} ms, CPU {said.cpu_s * 1e3:.0f} ms,"
            f" {said.cpu_s / said.audio_s:.4f} of real time"
        )
    assert found.short.first_s * 1e3 <= FIRST_MS.get(name, 10_000)
    assert found.rss_mb <= RSS_MB.get(name, 10_000)


def bench_hibari_against_the_others() -> None:
    """A neural voice at the price of a formant one."""
    ours = cost("hibari", "en", 1)
    for name in ("espeak", "nanotts", "piper"):
        if reason := synthesizer(name).missing():
            print(f"\nno {name}: {reason}")
            continue
        other = cost(name, "en", 1)
        short, long = ours.short.first_s / other.short.first_s, ours.long.first_s / other.long.first_s
        cpu = ours.long.cpu_s / other.long.cpu_s
        print(
            f"\nhibari against {name}: first sound {short:.2f}x (short), {long:.2f}x (long), CPU {cpu:.2f}x"
        )
