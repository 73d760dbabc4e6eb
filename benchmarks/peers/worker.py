"""Measures some splitters in one environment: a job in JSON comes in, figures in JSON go out.

It knows nothing of streamtts, and needs nothing but Python and the peer.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import distributions
from typing import Any

from peers.correctness import Case, judged, sentences
from peers.measuring import best_spent_us, cpu_us, delays, deltas_of, released, summary
from peers.splitters import SPLITTERS, Splitter

Job = Mapping[str, Any]


def measured(name: str, job: Job) -> dict[str, Any]:
    split, nobody = SPLITTERS[name](), SPLITTERS["nobody"]()
    cases = {
        kind: [Case(each["text"], each["sentences"]) for each in found]
        for kind, found in job["cases"].items()
    }
    texts = [case.text for found in cases.values() for case in found]
    return {
        "cost_us": {
            kind: cost(split, nobody, found, job["rounds"]) for kind, found in job["streams"].items()
        },
        "cases": {kind: asdict(judged(split, found, job["characters"])) for kind, found in cases.items()},
        "delay": delay(split, texts, job["characters"]),
        "spoken": sentences(split, deltas_of(job["markdown"], job["characters"])),
    }


def cost(split: Splitter, nobody: Splitter, texts: list[list[str]], rounds: int) -> dict[str, float]:
    overhead = summary(best_spent_us(nobody, texts, rounds))["median"]
    figures = summary(best_spent_us(split, texts, rounds), overhead)
    figures["cpu"] = max(0.0, cpu_us(split, texts, rounds) - cpu_us(nobody, texts, rounds))
    return figures


def delay(split: Splitter, texts: list[str], characters: int) -> dict[str, Any]:
    """Of sentences that something follows: the last of a text waits for its end everywhere."""
    figures: dict[str, Any] = {}
    for unit, size in (("characters", 1), ("deltas", characters)):
        streams = [released(split, deltas_of(text, size)) for text in texts]
        pairs = zip(texts, streams, strict=True)
        late = [float(pieces) for text, found in pairs for pieces in delays(text, found, size)]
        figures[unit] = summary(late)
        figures["sentences"] = len(late)
        figures["held_to_the_end"] = sum(each.after is None for found in streams for each in found[:-1])
    return figures


def main() -> None:
    job = json.load(sys.stdin)
    answer = {
        "python": sys.version.split()[0],
        "packages": {each.name.lower().replace("_", "-"): each.version for each in distributions()},
        "splitters": {name: measured(name, job) for name in job["splitters"]},
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
