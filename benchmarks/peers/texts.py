"""What all are fed: cases with their right sentences, streams to be timed on, and a document in markdown."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/data"
CHARACTERS = 4  # of a delta, where none was recorded
TEXTS_A_MESSAGE = 10
# The other captures of deltas say the same words again, or were cut into pieces of two thousand characters.
CAPTURES = ("tool.v1.part.jsonl", "html.v21.part.jsonl", "agent.v21.part.jsonl", "multi.v21.part.jsonl")
CAPTURES_AGAIN = 20

Case = dict[str, Any]


def cases() -> dict[str, list[Case]]:
    """Those that our splitter was developed on, and those written for this comparison before any was run."""
    developed = [
        case for name in ("segmentation", "segmentation_more") for case in _read(DATA / f"{name}.json")
    ]
    return {
        "developed": [_plain(case) for case in developed if case["cat"] != "block"],
        "fresh": [_plain(case) for case in _read(Path(__file__).parent / "fresh_cases.json")],
    }


def streams() -> dict[str, list[list[str]]]:
    """Each is messages, and those are deltas."""
    texts = [case["text"] for found in cases().values() for case in found]
    messages = [" ".join(texts[at : at + TEXTS_A_MESSAGE]) for at in range(0, len(texts), TEXTS_A_MESSAGE)]
    return {
        "prose": [
            [text[at : at + CHARACTERS] for at in range(0, len(text), CHARACTERS)] for text in messages
        ],
        "capture": [recorded(DATA / "agent-logs" / name) for name in CAPTURES] * CAPTURES_AGAIN,
    }


def markdown() -> str:
    return (DATA / "markdown/session.md").read_text(encoding="utf-8")


def recorded(log: Path) -> list[str]:
    """The deltas of prose as an agent wrote them."""
    events = (json.loads(line).get("event", {}) for line in log.read_text(encoding="utf-8").splitlines())
    deltas = (event.get("delta", {}) for event in events if event.get("type") == "content_block_delta")
    return [delta["text"] for delta in deltas if delta.get("type") == "text_delta"]


def _plain(case: Case) -> Case:
    return {"text": case["text"], "sentences": case["sentences"]}


def _read(file: Path) -> list[Case]:
    found: list[Case] = json.loads(file.read_text(encoding="utf-8"))
    return found
