"""`--quality`, as a user meets it: what is refused, what is shown, what it changes."""

import json
from pathlib import Path

import pytest

from cli.support import PLAIN, assistant, run
from streamtts import Speaker
from streamtts.errors import UsageError

MODES = ("fast", "balanced", "best")
LINE = assistant("All tests pass.", uuid="1")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("besst", "--quality cannot be 'besst': did you mean best?"),
        ("Fast", "--quality cannot be 'Fast': did you mean fast?"),
        ("high", "--quality cannot be 'high': give fast, balanced or best"),
        ("", "--quality cannot be '': give fast, balanced or best"),
        ("fast,best", "--quality cannot be 'fast,best': "),
        ("\x1b[31m" + "x" * 9000, "--quality cannot be '"),
    ],
)
def test_an_unknown_mode_is_one_sentence_before_anything_is_read(word: str, told: str) -> None:
    for words in ((), ("demo",), ("watch",), ("config",)):
        outcome = run(*words, "--quality", word, stdin=LINE)
        assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
        assert outcome.err.startswith(f"streamtts: {told}")
        assert outcome.err.rstrip("\n").isprintable()
        assert len(outcome.err) < 500


def test_an_unknown_mode_elsewhere_is_one_sentence_too(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("quality = 'balance'\n")
    told = "give fast, balanced or best; did you mean balanced?"
    for environ in ({**PLAIN, "STREAMTTS_QUALITY": "balance"}, {"STREAMTTS_CONFIG": str(path)}):
        outcome = run("--output", "null", stdin=LINE, environ=environ)
        assert (outcome.status, outcome.err.count("\n")) == (2, 1)
        assert told in outcome.err
    with pytest.raises(UsageError, match=r"quality cannot be .balance.: .*did you mean balanced"):
        Speaker(quality="balance")
    path.write_text("quality = 3\n")
    refused = run(stdin=LINE, environ={"STREAMTTS_CONFIG": str(path)})
    assert 'quality cannot be \'3\': give "fast", "balanced" or "best"' in refused.err


@pytest.mark.parametrize("mode", MODES)
def test_english_is_spoken_in_every_mode(tmp_path: Path, mode: str) -> None:
    trace, wav = tmp_path / "trace.jsonl", tmp_path / "out.wav"
    outcome = run(
        "--quality", mode, "--output", f"wav:{wav}", "--trace", trace, "--no-control", "--no-keys", stdin=LINE
    )
    assert outcome.status == 0
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    (session,) = [line for line in lines if line["event"] == "session"]
    assert session["quality"] == mode
    assert [line["outcome"] for line in lines if line["event"] == "sentence"] == ["heard"]
    assert wav.stat().st_size > 10_000


def test_the_engines_command_ends_with_the_choice() -> None:
    lines = run("engines", environ={**PLAIN, "STREAMTTS_QUALITY": "fast"}).lines
    start = lines.index("", lines.index("") + 1) + 1
    assert lines[start].split() == ["QUALITY", "LANGUAGE", "TAKES"]
    rows = [line for line in lines[start + 1 : -1] if not line.startswith(" ")]
    assert [line.split()[0] for line in rows] == [*MODES] * 3
    assert [line.split()[1] for line in rows] == [*["English"] * 3, *["Japanese"] * 3, *["English"] * 3]
    assert [line.split()[0] for line in rows if line.endswith("in force")] == ["fast"] * 3
    notes = [line.strip() for line in lines[start + 1 : -1] if line.startswith(" ")]
    assert all(len(note) > 10 for note in notes)
    assert lines[-1].startswith("This machine: ")


def test_json_has_the_same_choice() -> None:
    environ = {**PLAIN, "STREAMTTS_QUALITY": "best", "STREAMTTS_TO": "fr"}
    found = json.loads(run("engines", "--json", environ=environ).out)
    rows = [row for row in found if row["kind"] == "quality"]
    assert [(row["does"], row["source"], row["language"], row["mode"]) for row in rows] == [
        (does, source, language, mode)
        for does, source, language in (("voice", "", "en"), ("voice", "", "fr"), ("translator", "en", "fr"))
        for mode in MODES
    ]
    assert {row["mode"] for row in rows if row["in_force"]} == {"best"}
    for row in rows:
        assert row["available"] == (row["missing"] is None) == bool(row["name"]) == bool(row["why"])
        for better in row["better"]:
            assert better["name"]
            assert better["missing"]


def test_a_language_that_nobody_knows_breaks_no_list() -> None:
    outcome = run("engines", environ={**PLAIN, "STREAMTTS_TO": "tlh"})
    assert (outcome.status, outcome.err) == (0, "")


def test_help_and_configuration_explain_it() -> None:
    for words in ((), ("demo",), ("watch",)):
        assert "--quality fast|balanced|best" in run(*words, "--help").out
    assert 'quality = "best"' in run("config", "--quality", "best").out
    assert "# One of: fast, balanced, best." in run("config", "example").lines
    assert "quality" in run("completion", "bash").out
