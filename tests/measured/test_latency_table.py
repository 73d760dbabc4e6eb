"""The README's latency table is what was saved of a run, and nothing that was typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("flags", [[], ["--only", "ja"]])
def test_a_python_without_streamtts_is_told_what_to_run(flags: list[str]) -> None:
    script = ROOT / "benchmarks/latency_table.py"
    bare = [sys.executable, "-S", "-E", str(script), "measure", *flags]
    done = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("has no streamtts: `make bench-latency` takes the one of .venv\n")
    assert done.stderr.count("\n") == 1


def test_what_bench_cannot_do_is_said_in_its_words(tmp_path: Path) -> None:
    wrong = latency_table.Way("Nothing", ("One.",), 1, ("--voice", "en=nobody"))
    with pytest.raises(latency_table.UnmeasuredError, match="nobody"):
        latency_table.measured(wrong, tmp_path)
