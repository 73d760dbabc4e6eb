"""The README's latency table is what was saved of a run, and nothing that was typed."""

import json
from pathlib import Path

import latency_table

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_readme_shows_the_saved_run() -> None:
    saved = json.loads(latency_table.SAVED.read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert latency_table.page(saved, readme) == readme
    assert set(saved["ways"]) == set(latency_table.WAYS)


def test_a_run_in_which_a_sentence_was_not_heard_is_no_run() -> None:
    saved = json.loads(latency_table.SAVED.read_text(encoding="utf-8"))
    for name, found in saved["ways"].items():
        sentences = len(latency_table.WAYS[name].texts)
        assert found["outcomes"] == {"heard": sentences}
        assert found["milliseconds"]["last byte to the ear"]["count"] == sentences
